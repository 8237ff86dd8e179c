import { readFile } from 'node:fs/promises';
import { listSources, updateSource } from '#contracts/sources';
import { createTransformation } from '#contracts/transformations';
import {
  addSourceDialog,
  checkData,
  chooseFile,
  correctType,
  load,
  openAddSource,
} from './steps/add-source.ts';
import { dropFile } from './steps/drop-file.ts';
import { expectFirstRows, expectRowCount } from './steps/grid.ts';
import { largeFile } from './steps/large-file.ts';
import { loadSource } from './steps/load-source.ts';
import { newOrganization } from './steps/organization.ts';
import { publicData } from './steps/public-data.ts';
import { expect, test } from './steps/watched-test.ts';

/** How Chromium reports that the server refused a file. */
const refused = /Failed to load resource: the server responded with a status of 4(15|22)/;

const csv = (name: string, content: string | Buffer) => ({
  name,
  mimeType: 'text/csv',
  buffer: Buffer.from(content),
});

test('what is no table is refused at the file, in words, and does not stop the files beside it', async ({
  page,
  context,
  complaints,
}) => {
  complaints.expect(refused);
  await newOrganization(context);
  const dialog = await openAddSource(page);
  const png = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  );
  const bad: readonly (readonly [name: string, content: string | Buffer, says: RegExp])[] = [
    ['nothing.csv', '', /empty|no rows/i],
    ['photo.csv', png, /image|PNG|not a (text|CSV)/i],
    ['page.csv', '<!DOCTYPE html>\n<html><body><p>Log in</p></body></html>\n', /web page|HTML/i],
  ];
  for (const [name, content, says] of bad) {
    await chooseFile(dialog, csv(name, content));
    const row = dialog.getByRole('listitem').filter({ hasText: name });
    await expect(row.getByRole('alert')).toHaveText(says);
  }
  await expect(dialog.getByRole('button', { name: 'Check the data' })).toBeDisabled();

  await chooseFile(dialog, publicData('seattle-weather').path);
  await expect(dialog.getByText('6 columns found')).toBeVisible();
  await checkData(dialog);
  await load(dialog, '1,461 rows');
});

test('a file with a header and nothing below it becomes an empty table that says so', async ({
  page,
  context,
}) => {
  await newOrganization(context);
  const dialog = await openAddSource(page);
  await chooseFile(dialog, csv('plan.csv', 'district,visits\n'));
  await checkData(dialog);
  await load(dialog, '0 rows');
  await page.goto('/sources');
  await page.getByRole('link', { name: 'Plan' }).click();
  await expect(page.getByText('There are no rows.')).toBeVisible();
});

test('rows that cannot be read are kept with line and reason, and can be downloaded', async ({
  page,
  context,
}) => {
  await newOrganization(context);
  const dialog = await openAddSource(page);
  const lines = [
    'name,age,village',
    'Asha,34,Kisumu',
    'Binta,abc,Nakuru',
    'Chen,41',
    'Dawit,29,Thika,too,many',
    'Esi,52,Accra',
  ];
  await chooseFile(dialog, csv('people.csv', `${lines.join('\n')}\n`));
  await checkData(dialog);
  await correctType(dialog, 'age', 'Whole number');
  await dialog.getByRole('button', { name: 'Load', exact: true }).click();
  await expect(dialog.getByText(/rows? loaded · \d rows? could not be read/)).toBeVisible();
  await dialog.getByRole('link', { name: 'Open' }).click();

  await page.getByRole('tab', { name: /^Rejected rows/ }).click();
  const rejected = page.getByRole('region', { name: 'Rejected rows' }).getByRole('row');
  await expect(rejected.filter({ hasText: 'Binta' })).toContainText(/3.*age.*abc.*number/);
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download' }).click();
  const saved = await readFile(await (await download).path(), 'utf8');
  expect(saved).toContain('Binta,abc,Nakuru');

  await page.getByRole('tab', { name: 'Data' }).click();
  await expectFirstRows(page, [
    ['Asha', '34', 'Kisumu'],
    ['Chen', '41', '—'],
    ['Esi', '52', 'Accra'],
  ]);
});

