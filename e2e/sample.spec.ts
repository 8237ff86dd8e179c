import { newOrganization } from './steps/organization.ts';
import { columnCells, expectRowCount } from './steps/grid.ts';
import { expect, test } from './steps/watched-test.ts';

const files = ['Beneficiaries', 'Programmes', 'Visits', 'Donations'];
const results = ['Active beneficiaries by district', 'Visits by programme'];

test('on the first visit one click loads a small NGO, and within a minute everything is there and clean', async ({
  page,
  context,
}) => {
  await newOrganization(context);

  await test.step('three ways to begin, and nothing else', async () => {
    await page.goto('/');
    await expect(page.getByRole('heading', { name: 'Where shall we begin?' })).toBeVisible();
    await expect(page.getByRole('main').getByRole('button')).toHaveCount(3);
  });

  const pressed = Date.now();
  await test.step('load the sample, and watch it arrive on the canvas', async () => {
    await page.getByRole('button', { name: /^Load the sample/ }).click();
    const canvas = page.getByRole('application', { name: 'Canvas of your data' });
    for (const file of files)
      await expect(canvas.getByRole('button', { name: `Source ${file}` })).toBeVisible();
    for (const result of results) {
      await expect(canvas.getByRole('button', { name: `Transformation ${result}` })).toBeVisible();
      // A table appears when the run has made it.
      await expect(canvas.getByRole('button', { name: `Output table ${result}` })).toBeVisible({
        timeout: 60_000,
      });
    }
    expect(Date.now() - pressed).toBeLessThan(60_000);
  });

  await test.step('the run of the pipeline is done', async () => {
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Pipelines' }).click();
    await page.getByRole('list', { name: 'Pipelines' }).getByRole('link').first().click();
    const run = page.getByRole('region', { name: 'Run', exact: true });
    await expect(run.getByRole('status').first()).toHaveText('Done');
    await expect(run.getByRole('button', { name: /Done/ })).toHaveCount(files.length + results.length);
  });

  await test.step('the results have rows', async () => {
    for (const result of results) {
      await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Data' }).click();
      await page.getByRole('link', { name: result }).click();
      await expectRowCount(page, '\\d+');
      await expect(columnCells(page, 1).first()).not.toBeEmpty();
    }
  });

  await test.step('every page opens from the menu', async () => {
    for (const name of ['Home', 'Sources', 'Transformations', 'Pipelines', 'Data', 'Settings']) {
      await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name, exact: true }).click();
      await expect(page.getByRole('heading', { name, level: 1 })).toBeVisible();
    }
  });

  await test.step('a transformation of the sample opens in the editor', async () => {
    await page
      .getByRole('navigation', { name: 'Main' })
      .getByRole('link', { name: 'Transformations' })
      .click();
    await page
      .getByRole('link', { name: results[0] ?? '', exact: true })
      .first()
      .click();
    await expect(page.getByRole('list', { name: 'Steps', exact: true })).toBeVisible();
    await expect(columnCells(page, 1).first()).not.toBeEmpty();
  });
});
