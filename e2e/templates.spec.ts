import { pick, step, steps } from './steps/editor.ts';
import { expectFirstRows, expectRowCount } from './steps/grid.ts';
import { loadSource } from './steps/load-source.ts';
import { newOrganization } from './steps/organization.ts';
import { expect, test } from './steps/watched-test.ts';

test('a template asks for a table and makes an ordinary recipe, which becomes a template for another table', async ({
  page,
  context,
}) => {
  const { api } = await newOrganization(context);
  await loadSource(api, 'Visits', {
    name: 'visits.csv',
    content:
      'Client ID,County,Visit date,Gender,Age\nP1,Kisumu ,2025-01-03,F,20\nP1,Kisumu,2025-01-30,F,20\nP2,Kisumu,2025-01-09,Male,30\nP3,Siaya,2025-02-09,female,40\n',
  });
  await loadSource(api, 'Other visits', {
    name: 'other.csv',
    content: 'Person,County,Visit date,Sex,Age\nQ1,Busia,2025-03-03,F,50\n',
  });

  await page.goto('/transformations/new');
  await page.getByRole('tab', { name: /Use a template/ }).click();
  await page.getByRole('button', { name: /^Beneficiaries per district and month/ }).click();
  const questions = page.getByRole('form', { name: 'Questions' });
  await page.getByRole('button', { name: 'Open in the editor' }).click();
  await expect(questions.getByText('This is still to be chosen').first()).toBeVisible();
  await pick(questions, 'Table of visits or services', 'Visits');
  await expect(questions.getByLabel('District')).toContainText('County');
  await expect(questions.getByLabel('Women are written as')).toContainText('F, female');
  await expect(page.getByRole('list', { name: 'Steps' }).getByRole('listitem')).toHaveCount(7);
  const expected = [
    ['Kisumu', '1 Jan 2025', '2', '25', '1', '0.5'],
    ['Siaya', '1 Feb 2025', '1', '40', '1', '1'],
  ];
  await expectRowCount(page, '2');

  await page.getByRole('button', { name: 'Open in the editor' }).click();
  await expect(steps(page)).toHaveCount(7);
  await expectFirstRows(page, expected);
  await expect(page).toHaveURL(/\/transformations\/(?!new)\w+$/);

  await page.getByRole('button', { name: 'More', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Use for other tables…' }).click();
  await pick(questions, 'Instead of Visits', 'Other visits');
  await pick(questions, 'Client ID', 'Person');
  await pick(questions, 'Gender', 'Sex');
  await page.getByRole('button', { name: 'Open in the editor' }).click();
  await expect(step(page, 1)).toHaveAccessibleName(/Start with Other visits/);
  await expectFirstRows(page, [['Busia', '1 Mar 2025', '1', '50', '1', '1']]);
});