test('UTF-16, Windows-1252 and semicolons are recognized, and every letter arrives', async ({
  page,
  context,
}) => {
  const { api } = await newOrganization(context);
  const text = 'prénom;ville;montant\nZoë;Abidjan;1,5\nJosé;Curaçao;22,75\n';
  const files = [
    ['Sixteen', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')])],
    ['Western', Buffer.from(text, 'latin1')],
    ['Marked', Buffer.from(`\uFEFF${text}`)],
  ] as const;
  for (const [name, content] of files) {
    const dialog = await openAddSource(page);
    await chooseFile(dialog, csv(`${name}.csv`, content));
    await checkData(dialog);
    await expect(dialog.getByLabel('Columns are divided by')).toHaveValue(';');
    await expect(dialog.getByLabel('Decimal sign')).toHaveValue(',');
    await expect(dialog.getByLabel('Type of montant')).toHaveValue('decimal');
    await expect(dialog.getByRole('cell', { name: 'Curaçao' })).toBeVisible();
    await load(dialog, '2 rows');
  }
  const { items } = await api.call(listSources, { query: {} });
  expect(items.map((source) => source.name).toSorted()).toEqual(['Marked', 'Sixteen', 'Western']);
  for (const source of items) {
    await page.goto(`/sources/${source.id}`);
    await expectFirstRows(page, [
      ['Zoë', 'Abidjan', '1.5'],
      ['José', 'Curaçao', '22.75'],
    ]);
  }
});

test('dates that can be read two ways are asked about, and the answer is what is loaded', async ({
  page,
  context,
}) => {
  await newOrganization(context);
  await page.goto('/sources');
  // Not on the zone of an empty page: anywhere.
  await dropFile(page.getByRole('navigation', { name: 'Main' }), {
    name: 'visits.csv',
    content: Buffer.from('visit,on\n1,03/04/2025\n2,05/06/2025\n'),
  });
  const dialog = addSourceDialog(page);
  await checkData(dialog);
  await expect(dialog.getByText('Dates like 03/04/2025 could be day/month or month/day.')).toBeVisible();
  await dialog.getByRole('radio', { name: '4 March 2025' }).click();
  await expect(dialog.getByRole('cell', { name: '4 Mar 2025' })).toBeVisible();
  await dialog.getByRole('radio', { name: '3 April 2025' }).click();
  await expect(dialog.getByRole('cell', { name: '3 Apr 2025' })).toBeVisible();
  await load(dialog, '2 rows');
  await page.goto('/sources');
  await page.getByRole('link', { name: 'Visits' }).click();
  await expectFirstRows(page, [
    ['1', '3 Apr 2025'],
    ['2', '5 Jun 2025'],
  ]);
});

test('a newer file replaces the rows, a cancelled load leaves them, and deleting says what depends on them', async ({
  page,
  context,
}) => {
  const { api } = await newOrganization(context);
  const source = await loadSource(api, 'Visits', { name: 'visits.csv', content: 'id,place\n1,Kisumu\n' });
  const { id } = await api.call(createTransformation, {
    body: {
      name: 'Visits, sorted',
      recipe: { steps: [{ type: 'source', table: source.warehouse_table_name }] },
    },
  });
  expect(id).not.toBe('');

  await test.step('replace the file', async () => {
    await page.goto(`/sources/${source.id}`);
    await page.getByRole('tab', { name: 'Settings' }).click();
    await page.getByRole('button', { name: 'Replace file…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Replace the file of Visits' });
    await chooseFile(dialog, csv('newer.csv', 'id,place\n7,Accra\n8,Tema\n'));
    await dialog.getByRole('button', { name: 'Load', exact: true }).click();
    await expect(dialog).toBeHidden();
    await page.getByRole('tab', { name: 'Data' }).click();
    await expectRowCount(page, '2');
    await expectFirstRows(page, [
      ['7', 'Accra'],
      ['8', 'Tema'],
    ]);
  });

  await test.step('cancel a load', async () => {
    const { id: uploadId } = await api.upload({ name: 'large.csv', content: largeFile(400_000).content });
    await api.call(updateSource, { params: { id: source.id }, body: { config: { upload_id: uploadId } } });
    await page.getByRole('button', { name: 'Sync now' }).click();
    await page.getByRole('button', { name: 'Cancel loading Visits' }).click();
    await expect(page.getByRole('main').getByText('Cancelled')).toBeVisible();
    await page.reload();
    await expectRowCount(page, '2');
    await expectFirstRows(page, [['7', 'Accra']]);
  });

  await test.step('delete it', async () => {
    await page.getByRole('tab', { name: 'Settings' }).click();
    await page.getByRole('button', { name: 'Delete source…' }).click();
    const question = page.getByRole('alertdialog', { name: 'Delete Visits?' });
    await expect(question.getByRole('listitem')).toHaveText('Visits, sorted');
    await question.getByRole('button', { name: 'Cancel' }).click();
    await expectStillThere();
    await page.getByRole('button', { name: 'Delete source…' }).click();
    await question.getByRole('button', { name: 'Delete source' }).click();
    await expect(page).toHaveURL(/\/sources$/);
    expect((await api.call(listSources, { query: {} })).items).toEqual([]);
  });

  async function expectStillThere(): Promise<void> {
    expect((await api.call(listSources, { query: {} })).items).toHaveLength(1);
  }
});
