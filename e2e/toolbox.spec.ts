import type { Locator, Page } from '@playwright/test';
import { createTransformation } from '#contracts/transformations';
import { applyStep, pick, startStep, step, stepForm } from './steps/editor.ts';
import { expectFirstRows, expectRowCount } from './steps/grid.ts';
import { loadSource } from './steps/load-source.ts';
import { newOrganization } from './steps/organization.ts';
import { expect, test } from './steps/watched-test.ts';

/** Opens the form of one of the less common steps. */
async function startOther(page: Page, action: string): Promise<Locator> {
  await page.getByRole('button', { name: 'Other steps' }).click();
  await page.getByRole('menuitem', { name: action, exact: true }).click();
  const form = stepForm(page, action);
  await expect(form).toBeVisible();
  return form;
}

const january = `Person,District,Sex,Age,Visited
P1,Nairobi,F,20,21/01/2026
P2,Nairobi,M,30,22/01/2026
P3,Narobi,F,40,23/01/2026
P9,Nairobi,M,30,25/01/2026
P4,Kisumu,F,50,2026-01-24
P4,Kisumu,F,50,2026-01-24
`;
const february = `person,district,sex,age,visited
P5,nairobi,F,10,2026-02-01
P7,Nairobi,M,60,2026-02-03
P8,Kisumu ,M,30,3 Feb 2026
`;

test('two messy sheets become beneficiaries per district and month, and no formula was typed', async ({
  page,
  context,
}) => {
  test.slow(); // seven steps, each looked at before it is added
  const { api } = await newOrganization(context);
  // As files where nobody could tell what the dates mean are loaded.
  const first = await loadSource(
    api,
    'January',
    { name: 'january.csv', content: january },
    { columns: { Visited: 'text' } },
  );
  await loadSource(
    api,
    'February',
    { name: 'february.csv', content: february },
    { columns: { visited: 'text' } },
  );
  const { id } = await api.call(createTransformation, {
    body: {
      name: 'Beneficiaries',
      recipe: { steps: [{ type: 'source', table: first.warehouse_table_name }] },
    },
  });
  await page.goto(`/transformations/${id}`);
  await expectRowCount(page, '6');

  const stack = await startStep(page, 'Stack tables');
  await pick(stack, 'Tables to put below', 'February');
  await expect(stack.getByText('All columns have the same names')).toBeVisible();
  await expect(stack.getByText('6 → 9 rows')).toBeVisible();
  await applyStep(stack);

  const duplicates = await startStep(page, 'Remove duplicates');
  await pick(duplicates, 'Rows are the same when these are the same', 'Person');
  await expect(duplicates.getByText('9 → 8 rows')).toBeVisible();
  await applyStep(duplicates);

  const spellings = await startOther(page, 'Replace values');
  await pick(spellings, 'Columns', 'District');
  await spellings.getByRole('button', { name: /^Fix all/ }).click();
  await expect(spellings.getByRole('list', { name: 'Replacements' }).getByRole('listitem')).toHaveCount(3);
  await applyStep(spellings);

  const dates = await startOther(page, 'Read dates');
  await pick(dates, 'Column', 'Visited');
  await dates.getByRole('checkbox', { name: 'day/month/year' }).check();
  await expect(dates.getByText(/^4 rows cannot be read: /)).toBeVisible();
  await dates.getByRole('checkbox', { name: 'year-month-day' }).check();
  await dates.getByRole('checkbox', { name: /^day month’s name year/ }).check();
  await expect(dates.getByText('Every value can be read')).toBeVisible();
  await applyStep(dates);

  const summary = await startStep(page, 'Summarize');
  await pick(summary, 'Group by', 'District');
  await summary.getByRole('button', { name: /^By month/ }).click();
  await expect(summary.getByLabel('And by the date')).toContainText('Visited');
  await summary.getByRole('button', { name: 'Add a calculation' }).click();
  const calculations = summary.getByRole('list', { name: 'Calculations' }).getByRole('listitem');
  await calculations.nth(1).getByLabel('What').selectOption({ label: 'Average' });
  await pick(calculations.nth(1), 'Of column', 'Age');
  await summary.getByRole('button', { name: 'Add a calculation' }).click();
  await calculations.nth(2).getByLabel('What').selectOption({ label: 'Count rows' });
  await calculations.nth(2).getByRole('button', { name: 'Only where…' }).click();
  await pick(calculations.nth(2), 'Column', 'Sex');
  await calculations.nth(2).getByRole('listbox').getByRole('option', { name: /^F/ }).click();
  await calculations.nth(2).getByLabel('Call it').fill('Women');
  await applyStep(summary);
  await expectRowCount(page, '4');

  const share = await startStep(page, 'Add column');
  await pick(share, 'Take', 'Women');
  await share.getByLabel('Calculation', { exact: true }).selectOption({ label: '÷ divided by' });
  await pick(share, 'And', 'Count');
  await share.getByLabel('Name of the new column').fill('Share of women');
  await applyStep(share);

  const order = await startStep(page, 'Sort');
  await pick(order, 'Sort by', 'District');
  await order.getByRole('button', { name: 'Add another column' }).click();
  await pick(order, 'Then by', 'Visited (month)');
  await applyStep(order);
  await expectFirstRows(page, [
    ['Kisumu', '1 Jan 2026', '1', '50', '1', '1'],
    ['Kisumu', '1 Feb 2026', '1', '30', '0', '0'],
    ['Nairobi', '1 Jan 2026', '4', '30', '2', '0.5'],
    ['Nairobi', '1 Feb 2026', '2', '35', '1', '0.5'],
  ]);
});

test('one filter holds conditions in groups, and says what they are together', async ({ page, context }) => {
  const { api } = await newOrganization(context);
  const source = await loadSource(api, 'January', { name: 'january.csv', content: january });
  const { id } = await api.call(createTransformation, {
    body: {
      name: 'Filtered',
      recipe: { steps: [{ type: 'source', table: source.warehouse_table_name }] },
    },
  });
  await page.goto(`/transformations/${id}`);
  const filter = await startStep(page, 'Filter');
  await pick(filter, 'Column', 'Age');
  await filter.getByLabel('Condition').selectOption({ label: 'is at least' });
  await filter.getByLabel('Value').fill('30');
  await filter.getByRole('button', { name: 'Add another condition' }).click();
  await pick(filter, 'Column', 'Sex');
  await filter.getByRole('listbox').getByRole('option', { name: /^F/ }).click();
  await expect(filter.getByText('Keeps 3 of 6 rows')).toBeVisible();
  await filter
    .getByLabel('How the conditions count')
    .selectOption({ label: 'At least one of these must hold (or)' });
  await expect(filter.getByText('Keeps 6 of 6 rows')).toBeVisible();
  await applyStep(filter);
  await expect(step(page, 2)).toHaveAccessibleName(/Keep rows where Age is at least 30 or Sex is F/);
});
