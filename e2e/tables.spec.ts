import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { createDataTest } from '#contracts/data-tests';
import { listNotifications } from '#contracts/notifications';
import { syncSource, updateSource } from '#contracts/sources';
import { createTransformation, executeTransformation } from '#contracts/transformations';
import { getTable } from '#contracts/warehouse';
import { unpackZip } from '#testing/unpack-zip';
import { expectAccessible, expectToFitPhone } from './steps/accessibility.ts';
import { loadSource } from './steps/load-source.ts';
import { newOrganization } from './steps/organization.ts';
import { expect, test } from './steps/watched-test.ts';

const visits = (rows: readonly string[]): { name: string; content: string } => ({
  name: 'visits.csv',
  content: `id,district,age\n${rows.join('\n')}\n`,
});

/** Screenshots to look at, when somebody says where to put them. */
async function picture(page: Page, name: string): Promise<void> {
  const directory = process.env['E2E_PICTURES'];
  if (directory !== undefined) await page.screenshot({ path: `${directory}/${name}.png` });
}

test('a table is described, followed, tested and exported, and nobody deletes what others need without knowing', async ({
  page,
  context,
}) => {
  const { api } = await newOrganization(context);
  const good = Array.from(
    { length: 20 },
    (_, index) => `v${index},${index % 2 ? 'Pune' : 'Delhi'},${20 + index}`,
  );
  const source = await loadSource(api, 'Visits', visits(good));
  const clean = await api.call(createTransformation, {
    body: {
      name: 'Clean visits',
      recipe: {
        steps: [
          { type: 'source', table: 'Visits' },
          { type: 'clean', columns: ['district'], operations: ['upper'] },
        ],
      },
    },
  });
  await api.call(executeTransformation, { params: { id: clean.id }, body: {} });
  const summary = await api.call(createTransformation, {
    body: {
      name: 'By district',
      recipe: {
        steps: [
          { type: 'source', table: clean.table_name },
          {
            type: 'group',
            by: ['district'],
            aggregates: [{ function: 'avg', column: 'age', alias: 'average_age' }],
          },
        ],
      },
    },
  });
  await api.call(executeTransformation, { params: { id: summary.id }, body: {} });

  await test.step('a source that a recipe names gets another name: nothing breaks', async () => {
    await api.call(updateSource, { params: { id: source.id }, body: { name: 'Field visits' } });
    const run = await api.call(executeTransformation, { params: { id: clean.id }, body: {} });
    expect(run).toMatchObject({ status: 'succeeded', row_count: 20 });
    await page.goto(`/transformations/${clean.id}`);
    await expect(page.getByText('Field visits').first()).toBeVisible();
  });

  await test.step('a table and a column are described, found by that, and listed in the data dictionary', async () => {
    await page.goto(`/data/${clean.table_name}`);
    await page.getByRole('button', { name: 'Add a description of Clean visits' }).click();
    await page.getByLabel('Description of Clean visits').fill('One row for each visit to a household');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(page.getByText('One row for each visit to a household')).toBeVisible();
    await page.getByRole('tab', { name: /Columns/ }).click();
    await page.getByRole('button', { name: 'Add a description of age' }).click();
    await page.getByLabel('Description of age').fill('In years, at the visit');
    await page.keyboard.press('Control+Enter');
    await expect(page.getByText('In years, at the visit')).toBeVisible();
    await picture(page, 'columns');
    await page.goto('/data?q=household');
    await expect(page.getByRole('link', { name: 'Clean visits' })).toBeVisible();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Data dictionary' }).click(),
    ]);
    expect(await readFile(await file.path(), 'utf8')).toContain('In years, at the visit');
    await picture(page, 'data');
  });

  await test.step('one sees where a table and its columns come from and what uses them', async () => {
    await page.goto(`/data/${clean.table_name}?tab=lineage`);
    const flow = page.getByRole('region', { name: 'From its source to what is made from it' });
    await expect(flow.getByRole('link')).toHaveText([
      'Field visits',
      'Field visits',
      'Clean visits',
      'Clean visits',
      'By district',
      'By district',
    ]);
    const age = page.getByRole('row', { name: /^age/ });
    await expect(age).toContainText('of Field visits');
    await expect(age).toContainText('→ average_age');
    await picture(page, 'lineage');
    await expectAccessible(page, 'lineage');
    await expectToFitPhone(page, 'lineage');
  });

  await test.step('tests are added by clicks, from suggestions and by hand', async () => {
    await page.goto(`/data/${clean.table_name}?tab=tests`);
    await page.getByRole('button', { name: 'Add the test: “id” never repeats' }).click();
    await expect(page.getByRole('region', { name: 'Tests' }).getByText('“id” never repeats')).toBeVisible();
    await page.getByRole('button', { name: 'Add test' }).click();
    const dialog = page.getByRole('dialog', { name: 'Add a data test' });
    await dialog.getByLabel('What has to hold').selectOption('between');
    await dialog.getByLabel('At most').fill('60');
    await dialog.getByLabel('Tell me, and keep the last good data').click();
    await picture(page, 'test-dialog');
    await expectAccessible(page, 'the form of a data test', { within: '[role=dialog]' });
    await dialog.getByRole('button', { name: 'Add test' }).click();
    await expect(dialog).toBeHidden();
    await page.getByRole('button', { name: 'Ask them now' }).click();
    await expect(page.getByText('Passed')).toHaveCount(2);
    await picture(page, 'tests');
    await expectAccessible(page, 'tests');
    await expectToFitPhone(page, 'tests');
  });

  await test.step('bad data is not published: the last good rows stay, and it is told', async () => {
    const { id } = await api.upload({
      name: 'visits.csv',
      content: Buffer.from(visits([...good, 'v99,Goa,430']).content),
    });
    await api.call(updateSource, { params: { id: source.id }, body: { config: { upload_id: id } } });
    await api.call(syncSource, { params: { id: source.id } });
    const run = await api.call(executeTransformation, { params: { id: clean.id }, body: {} });
    expect(run).toMatchObject({ status: 'failed', error: { code: 'data_test_failed' } });
    expect((await api.call(getTable, { params: { name: clean.table_name } })).row_count).toBe(20);
    await page.reload();
    const row = page.getByRole('listitem').filter({ hasText: '“age” is at most 60' });
    await expect(row.getByText('Failed')).toBeVisible();
    await row.getByText('Show the row').click();
    await expect(row.getByRole('cell', { name: '430' })).toBeVisible();
    await picture(page, 'failed-test');
    await expectAccessible(page, 'a test that failed');
    const told = await api.call(listNotifications, { query: { limit: 10 } });
    const message = told.items.find((each) => each.kind === 'data_test');
    expect(message).toMatchObject({
      title: 'A data test of “Clean visits” failed',
      affected: ['By district'],
    });
    expect(message?.advice).toContain('last good data');
  });

  await test.step('a test of a source keeps its last good rows as well', async () => {
    await api.call(createDataTest, {
      params: { name: source.warehouse_table_name },
      body: { rule: { kind: 'row_count', min: 15, max: null }, severity: 'stop' },
    });
    const { id } = await api.upload({
      name: 'visits.csv',
      content: Buffer.from(visits(['v1,Pune,3']).content),
    });
    await api.call(updateSource, { params: { id: source.id }, body: { config: { upload_id: id } } });
    const sync = await api.call(syncSource, { params: { id: source.id } });
    expect(sync).toMatchObject({ status: 'failed', error: { code: 'data_test_failed' } });
    expect((await api.call(getTable, { params: { name: source.warehouse_table_name } })).row_count).toBe(21);
  });

  await test.step('the result is kept as a growing table, chosen in plain words', async () => {
    await page.goto(`/transformations/${clean.id}`);
    await page.getByRole('button', { name: 'More', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Result and data tests…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Result and data tests' });
    await dialog.getByLabel('A growing table: new rows replace those with the same key').click();
    await dialog.getByLabel('Columns that tell rows apart').click();
    await page.getByRole('option', { name: 'id', exact: true }).click();
    await page.keyboard.press('Escape');
    await picture(page, 'output');
    await dialog.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(page.getByText('It counts from the next run on')).toBeVisible();
    await expectAccessible(page, 'how a result is kept', { within: '[role=dialog]' });
    await dialog.getByRole('button', { name: 'Close' }).last().click();
  });

  await test.step('it is exported as SQL and as a dbt project', async () => {
    await page.goto(`/transformations/${summary.id}`);
    const exportAs = async (item: string) => {
      await page.getByRole('button', { name: 'More', exact: true }).click();
      const [file] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('menuitem', { name: item }).click(),
      ]);
      return readFile(await file.path());
    };
    expect((await exportAs('Export as SQL file')).toString('utf8')).toMatch(
      /^-- By district\n-- Made from Clean visits[^]*WITH step_1_source AS/,
    );
    const files = unpackZip(await exportAs('Export as dbt project')).map((file) => file.path);
    expect(files).toEqual(
      expect.arrayContaining(['models/by_district.sql', 'models/clean_visits.sql', 'models/schema.yml']),
    );
  });

  await test.step('the steps become SQL, which makes the same, and undo brings them back', async () => {
    await page.getByRole('button', { name: 'More', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Turn into SQL…' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Turn into SQL' }).click();
    await expect(page.getByText('The steps are SQL now')).toBeVisible();
    await expect(page.getByText('1–2 of 2')).toBeVisible();
    await picture(page, 'ejected');
    await page.getByRole('button', { name: 'Undo', exact: true }).click();
    await expect(page.getByText('Summarize').first()).toBeVisible();
  });

  await test.step('before something goes, one sees what needs it', async () => {
    await page.goto(`/sources/${source.id}?tab=settings`);
    await page.getByRole('button', { name: 'Delete source…' }).click();
    const dialog = page.getByRole('alertdialog');
    await expect(dialog).toContainText('Used by 2 transformations.');
    await expect(dialog).toContainText('These stop working:');
    await picture(page, 'impact');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
  });

  await test.step('a source that lost a column shows where it is missed, before anything runs', async () => {
    const rows = good.map((row) => row.replace(/,[^,]*,/, ','));
    const { id } = await api.upload({
      name: 'visits.csv',
      content: Buffer.from(`id,age\n${rows.join('\n')}\n`),
    });
    await api.call(updateSource, { params: { id: source.id }, body: { config: { upload_id: id } } });
    await api.call(syncSource, { params: { id: source.id } });
    await page.goto('/transformations');
    await expect(
      page.getByText('Step 2 (Clean data): There is no column “district” at this step.'),
    ).toBeVisible();
    await picture(page, 'broken-list');
    await page.goto('/');
    await expect(page.getByText(/Needs a correction\. Step 2 \(Clean data\)/).first()).toBeVisible();
    await picture(page, 'broken-canvas');
  });
});
