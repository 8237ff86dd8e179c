import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CsvOptions } from '#contracts/sources';
import { inspectCsv } from './inspect-csv.ts';
import { previewCsv } from './preview-csv.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'dalgo-csv-'));
});
afterAll(() => rm(directory, { recursive: true }));

async function write(content: string | Uint8Array): Promise<string> {
  const file = join(directory, 'file.csv');
  await writeFile(file, content);
  return file;
}

async function inspect(content: string | Uint8Array, options: CsvOptions = {}) {
  return inspectCsv(await write(content), options);
}

async function dialectOf(content: string | Uint8Array) {
  const { dialect, headers } = await inspect(content);
  return [dialect.delimiter, dialect.quote, dialect.lineEnding, dialect.headerRow, headers.join('/')];
}

describe('the beginning of a file', () => {
  it.each([
    ['commas', 'a,b\n1,2\n', [',', '"', 'lf', 1, 'a/b']],
    [
      'semicolons with decimal commas',
      'name;value\nx;1,5\ny;2,5\nz;3,5\n',
      [';', '"', 'lf', 1, 'name/value'],
    ],
    ['tabs', 'a\tb\r\nx y\t1, 2\r\n', ['\t', '"', 'crlf', 1, 'a/b']],
    ['pipes', 'a|b|c\n1|2|3\n4|5|6', ['|', '"', 'lf', 1, 'a/b/c']],
    ['one column', 'name\nAsha\nRavi\n', [',', '"', 'lf', 1, 'name']],
    ['lists inside cells', 'id,name,tags\n1,x,a;b\n2,y,c;d\n3,z,e;f\n', [',', '"', 'lf', 1, 'id/name/tags']],
    ['old Mac line ends', 'a,b\r1,2\r3,4\r', [',', '"', 'cr', 1, 'a/b']],
    ['single quotes', "a,b\n'x, y',1\n'z',2\n'p, q, r',3\n", [',', "'", 'lf', 1, 'a/b']],
    ['apostrophes that quote nothing', "a,b\n'007',1\n'008',2\n", [',', '"', 'lf', 1, 'a/b']],
    [
      'a preamble',
      'Report of 2024\n\nDistrict,People,Share\nPune,12,0.5\nNashik,13,0.5\n',
      [',', '"', 'lf', 3, 'District/People/Share'],
    ],
    [
      'a padded preamble',
      'Report,,\n,,\nDistrict,People,Share\nPune,12,0.5\n',
      [',', '"', 'lf', 3, 'District/People/Share'],
    ],
    ['no header', '1,2024-01-01,x\n2,2024-01-02,y\n3,2024-01-03,x\n', [',', '"', 'lf', 0, '//']],
    [
      'years as headers',
      'district,2019,2020\nPune,12,13\nNashik,5,6\n',
      [',', '"', 'lf', 1, 'district/2019/2020'],
    ],
    ['words only', 'name,town\nAsha,Pune\nRavi,Nashik\n', [',', '"', 'lf', 1, 'name/town']],
    ['a header only', 'name,town\n', [',', '"', 'lf', 1, 'name/town']],
    ['rows longer than the header', 'a,b\n1,x,10\n2,y,20\n3,z,30\n', [',', '"', 'lf', 1, 'a/b/']],
    ['a header with a delimiter behind it', 'a,b,\n1,x,\n2,y,\n', [',', '"', 'lf', 1, 'a/b']],
    ['backslashes before quotes', 'a,b\n"say \\"hi, you\\"",1\n"\\"x\\"",2\n', [',', '"', 'lf', 1, 'a/b']],
  ])('tells %s', async (_name, content, expected) => {
    expect(await dialectOf(content)).toEqual(expected);
  });

  it.each([
    ['UTF-8', Buffer.from('name\nनाम\n'), 'utf-8', 0],
    ['UTF-8 with a mark', Buffer.from('\uFEFFname\nनाम\n'), 'utf-8', 3],
    ['UTF-16 with a mark', Buffer.from('\uFEFFname,b\nनाम,1\n', 'utf16le'), 'utf-16le', 2],
    ['UTF-16 without one', Buffer.from('name,b\nनाम,1\n', 'utf16le'), 'utf-16le', 0],
    ['big-endian UTF-16', Buffer.from('\uFEFFname,b\nनाम,1\n', 'utf16le').swap16(), 'utf-16be', 2],
    ['Windows-1252', Buffer.from('name,b\nJosé,café\n', 'latin1'), 'windows-1252', 0],
    ['plain ASCII', Buffer.from('name,b\nx,1\n'), 'utf-8', 0],
  ])('tells the encoding %s', async (_name, content, encoding, bomBytes) => {
    const { dialect, headers } = await inspect(content);
    expect(dialect).toMatchObject({ encoding, bomBytes });
    expect(headers[0]).toBe('name');
  });

  it('is enough for a preview of a large file', async () => {
    const file = await write(`id,name\n${'1,some name\n'.repeat(2_000_000)}`);
    await previewCsv(file);
    // The processor's time: the wall's is that of everything else that runs here.
    const before = process.cpuUsage();
    const preview = await previewCsv(file);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(300);
    expect(preview.preview.rows).toHaveLength(100);
    expect(preview.size_bytes).toBe(24_000_008);
  });

  it('lets the user say what stands in it', async () => {
    const { dialect, columns } = await inspect('x;y\n1,2;3\n', { delimiter: ',', header_row: 0 });
    expect(dialect).toMatchObject({ delimiter: ',', headerRow: 0 });
    expect(columns.map((column) => column.displayName)).toEqual(['Column 1', 'Column 2']);
  });

  it('names columns anew where the user did, also when two have the same header', async () => {
    const { columns } = await inspect('a,a,b\n1,2,3\n', { names: { a_2: 'Second', b: 'ब' } });
    expect(columns).toEqual([
      { name: 'a', displayName: 'a' },
      { name: 'second', displayName: 'Second' },
      { name: 'b', displayName: 'ब' },
    ]);
  });

  it('shows values that do not fit a type that was chosen', async () => {
    const file = await write('age\n12\nabc\n\n14\n');
    const preview = await previewCsv(file, { columns: { age: 'integer' } });
    expect(preview.warnings).toEqual([
      {
        code: 'value_does_not_fit',
        column: 'age',
        line: 3,
        message: '“abc” is not a whole number; rows like this will be set aside.',
      },
    ]);
  });

  it.each([
    ['a spreadsheet', Buffer.from([0x50, 0x4b, 3, 4]), 'file_format_unsupported'],
    ['a PDF', Buffer.from('%PDF-1.7'), 'file_format_unsupported'],
    ['a web page', Buffer.from('\uFEFF\n<!DOCTYPE html>\n<title>Log in</title>'), 'file_format_unsupported'],
    ['XML', Buffer.from('<?xml version="1.0"?>\n<rows/>'), 'file_format_unsupported'],
    ['nothing', Buffer.alloc(0), 'file_empty'],
    ['only a mark', Buffer.from('\uFEFF'), 'file_empty'],
    [
      'too many columns',
      Buffer.from(`${'a,'.repeat(10_000)}b\n${'1,'.repeat(10_000)}2\n`),
      'too_many_columns',
    ],
  ])('refuses %s', async (_name, content, code) => {
    await expect(inspect(content)).rejects.toMatchObject({ code });
  });
});
