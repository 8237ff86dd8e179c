import type { Locator, Page } from '@playwright/test';
import { createTransformation } from '#contracts/transformations';
import { applyStep, pick, startStep, step, stepForm } from './steps/editor.ts';
import { expectFirstRows, expectRowCount } from './steps/grid.ts';
import { loadSource } from './steps/load-source.ts';
import { newOrganization } from './steps/organization.ts';
import { expect, test } from './steps/watched-test.ts';

const january = `Person,District,Sex,Age,Visited
P1,Nairobi,F,20,21/01/2026
P2,Nairobi,M,30,22/01/2026
P3,Narobi,F,40,23/01/2026
P9,Nairobi,M,30,25/01/2026
P4,Kisumu,F,50,2026-01-24
P4,Kisumu,F,50,2026-01-24
`;

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
