import { readFile } from 'node:fs/promises';
import { createTransformation } from '#contracts/transformations';
import { applyStep, pick, startStep, step } from './steps/editor.ts';
import { columnCells, expectFirstRows, expectRowCount, grid } from './steps/grid.ts';
import { loadSource } from './steps/load-source.ts';
import { newOrganization } from './steps/organization.ts';
import { expect, test } from './steps/watched-test.ts';

const visits = `Person,District,Age
P1,Nairobi,20
P2,Nairobi,30
P3,Narobi,40
P4,Kisumu,50
P5,Kisumu,60
P6,Lamu,35
P7,Nairobi,10
`;
const places = `Place,Region
Nairobi,Central
Kisumu,West
Kisumu,Lake
`;

test('the data says what to do: a suggestion, a cell, what finds no match, and the result as a workbook', async ({
  page,
  context,
}) => {
  const { api } = await newOrganization(context);
  const source = await loadSource(api, 'visits.csv', { name: 'visits.csv', content: visits });
  await loadSource(api, 'Places', { name: 'places.csv', content: places });
  const { id } = await api.call(createTransformation, {
    body: {
      name: 'Visits',
      recipe: { steps: [{ type: 'source', table: source.warehouse_table_name }] },
    },
  });
  await page.goto(`/transformations/${id}`);
  await expectRowCount(page, '7');

  await page.getByRole('button', { name: '1 suggestion' }).click();
  await page.getByRole('menuitem', { name: /^Fix 1 spelling in District/ }).click();
  await expect(step(page, 2)).toBeVisible();
  await expect(columnCells(page, 2).nth(2)).toHaveText('Nairobi');

  await columnCells(page, 2).nth(2).click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Leave out rows with Nairobi' }).click();
  await expectRowCount(page, '3');

  const join = await startStep(page, 'Combine tables');
  await pick(join, 'Other table', 'Places');
  await pick(join, 'Column here', 'District');
  await pick(join, /^is the same as/, 'Place');
  await expect(join.getByText('2 of 3 rows find a match')).toBeVisible();
  await expect(join.getByText(/Place “Kisumu” is there 2 times/)).toBeVisible();
  await join.getByText(/^Without a match/).click();
  await expect(join.getByRole('list', { name: 'Without a match' }).getByRole('listitem')).toHaveText([
    'Lamu1 row',
  ]);
  await expect(join.getByText('3 → 5 rows')).toBeVisible();
  await applyStep(join);
  await expectRowCount(page, '5');

  await grid(page).getByRole('button', { name: 'Actions for Age' }).click();
  await page.getByRole('menuitem', { name: 'What is in this column' }).click();
  const facts = page.getByRole('dialog', { name: 'Age' });
  await expect(facts.getByText('On all 5 rows')).toBeVisible();
  await expect(facts.getByRole('list', { name: 'Most frequent' }).getByRole('listitem')).toHaveCount(3);

  await page.goto(`/data/${source.warehouse_table_name}`);
  await expectFirstRows(page, [['P1', 'Nairobi', '20']]);
  await page.getByRole('button', { name: 'Export' }).click();
  const downloading = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: /^Excel workbook/ }).click();
  const file = await downloading;
  expect(file.suggestedFilename()).toBe('visits.xlsx');
  const again = await loadSource(api, 'Again', {
    name: 'visits.xlsx',
    content: await readFile(await file.path()),
  });
  await page.goto(`/data/${again.warehouse_table_name}`);
  await expectRowCount(page, '7');
  await expectFirstRows(page, [
    ['P1', 'Nairobi', '20'],
    ['P2', 'Nairobi', '30'],
    ['P3', 'Narobi', '40'],
  ]);
});
