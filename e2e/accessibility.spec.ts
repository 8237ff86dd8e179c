import type { Page } from '@playwright/test';
import { loadSample } from '#contracts/graph';
import { getRun, type PipelineRun } from '#contracts/pipelines';
import { listTransformations } from '#contracts/transformations';
import { expectAccessible, expectToFitPhone } from './steps/accessibility.ts';
import { addSourceDialog, checkData, chooseFile, openAddSource } from './steps/add-source.ts';
import type { Api } from './steps/api.ts';
import { steps } from './steps/editor.ts';
import { grid } from './steps/grid.ts';
import { newOrganization } from './steps/organization.ts';
import { publicData } from './steps/public-data.ts';
import { expect, test } from './steps/watched-test.ts';

const empty: readonly (readonly [path: string, shows: string])[] = [
  ['/', 'Where shall we begin?'],
  ['/sources', 'Bring in your first file'],
  ['/transformations', 'No transformations yet'],
  ['/transformations/new', 'There is no data yet'],
  ['/pipelines', 'No pipelines yet'],
  ['/data', 'No tables yet'],
  ['/settings', 'Settings'],
];

/** The sample of a small NGO, loaded and run, and the addresses of its things. */
async function withSample(
  api: Api,
): Promise<{ readonly run: PipelineRun; readonly paths: Readonly<Record<string, string>> }> {
  const sample = await api.call(loadSample, {});
  const readRun = () => api.call(getRun, { params: { id: sample.run_id } });
  await expect.poll(async () => (await readRun()).status, { timeout: 60_000 }).toBe('succeeded');
  const { items } = await api.call(listTransformations, { query: {} });
  return {
    run: await readRun(),
    paths: {
      Home: '/',
      'Home as a list': '/?view=list',
      Sources: '/sources',
      Source: `/sources/${sample.source_ids[0]}`,
      'Columns of a source': `/sources/${sample.source_ids[0]}?tab=columns`,
      'Syncs of a source': `/sources/${sample.source_ids[0]}?tab=syncs`,
      'Rejected rows': `/sources/${sample.source_ids[0]}?tab=rejected`,
      'Settings of a source': `/sources/${sample.source_ids[0]}?tab=settings`,
      Transformations: '/transformations',
      'New transformation': '/transformations/new',
      Editor: `/transformations/${sample.transformation_ids[0]}`,
      Pipelines: '/pipelines',
      Pipeline: `/pipelines/${sample.pipeline_id}`,
      Data: '/data',
      Table: `/data/${items[0]?.table_name}`,
      'Uses of a table': `/data/${items[0]?.table_name}?tab=used-by`,
      Settings: '/settings',
    },
  };
}

/** Waits until a page shows what it has, not the shape of it. */
async function open(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(page.getByText(/^(Loading.*|Reading|Counting)…$/)).toHaveCount(0);
}

test('axe finds nothing on any page while there is no data, and all of them fit a phone', async ({
  page,
  context,
}) => {
  for (const path of ['/login', '/signup']) {
    await open(page, path);
    await expectAccessible(page, path);
    await expectToFitPhone(page, path);
  }
  await newOrganization(context);
  for (const [path, shows] of empty) {
    await open(page, path);
    await expect(page.getByText(shows, { exact: true }).first()).toBeVisible();
    await expectAccessible(page, path);
    await expectToFitPhone(page, path);
  }
});

test('axe finds nothing on any page with the sample, light and dark, on a phone and from right to left', async ({
  page,
  context,
}) => {
  const { api } = await newOrganization(context);
  const { paths } = await withSample(api);
  for (const [about, path] of Object.entries(paths)) {
    await open(page, path);
    await expectAccessible(page, about);
    await expectToFitPhone(page, about);
  }
  await page.setViewportSize({ width: 390, height: 844 });
  for (const about of ['Home', 'Source', 'Editor', 'Pipeline']) {
    await open(page, paths[about] ?? '');
    await expectAccessible(page, `${about} on a phone`, { schemes: ['light'] });
  }
  await page.setViewportSize({ width: 1366, height: 768 });
  for (const about of ['Home', 'Source', 'Editor', 'Pipeline']) {
    await open(page, paths[about] ?? '');
    await page.evaluate("document.documentElement.dir = 'rtl'");
    await expectAccessible(page, `${about} from right to left`, { schemes: ['light'] });
    const [menu, main] = await Promise.all([
      page.getByRole('navigation', { name: 'Main' }).first().boundingBox(),
      page.getByRole('main').boundingBox(),
    ]);
    expect(menu?.x ?? 0, `${about}: the menu is at the right`).toBeGreaterThan(main?.x ?? 0);
  }
});

