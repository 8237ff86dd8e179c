import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { listSources } from '#contracts/sources';
import { makeZip, workbookFiles } from '#testing/zip-file';
import { checkData, chooseFile, load, nameSource, openAddSource } from './steps/add-source.ts';
import { columnHeads, expectFirstRows, expectRowCount } from './steps/grid.ts';
import { largeFile } from './steps/large-file.ts';
import { loadSource } from './steps/load-source.ts';
import { newOrganization } from './steps/organization.ts';
import { expect, test } from './steps/watched-test.ts';

const anyFile = (name: string, buffer: Buffer) => ({ name, mimeType: 'application/octet-stream', buffer });

/** Two sheets; the second has names in two rows, of which "Children" spans two columns. */
function workbook(): Buffer {
  const texts = ['Village', 'Children', 'Girls', 'Boys', 'Visited', 'Rampur', 'Sonpur', 'Notes', 'by hand'];
  const text = (place: string, value: string) => `<c r="${place}" t="s"><v>${texts.indexOf(value)}</v></c>`;
  const number = (place: string, value: number, style = 0) =>
    `<c r="${place}" s="${style}"><v>${value}</v></c>`;
  const survey = [
    `<row r="1">${text('A1', 'Village')}${text('B1', 'Children')}${text('D1', 'Visited')}</row>`,
    `<row r="2">${text('B2', 'Girls')}${text('C2', 'Boys')}</row>`,
    `<row r="3">${text('A3', 'Rampur')}${number('B3', 4)}${number('C3', 5)}${number('D3', 45_383, 1)}</row>`,
    `<row r="4">${text('A4', 'Sonpur')}${number('B4', 6)}${number('C4', 7)}${number('D4', 45_384, 1)}</row>`,
  ].join('');
  const notes = `<row r="1">${text('A1', 'Notes')}</row><row r="2">${text('A2', 'by hand')}</row>`;
  return makeZip(
    workbookFiles({
      sheets: { 'Read me': notes, Survey: survey },
      strings: texts.map((value) => `<t>${value}</t>`),
      formats: [0, 14],
    }),
  );
}

async function parquet(directory: string): Promise<Buffer> {
  const path = join(directory, 'wells.parquet');
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(
    `COPY (SELECT * FROM (VALUES (1, 'Kisumu', 1.50::DECIMAL(5,2)), (2, 'Thika', 2.25)) t(id, town, depth)) TO '${path}' (FORMAT parquet)`,
  );
  connection.closeSync();
  instance.closeSync();
  return readFile(path);
}

test('a sheet of a workbook, JSON, Parquet, gzip and zip: each is chosen, checked and loaded, all at once', async ({
  page,
  context,
}) => {
  const { api } = await newOrganization(context);
  const directory = await mkdtemp(join(tmpdir(), 'dalgo-e2e-files-'));
  const people =
    '[{"name":"Asha","home":{"town":"Pune"},"visits":[{"n":1},{"n":2}]},{"name":"Ravi","visits":[]}]';
  const dialog = await openAddSource(page);
  const files = [
    anyFile('survey.xlsx', workbook()),
    anyFile('people.json', Buffer.from(people)),
    anyFile('wells.parquet', await parquet(directory)),
    anyFile('towns.csv.gz', gzipSync('town,people\nPune,"1,200"\nNashik,850\n')),
    anyFile('trees.zip', makeZip({ 'data/trees.csv': 'tree;height\nNeem;3,5\nMango;12,0\n' })),
  ];
  for (const file of files) {
    await chooseFile(dialog, file);
    await expect(dialog.getByRole('listitem').filter({ hasText: file.name })).toContainText('found');
  }
  await checkData(dialog);

  await test.step('the sheet, with its names over each other', async () => {
    await dialog.getByLabel('Sheet').selectOption('Survey');
    await expect(dialog.getByLabel('Name of Children Girls')).toBeVisible();
    await expect(dialog.getByLabel('Type of Visited')).toHaveValue('date');
  });
  await test.step('what becomes of the lists of the records', async () => {
    await dialog.getByRole('button', { name: 'People' }).click();
    await expect(dialog.getByText('Lists within the records become tables of their own:')).toBeVisible();
  });
  await dialog.getByRole('button', { name: 'Load 5 files' }).click();
  await expect(dialog.getByText('2 rows loaded')).toHaveCount(5);
  await dialog.getByRole('button', { name: 'Close', exact: true }).last().click();

  const { items } = await api.call(listSources, { query: {} });
  const table = (name: string) => items.find((source) => source.name === name)?.warehouse_table_name ?? name;
  const seen = async (name: string, rows: readonly (readonly string[])[]) => {
    await page.goto(`/data/${table(name)}`);
    await expectFirstRows(page, rows);
  };
  await seen('Survey', [
    ['Rampur', '4', '5', '1 Apr 2024'],
    ['Sonpur', '6', '7', '2 Apr 2024'],
  ]);
  await expect(columnHeads(page).filter({ hasText: 'Children Boys' })).toBeVisible();
  await seen('Wells', [
    ['1', 'Kisumu', '1.5'],
    ['2', 'Thika', '2.25'],
  ]);
  await seen('Towns', [
    ['Pune', '1200'],
    ['Nashik', '850'],
  ]);
  await seen('Trees', [
    ['Neem', '3.5'],
    ['Mango', '12'],
  ]);
  await page.goto(`/data/${table('People')}__visits`);
  await expectRowCount(page, '2');
  await rm(directory, { recursive: true });
});

