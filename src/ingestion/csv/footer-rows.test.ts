import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { CsvOptions } from '#contracts/sources';
import { previewCsv } from './preview-csv.ts';
import { loadFile } from './testing/load-file.ts';

let directory: string;
let client: Client;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'dalgo-footer-'));
  client = new Client(inject('adminUrl'));
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await rm(directory, { recursive: true });
});

/** The first cells of the rows that are loaded, and what the warnings say; the same however few bytes are read at once. */
async function load(lines: readonly string[], options: CsvOptions = {}) {
  const file = join(directory, 'file.csv');
  await writeFile(file, `${lines.join('\n')}\n`);
  const [small, large] = [await loadFile(client, file, options, 16), await loadFile(client, file, options)];
  expect(small.rows).toEqual(large.rows);
  expect(large.copied).toBe(large.scan.rows);
  const preview = await previewCsv(file, options);
  expect(preview.preview.rows.map((row) => Object.values(row).map(asText))).toEqual(
    large.rows.map((row) => row.map(asText)),
  );
  return {
    first: large.rows.map(([cell]) => cell),
    types: large.columns.map(({ type }) => type),
    warnings: large.scan.warnings.map(({ code }) => code),
    leftOut: preview.left_out,
  };
}

const asText = (value: unknown) =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : null;
const rows = ['village,houses,cost', 'Amla,12,1.5', 'Betul,20,2.5', 'Mau,8,1.5'];

describe('rows below and between the rows of a table', () => {
  it('are left out and shown, and spoil no type', async () => {
    const { first, types, leftOut } = await load([
      ...rows,
      'Sub total,40,5.5',
      'Dona,5,0.75',
      'Total,45,6.25',
      '',
      'Checked by R. Rao',
      'Page 3,,',
    ]);
    expect(first).toEqual(['Amla', 'Betul', 'Mau', 'Sub total', 'Dona']);
    expect(types).toEqual(['text', 'integer', 'decimal']);
    expect(leftOut).toEqual([
      { line: 7, kind: 'total', text: 'Total · 45 · 6.25' },
      { line: 9, kind: 'note', text: 'Checked by R. Rao' },
      { line: 10, kind: 'page', text: 'Page 3' },
    ]);
  });

  it('stay when they are to be kept', async () => {
    const { first, warnings } = await load([...rows, 'Total,40,5.5'], { totals: 'keep' });
    expect(first).toEqual(['Amla', 'Betul', 'Mau', 'Total']);
    expect(warnings).toEqual([]);
  });

  it('stay, with a word about it, when a total is the sum of nothing', async () => {
    const { first, warnings } = await load([...rows, 'Total,11,9.5']);
    expect(first).toEqual(['Amla', 'Betul', 'Mau', 'Total']);
    expect(warnings).toEqual(['total_kept']);
  });

  it('are rows when other rows follow', async () => {
    const { first, warnings } = await load([...rows, 'Note,1,', 'Total,11,9.5', ',,', 'Dona,5,0.75']);
    expect(first).toEqual(['Amla', 'Betul', 'Mau', 'Note', 'Total', null, 'Dona']);
    expect(warnings).toEqual([]);
  });

  it('never cost a row of data that only begins like one', async () => {
    const { first } = await load([...rows, 'Notegaon,1,2.5', 'Totalpur,3,4.5', '', 'Sumla,5,']);
    expect(first).toEqual(['Amla', 'Betul', 'Mau', 'Notegaon', 'Totalpur', 'Sumla']);
  });
});
