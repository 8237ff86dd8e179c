import { addSourceDialog, checkData, chooseFile, load, openAddSource } from './steps/add-source.ts';
import { applyStep, expectSaved, pick, startStep } from './steps/editor.ts';
import { columnHeads, expectFirstRows, expectRowCount, grid } from './steps/grid.ts';
import { newOrganization } from './steps/organization.ts';
import { expect, test } from './steps/watched-test.ts';

const long = `How many people of the household ${'have eaten '.repeat(20)}`.slice(0, 200);
const drop = `x"; DROP TABLE users; --`;
const names = [
  drop,
  `it's`,
  '😀',
  'नाम',
  'select',
  'a.b\\c',
  '$1 %s {0}',
  '<b>bold</b>',
  'ትምህርት ቤት',
  long,
  'same',
  'same',
  '',
];
const rows = [
  ['r1', 'o', 'x', 'आशा', '1', 'p', 'q', 'b', 'y', '3', 's1', 't1', 'blank1'],
  ['r2', 'o', 'y', 'बिंता', '2', 'p', 'q', 'b', 'y', '4', 's2', 't2', 'blank2'],
  ['r3', "'", 'x', 'चेन', '3', 'p', 'q', 'b', 'y', '5', 's3', 't3', 'blank3'],
];
const quoted = (cell: string): string => `"${cell.replaceAll('"', '""')}"`;
const content = [names, ...rows].map((row) => row.map(quoted).join(',')).join('\r\n');

test('columns may be called anything: from the file through the editor to a saved table', async ({
  page,
  context,
}) => {
  await newOrganization(context);
  const upload = await openAddSource(page);
  await chooseFile(upload, { name: 'hostile.csv', mimeType: 'text/csv', buffer: Buffer.from(content) });
  await checkData(upload);
  for (const name of names.filter((one) => one !== '' && one !== 'same')) {
    await expect(upload.getByLabel(`Name of ${name}`, { exact: true })).toHaveValue(name);
  }
  await load(upload, '3 rows');
  await expect(addSourceDialog(page)).toBeHidden();

  await page.goto('/transformations/new');
  await page.getByRole('button', { name: /^Hostile/ }).click();
  await expectRowCount(page, '3');
  const filter = await startStep(page, 'Filter');
  await pick(filter, 'Column', drop);
  await filter.getByLabel('Condition').selectOption({ label: 'is not' });
  await filter.getByLabel('Value', { exact: true }).fill('r2');
  await applyStep(filter);
  await expectRowCount(page, '2');

  const added = await startStep(page, 'Add column');
  await added.getByRole('radio', { name: /text/i }).click();
  await pick(added, /^Columns/, 'नाम', `it's`);
  await added.getByLabel(/^Call|^Name/).fill(`"; DROP SCHEMA public; --`);
  await applyStep(added);

  const select = await startStep(page, 'Select columns');
  await expect(select).toBeVisible();
  await select.getByRole('button', { name: 'Cancel' }).first().click();

  const summarize = await startStep(page, 'Summarize');
  await pick(summarize, 'Group by', '😀', long);
  await summarize.getByRole('button', { name: 'Add a calculation' }).click();
  const second = summarize.getByRole('list', { name: 'Calculations' }).getByRole('listitem').nth(1);
  await second.getByLabel('What').selectOption({ label: 'Largest' });
  await pick(second, 'Of column', `"; DROP SCHEMA public; --`);
  await applyStep(summarize);
  await expectSaved(page);
  await expectRowCount(page, '2');

  await page.getByRole('button', { name: 'Save & run' }).click();
  await page.getByLabel('Name of the table').fill(`Robert'); DROP TABLE students;--`);
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await page.getByRole('region', { name: 'Run' }).getByRole('link', { name: 'Open' }).click();
  await expect(page.getByRole('heading', { name: `Robert'); DROP TABLE students;--` })).toBeVisible();
  await expectRowCount(page, '2');
  await expect(columnHeads(page)).toContainText([
    'Row number',
    '😀',
    long,
    'Count',
    `Largest of "; DROP SCHEMA public; --`,
  ]);
  const byLong = grid(page).getByRole('columnheader', { name: long });
  await byLong.click();
  await expectFirstRows(page, [
    ['x', '3', '1', 'आशा o'],
    ['x', '5', '1', "चेन '"],
  ]);
});