test('a file whose columns are called otherwise is brought into a table that is there, by its key', async ({
  page,
  context,
}) => {
  const { api } = await newOrganization(context);
  const source = await loadSource(api, 'Visits', {
    name: 'visits.csv',
    content: 'visit_id,district,people\n1,Pune,4\n2,Nashik,5\n',
  });
  const dialog = await openAddSource(page);
  await chooseFile(
    dialog,
    anyFile('may.csv', Buffer.from('Visit ID,Place,No of people,Remark\n2,Nashik,9\n3,Satara,7,late\n')),
  );
  await checkData(dialog);
  await dialog.getByLabel('Where the rows go').selectOption({ label: 'To Visits' });
  await dialog.getByRole('radio', { name: 'Take the new values' }).click();
  await dialog.getByLabel('Rows are told apart by').selectOption({ label: 'visit_id' });
  await expect(dialog.getByLabel('Visit ID', { exact: true })).toHaveValue('visit_id');
  await expect(dialog.getByLabel('No of people', { exact: true })).toHaveValue('people');
  await dialog.getByLabel('Place', { exact: true }).selectOption({ label: 'district' });
  await dialog.getByLabel('Remark', { exact: true }).selectOption({ label: 'Leave it out' });
  await load(dialog, '2 rows');
  await page.goto(`/data/${source.warehouse_table_name}`);
  await expectRowCount(page, '3');
  await expectFirstRows(page, [
    ['1', 'Pune', '4'],
    ['2', 'Nashik', '9'],
    ['3', 'Satara', '7'],
  ]);
});

test('a large file goes on where it was cut, over a lost connection and over a page that was closed', async ({
  page,
  context,
  complaints,
}) => {
  complaints.expect(/ERR_INTERNET_DISCONNECTED|ERR_FAILED|net::/);
  await newOrganization(context);
  const directory = await mkdtemp(join(tmpdir(), 'dalgo-e2e-large-'));
  const path = join(directory, 'large.csv');
  await writeFile(path, largeFile(350_000).content);
  const offsets: string[] = [];
  let isCut = true;
  await page.route('**/uploads/*/pieces?*', async (route) => {
    const offset = new URL(route.request().url()).searchParams.get('offset') ?? '';
    if (isCut && offset !== '0') return route.abort('internetdisconnected');
    offsets.push(offset);
    return route.continue();
  });

  await chooseFile(await openAddSource(page), path);
  await expect(page.getByText('No connection. It goes on by itself from here.')).toBeVisible();
  // The computer is turned off: nothing of the page is left.
  await page.goto('about:blank');
  const dialog = await openAddSource(page);
  await chooseFile(dialog, path);
  await expect(page.getByText('No connection. It goes on by itself from here.')).toBeVisible();
  isCut = false;
  await expect(dialog.getByText('6 columns found')).toBeVisible();
  expect(offsets.filter((offset) => offset === '0')).toHaveLength(1);
  expect(offsets.length).toBeGreaterThan(2);

  await checkData(dialog);
  await nameSource(dialog, 'Large');
  await dialog.getByRole('button', { name: 'Load', exact: true }).click();
  await expect(dialog.getByText(/rows\/s/)).toBeVisible();
  await expect(dialog.getByText('3,50,000 rows loaded')).toBeVisible({ timeout: 60_000 });
  await rm(directory, { recursive: true });
});
