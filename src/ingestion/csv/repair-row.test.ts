import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CsvOptions } from '#contracts/sources';
import { inspectCsv } from './inspect-csv.ts';
import { readCsvForCopy, rowsOfScan } from './read-csv-for-copy.ts';
import { scanCsv } from './scan-csv.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'dalgo-repair-'));
});
afterAll(() => rm(directory, { recursive: true }));

/** The whole way of a file, with what COPY would get. */
async function read(content: string, options: CsvOptions = {}) {
  const file = join(directory, 'file.csv');
  await writeFile(file, content);
  const inspection = await inspectCsv(file, options);
  const rejected: string[] = [];
  const scan = await scanCsv(file, inspection, {
    csv: options,
    limits: { readBytes: 64 },
    onRejected: async (rows) => {
      for (const { line, reason } of rows) rejected.push(`${line}: ${reason}`);
      await Promise.resolve();
    },
  });
  const pieces: Uint8Array[] = [];
  for await (const piece of readCsvForCopy(file, rowsOfScan(scan), { windowBytes: 64 })) pieces.push(piece);
  return {
    names: inspection.columns.map(({ displayName }) => displayName),
    dialect: inspection.dialect,
    rejected,
    warnings: scan.warnings.map(({ code }) => code),
    rows: Buffer.concat(pieces)
      .toString()
      .split('\n')
      .filter((line) => line !== ''),
  };
}

const good = Array.from({ length: 8 }, (_, at) => `${at},2024-01-0${at + 1},"Note, ${at}","more, ${at}"`);

function table(row: string): string {
  return ['id,day,note,rest', ...good.slice(0, 4), row, ...good.slice(4)].join('\n') + '\n';
}

describe('a row that is written wrongly', () => {
  it.each([
    [
      'a quote that was not doubled',
      '9,2024-02-01,"Pipe 5" wide, long","a, b"',
      '9,2024-02-01,"Pipe 5"" wide, long","a, b"',
    ],
    [
      'an inch before the closing quote',
      '9,2024-02-01,"Table 48"","Made, here"',
      '9,2024-02-01,"Table 48""","Made, here"',
    ],
    ['a lone quote', '9,"2024-02-01,"Note, 9","a, b"', '9,"""2024-02-01","Note, 9","a, b"'],
    ['a lone quote at the end of its line', '9,2024-02-01,"x, y","', '9,2024-02-01,"x, y",""""'],
    ['a delimiter that is missing after a quote', '9,2024-02-01,"x, y"z', '9,2024-02-01,"x, y",z'],
    ['a delimiter too many', '9,,2024-02-01,"x, y",z', '9,2024-02-01,"x, y",z'],
    ['an empty cell behind the last column', '9,2024-02-01,"x, y",z,', '9,2024-02-01,"x, y",z'],
  ])('is read as it is meant: %s', async (_name, row, expected) => {
    const { rows, rejected } = await read(table(row));
    expect(rejected).toEqual([]);
    expect(rows).toHaveLength(9);
    expect(rows.slice(0, 4)).toEqual(good.slice(0, 4));
    expect(rows[4]).toBe(expected);
  });

  it('is told about', async () => {
    expect((await read(table('9,,2024-02-01,"x, y",z'))).warnings).toEqual(['rows_repaired']);
  });

  it('is set aside when nothing says which cell is too many', async () => {
    const { rejected, rows } = await read('a,b\nx,y\nz,u\nv,w,q\n');
    expect(rejected).toEqual(['4: the row has 3 cells, the table 2 columns']);
    expect(rows).toEqual(['x,y', 'z,u']);
  });

  it('takes no time out of proportion', async () => {
    const line = `${'"a" b,'.repeat(2000)}x`;
    const started = performance.now();
    await read(`a,b,c\n${'1,2,3\n'.repeat(50)}${`${line}\n`.repeat(20)}`);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

describe('names', () => {
  it('stand in two rows, groups above and names below', async () => {
    const { names, dialect, rows } = await read(
      'Household,,Income,\nname,members,2023,2024 est\nAsha,4,100,120\nRavi,5,90,100\nUma,2,80,95\n',
      { header_row: 1, header_rows: 2 },
    );
    expect(names).toEqual(['Household name', 'Household members', 'Income 2023', 'Income 2024 est']);
    expect(dialect).toMatchObject({ headerRow: 1, headerRows: 2 });
    expect(rows).toHaveLength(3);
  });

  it('are found in two rows when both stand above numbers', async () => {
    const { names, rows } = await read('name,age,weight\n,years,kg\nAsha,4,10.5\nRavi,5,11\nUma,6,12\n');
    expect(names).toEqual(['name', 'age years', 'weight kg']);
    expect(rows).toHaveLength(3);
  });

  it('are not taken from a row of data', async () => {
    const { names, rows } = await read('name,age,weight\nAsha,NA,n/a\nRavi,5,11\nUma,6,12\n');
    expect(names).toEqual(['name', 'age', 'weight']);
    expect(rows).toHaveLength(3);
  });

  it('that come again on each page are left out', async () => {
    const { rows, warnings } = await read('id,name\n1,a\n2,b\nid,name\n3,c\n');
    expect(rows).toEqual(['1,a', '2,b', '3,c']);
    expect(warnings).toEqual(['header_repeated']);
  });

  it('of another table end this one', async () => {
    const { rows, rejected, warnings } = await read('id,name,age\n1,a,5\n2,b,6\nid,name,age,sex\n3,c,7,f\n');
    expect(rows).toEqual(['1,a,5', '2,b,6']);
    expect(rejected).toEqual(['4: another table begins at line 4', '5: another table begins at line 4']);
    expect(warnings).toEqual(['another_table']);
  });
});

it('knows delimiters with blanks behind them', async () => {
  const { dialect, rows, names } = await read('a, b, c\n1, x y, "q, r"\n2, z, "s"\n');
  expect(dialect.delimiter).toBe(', ');
  expect(names).toEqual(['a', 'b', 'c']);
  expect(rows).toEqual(['1,x y,"q, r"', '2,z,"s"']);
});