test('axe finds nothing in the forms of the editor, light and dark', async ({ page, context }) => {
  const { api } = await newOrganization(context);
  const { paths } = await withSample(api);
  const expectFormAccessible = async (name: string): Promise<void> => {
    const form = page.getByRole('dialog');
    await expect(form.getByRole('heading', { level: 2 })).toBeVisible();
    await expectAccessible(page, `Editor: ${name}`, { within: '[role=dialog]' });
    await form.getByRole('button', { name: 'Cancel' }).last().click();
    await expect(form).toBeHidden();
  };

  await page.goto(paths['Editor'] ?? '');
  await expect(steps(page).first()).toBeVisible();
  await expect(grid(page).getByRole('gridcell').nth(1)).not.toBeEmpty();
  const bar = page.getByRole('toolbar', { name: 'Add a step' });
  const others = bar.getByRole('button', { name: 'Other steps' });
  const names = await bar.getByRole('button').allInnerTexts();
  for (const name of names
    .map((one) => one.replace(/\s+/g, ' ').trim())
    .filter((one) => one !== 'Other steps')) {
    await bar.getByRole('button', { name, exact: true }).click();
    await expectFormAccessible(name);
  }
  await others.click();
  await expectAccessible(page, 'Editor: the menu of other steps');
  const more = await page.getByRole('menuitem').allInnerTexts();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('menu')).toBeHidden();
  for (const name of more) {
    await others.click();
    await page.getByRole('menuitem', { name, exact: true }).click();
    await expectFormAccessible(name);
  }
  await steps(page).nth(1).dblclick();
  await expect(page.getByRole('button', { name: 'Apply' })).toBeVisible();
  await expectAccessible(page, 'Editor: a step that is changed');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'History' }).click();
  await expect(page.getByRole('list', { name: 'Versions' })).toBeVisible();
  await expectAccessible(page, 'Editor: history');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'More' }).click();
  await expectAccessible(page, 'Editor: the menu');
  await page.getByRole('menuitem', { name: 'View SQL' }).click();
  await expect(page.getByLabel('SQL', { exact: true })).toBeVisible();
  await expectAccessible(page, 'Editor: SQL');
});

test('axe finds nothing in the windows and menus, light and dark', async ({ page, context }) => {
  const { api } = await newOrganization(context);
  const { paths } = await withSample(api);

  await test.step('add a source', async () => {
    const dialog = await openAddSource(page);
    await expect(dialog.getByText('Drop files here')).toBeVisible();
    await expectAccessible(page, 'Add a source: choose files');
    await dialog.getByRole('button', { name: /^KoboToolbox/ }).click();
    await expect(dialog.getByRole('textbox').first()).toBeVisible();
    await expectAccessible(page, 'Add a source: connect a service');
    await dialog.getByRole('button', { name: 'Back' }).click();
    await chooseFile(dialog, publicData('seattle-weather').path);
    await expect(dialog.getByText('6 columns found')).toBeVisible();
    await expectAccessible(page, 'Add a source: a file has arrived');
    await checkData(dialog);
    await expectAccessible(page, 'Add a source: check the data');
    await dialog.getByRole('button', { name: 'Load', exact: true }).click();
    await expect(addSourceDialog(page).getByText('1,461 rows loaded')).toBeVisible();
    await expectAccessible(page, 'Add a source: loaded');
  });

  await test.step('a pipeline', async () => {
    await page.goto('/pipelines');
    await page.getByRole('button', { name: 'New pipeline' }).click();
    const dialog = page.getByRole('dialog', { name: 'New pipeline' });
    await expect(dialog.getByRole('checkbox').first()).toBeVisible();
    await dialog.getByRole('button', { name: 'Create pipeline' }).click();
    await expect(dialog.getByText('Give it a name')).toBeVisible();
    await expectAccessible(page, 'New pipeline');
    await page.goto(paths['Pipeline'] ?? '');
    await page.getByRole('region', { name: 'Schedule' }).getByRole('button').first().click();
    await page.getByLabel('How often').selectOption({ label: 'Every week' });
    await expectAccessible(page, 'Schedule');
  });

  await test.step('what lies over a page', async () => {
    await page.goto('/');
    await page
      .getByRole('application')
      .getByRole('button', { name: /^Source/ })
      .first()
      .click();
    await expect(page.getByRole('dialog').getByRole('link', { name: 'Open', exact: true })).toBeVisible();
    await expectAccessible(page, 'Home: a node');
    await page.keyboard.press('ControlOrMeta+k');
    await expect(page.getByRole('option').first()).toBeVisible();
    await expectAccessible(page, 'Search');
    await page.keyboard.press('Escape');
    await page.goto(paths['Settings of a source'] ?? '');
    await page.getByRole('button', { name: 'Delete source…' }).click();
    await expect(page.getByRole('alertdialog').getByRole('listitem').first()).toBeVisible();
    await expectAccessible(page, 'Delete a source');
  });
});
