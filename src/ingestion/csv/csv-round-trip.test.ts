import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { CsvOptions } from '#contracts/sources';
import { inspectCsv } from './inspect-csv.ts';
import { type ScannedColumn, scanCsv } from './scan-csv.ts';
import { loadFile } from './testing/load-file.ts';

let directory: string;
let client: Client;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'dalgo-csv-'));
  client = new Client(inject('adminUrl'));
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await rm(directory, { recursive: true });
});

/** The whole way of a file into a temporary table of the types that the scan decided. */
async function load(bytes: Uint8Array, options: CsvOptions, readBytes = 1 << 20) {
  const file = join(directory, 'file.csv');
  await writeFile(file, bytes);
  const loaded = await loadFile(client, file, options, readBytes);
  expect(loaded.copied).toBe(loaded.scan.rows);
  return loaded;
}

interface Writing {
  readonly delimiter: ',' | ';' | '\t' | '|';
  readonly lineEnd: string;
  readonly quoteAll: boolean;
  readonly encoding: 'utf-8' | 'utf-16le' | 'utf-16be';
  readonly mark: boolean;
  readonly endsWithLine: boolean;
}

function writeCsv(table: readonly (readonly string[])[], writing: Writing): Uint8Array {
  const cell = (text: string) =>
    writing.quoteAll || /["\r\n]/.test(text) || text.includes(writing.delimiter)
      ? `"${text.replaceAll('"', '""')}"`
      : text;
  const lines = table.map((cells) => cells.map(cell).join(writing.delimiter));
  const text = lines.join(writing.lineEnd) + (writing.endsWithLine ? writing.lineEnd : '');
  const marked = writing.mark ? `\uFEFF${text}` : text;
  if (writing.encoding === 'utf-8') return Buffer.from(marked);
  const wide = Buffer.from(marked, 'utf16le');
  return writing.encoding === 'utf-16le' ? wide : wide.swap16();
}

const writing: fc.Arbitrary<Writing> = fc.record({
  delimiter: fc.constantFrom(',', ';', '\t', '|'),
  lineEnd: fc.constantFrom('\n', '\r\n', '\r'),
  quoteAll: fc.boolean(),
  encoding: fc.constantFrom('utf-8', 'utf-8', 'utf-16le', 'utf-16be'),
  mark: fc.boolean(),
  endsWithLine: fc.boolean(),
});

const awkward = fc.constantFrom(
  '',
  ' ',
  '"',
  '""',
  '\\',
  '\\.',
  '\\N',
  'NULL',
  'NA',
  "'",
  "'a'",
  ' "a"',
  'a"b',
  '\n',
  '\r',
  '\r\n',
  ',',
  ';',
  '\t',
  '|',
  '\uFEFF',
  'é',
  'नाम',
  '😀',
  '007',
  '1e5',
  '12,5',
  '01/02/2024',
);
const anyCell = fc.oneof(
  awkward,
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'grapheme', maxLength: 8 }),
  fc.array(awkward, { maxLength: 4 }).map((parts) => parts.join('')),
);

const anyTable = fc
  .integer({ min: 1, max: 5 })
  .chain((width) =>
    fc.array(fc.array(anyCell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 12 }),
  );

describe('any table of text', () => {
  it('comes back cell for cell, whatever the delimiter, quotes, line ends and encoding', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyTable,
        writing,
        fc.constantFrom(16, 17, 33, 1 << 20),
        async (cells, how, readBytes) => {
          const table = cells.map((row) => row.map((text) => text.replaceAll('\u0000', '').toWellFormed()));
          const width = table[0]?.length ?? 1;
          const header = Array.from({ length: width }, (_, column) => `c${column}`);
          // A last line that is empty altogether is no line, in any reader.
          const endsWithLine = how.endsWithLine || width === 1;
          const { rows, scan } = await load(
            writeCsv([header, ...table], { ...how, endsWithLine }),
            {
              delimiter: how.delimiter,
              encoding: how.encoding,
              header_row: 1,
              totals: 'keep',
              columns: Object.fromEntries(header.map((name) => [name, 'text'])),
            },
            readBytes,
          );
          const expected = table.map((row) => row.map((text) => (text === '' ? null : text)));
          // Empty rows at the end are left out, with a warning.
          const lastFilled = expected.findLastIndex(
            (cells) => width === 1 || cells.some((cell) => cell !== null),
          );
          expected.length = lastFilled + 1;
          expect(scan.rejected).toBe(0);
          expect(rows).toEqual(expected);
        },
      ),
      { numRuns: 100 },
    );
  }, 60_000);
});

const digits = (length: number) => fc.stringMatching(new RegExp(`^[0-9]{1,${length}}$`));
const two = (min: number, max: number) =>
  fc.integer({ min, max }).map((value) => String(value).padStart(2, '0'));
const separator = fc.constantFrom('-', '/', '.');
const isoDate = fc
  .tuple(fc.integer({ min: 0, max: 9999 }), two(0, 13), two(0, 32), separator)
  .map(([year, month, day, by]) => `${String(year).padStart(4, '0')}${by}${month}${by}${day}`);
const slashDate = fc
  .tuple(two(0, 32), two(0, 32), fc.integer({ min: 1, max: 9999 }), separator)
  .map(([a, b, year, by]) => `${a}${by}${b}${by}${String(year).padStart(4, '0')}`);
const shortDate = fc
  .tuple(fc.nat(31), fc.nat(12), fc.integer({ min: 1900, max: 2100 }))
  .map(([a, b, year]) => `${a}/${b}/${year}`);
const namedDate = fc
  .tuple(
    fc.nat(32),
    fc.constantFrom('Jan', 'FEB', 'mar', 'April', 'Sept', 'December', 'Dez'),
    fc.integer({ min: 1, max: 9999 }),
    fc.constantFrom('-', ' '),
  )
  .map(([day, month, year, by]) => `${day}${by}${month}${by}${String(year).padStart(4, '0')}`);
const monthFirst = fc
  .tuple(
    fc.constantFrom('Jan', 'FEBRUARY', 'may', 'Sept', 'Dec'),
    fc.nat(32),
    fc.constantFrom(' ', ', '),
    fc.integer({ min: 1, max: 9999 }),
  )
  .map(([month, day, by, year]) => `${month} ${day}${by}${String(year).padStart(4, '0')}`);
const time = fc
  .tuple(
    two(0, 24),
    two(0, 60),
    fc.option(two(0, 60)),
    fc.option(digits(7)),
    fc.constantFrom('', '', 'Z', ' UTC', '+05:30', '-0800', '+14', ' PM', 'am'),
  )
  .map(
    ([hour, minute, second, fraction, tail]) =>
      `${hour}:${minute}${second === null ? '' : `:${second}${fraction === null ? '' : `.${fraction}`}`}${tail}`,
  );
const moment = fc
  .tuple(fc.oneof(isoDate, slashDate, shortDate, namedDate, monthFirst), fc.constantFrom(' ', 'T'), time)
  .map(([date, by, clock]) => date + by + clock);
const number = fc
  .tuple(
    fc.constantFrom('', '-', '+'),
    digits(20),
    fc.constantFrom('', '.', ',', '.'),
    fc.oneof(fc.constant(''), digits(20)),
    fc.constantFrom('', '', '', 'e5', 'E-07', 'e+12', '%'),
  )
  .map((parts) => parts.join(''));
const grouped = fc.constantFrom(
  '1,234',
  '1.234,50',
  '1,23,456',
  '12,5',
  '1.234',
  '999,999',
  '0,125',
  '-1.000,00',
);
const word = fc.constantFrom(
  'true',
  'FALSE',
  'True',
  'yes',
  'no',
  'NA',
  'NULL',
  'n/a',
  '-',
  '--',
  '',
  ' ',
  'x',
  '  12 ',
  ' 2024-01-01 ',
);
const kinds = [
  isoDate,
  slashDate,
  shortDate,
  namedDate,
  monthFirst,
  moment,
  number,
  grouped,
  digits(18),
  fc.constantFrom('true', 'False'),
] as const;

/** Columns that mostly hold one kind of value, with something else now and then. */
const typedColumn = fc.tuple(fc.constantFrom(...kinds), fc.boolean()).chain(([values, isPure]) =>
  fc.array(isPure ? values : fc.oneof({ weight: 5, arbitrary: values }, { weight: 1, arbitrary: word }), {
    minLength: 6,
    maxLength: 6,
  }),
);

/** Whether the database still says what the file said. */
function keeps(original: string, loaded: string | null, column: ScannedColumn): boolean {
  const text = original.trim();
  if (column.type === 'text') return loaded === (original === '' ? null : original);
  if (loaded === null) return /^(|NA|NULL|n\/a|-|--)$/.test(text);
  const bare = text.replaceAll(/(?<=\d),(?=\d)/g, '');
  if (column.type === 'integer') return loaded === bare.replace(/^-0+$/, '0');
  if (text.endsWith('%') && !column.decimalComma)
    return Math.abs(Number(loaded) * 100 - Number(bare.slice(0, -1))) <= 1e-9 * Math.abs(Number(loaded));
  if (column.type === 'decimal' && !/e/i.test(text) && !column.decimalComma) {
    return loaded === bare.replace(/^(-?)\./, '$10.').replace(/^-(0(\.0+)?)$/, '$1');
  }
  return column.type !== 'date' || loaded.slice(0, 4) === /\d{4}/.exec(text)?.[0];
}

describe('the types that the scan decides', () => {
  it('are accepted by PostgreSQL for every value, and lose none', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(typedColumn, { minLength: 1, maxLength: 6 }),
        fc.constantFrom(',', ';'),
        async (columns, delimiter) => {
          const table = Array.from({ length: 6 }, (_, row) => [
            `r${row}`,
            ...columns.map((column) => column[row] ?? ''),
          ]);
          const header = table[0]?.map((_, column) => `c${column}`) ?? [];
          const how = {
            delimiter,
            lineEnd: '\n',
            quoteAll: false,
            encoding: 'utf-8',
            mark: false,
            endsWithLine: true,
          } as const;
          const { scan, rows } = await load(writeCsv([header, ...table], how), { delimiter, header_row: 1 });
          expect(rows).toHaveLength(6);
          for (const [index, column] of scan.columns.entries()) {
            for (const [row, cells] of rows.entries()) {
              const original = table[row]?.[index] ?? '';
              const loaded = cells[index] ?? null;
              expect(keeps(original, loaded, column)).toBe(true);
            }
          }
        },
      ),
      { numRuns: 120 },
    );
  }, 60_000);

  it('take a date by the order of its column', async () => {
    const csv = 'a,b,c\n31/01/2024,01/02/2024,1/31/2024\n02/03/2024,03/04/2024,12/25/2024\n';
    const { scan, rows } = await load(Buffer.from(csv), {});
    expect(scan.columns.map((column) => [column.type, column.dayOrder])).toEqual([
      ['date', 'dmy'],
      ['date', 'dmy'],
      ['date', 'mdy'],
    ]);
    expect(rows).toEqual([
      ['2024-01-31', '2024-02-01', '2024-01-31'],
      ['2024-03-02', '2024-04-03', '2024-12-25'],
    ]);
  });

  it('take a comma for the decimal sign when the file says so', async () => {
    const csv = 'a;b;c\n1,5;1.234,50;1,250\n2,25;12;3\n;NA;4\n';
    const { scan, rows } = await load(Buffer.from(csv), {});
    expect(scan.columns.map((column) => column.type)).toEqual(['decimal', 'decimal', 'decimal']);
    expect(rows).toEqual([
      ['1.5', '1234.50', '1.250'],
      ['2.25', '12', '3'],
      [null, null, '4'],
    ]);
    expect(scan.warnings.map((warning) => warning.code)).toEqual(['null_words']);
  });

  it('leave what would change as text', async () => {
    const values = [
      '007',
      '+911234567890',
      '1234 5678 9012',
      '+5',
      '12345678901234567890',
      '1e5',
      '(12)',
      '5 USD EUR',
      '12,34,5',
      '1,2,3',
      '24:00',
      '2024-02-30',
      '0000-00-00',
      'yes',
    ];
    const csv = `v,${values.map((_, index) => `c${index}`).join(',')}\nx,${values.map((value) => `"${value}"`).join(',')}\n`;
    const { scan, rows } = await load(Buffer.from(csv), { header_row: 1 });
    expect(scan.columns.every((column) => column.type === 'text')).toBe(true);
    expect(rows[0]?.slice(1)).toEqual(values);
  });

  it('are numbers for amounts and percentages, in one currency and beside other numbers', async () => {
    const csv = [
      'name;a;b;c;d;e;f',
      'x;₹ 1,25,000.50;12.5%;$5;(1);1,500;१२.५',
      'y;Rs. 500/-;100 %;₹5;(2);(250);३',
      'z;-₹2;0.005%;7;(3);12;४',
    ].join('\n');
    const { scan, rows } = await load(Buffer.from(csv), { decimal: '.' });
    expect(scan.columns.slice(1).map((column) => column.type)).toEqual([
      'decimal',
      'decimal',
      'text',
      'text',
      'integer',
      'decimal',
    ]);
    expect(rows.map((row) => row.slice(1))).toEqual([
      ['125000.50', '0.125', '$5', '(1)', '1500', '12.5'],
      ['500', '1', '₹5', '(2)', '-250', '3'],
      ['-2', '0.00005', '7', '(3)', '12', '4'],
    ]);
    expect(scan.warnings.map(({ code, column }) => [code, column])).toEqual([
      ['currency_read', 'a'],
      ['percent_read', 'b'],
      ['currencies_mixed', 'c'],
    ]);
  });

  it('that the user chose accept what people write', async () => {
    const csv =
      'n,d,b,w,t,j\n"₹ 1,23,456",5 Mar 24,Yes,"1,200.0",2:05 pm,{"a":[1]}\n(12.50),03/04/2025 10:00,N,-7,14:30,1\n१२.५,2024/3/1,0,+9,08:15:30.5,"""x"""\n';
    const { scan, rows } = await load(Buffer.from(csv), {
      columns: { n: 'decimal', d: 'date', b: 'boolean', w: 'integer', t: 'time', j: 'json' },
      date_order: 'dmy',
    });
    expect(scan.rejected).toBe(0);
    expect(rows).toEqual([
      ['123456', '2024-03-05', 'true', '1200', '14:05:00', '{"a": [1]}'],
      ['-12.50', '2025-04-03', 'false', '-7', '14:30:00', '1'],
      ['12.5', '2024-03-01', 'false', '9', '08:15:30.5', '"x"'],
    ]);
  });
});

describe('a damaged file', () => {
  async function rejections(
    bytes: Uint8Array,
    options: CsvOptions = { header_row: 1, delimiter: ',' },
    limits = {},
  ) {
    const file = join(directory, 'damaged.csv');
    await writeFile(file, bytes);
    const rejected: [number, string][] = [];
    const scan = await scanCsv(file, await inspectCsv(file, options), {
      csv: options,
      limits,
      onRejected: async (rows) => {
        for (const row of rows) rejected.push([row.line, row.reason]);
      },
    });
    const { rows } = await load(bytes, { ...options, encoding: 'utf-8' }).catch((error: unknown) => {
      if (Object.keys(limits).length > 0) return { rows: [] };
      throw error;
    });
    return { scan, rejected, rows };
  }

  it('loses only the rows that cannot be read', async () => {
    const bytes = Buffer.concat([
      Buffer.from('a,b\n1,x\n2,y\u0000\n3,'),
      Buffer.from([0xff, 0xfe]),
      Buffer.from('\n4,नाम\n5,z,extra\n6\n7,,,\n\n8,"end'),
    ]);
    const { rejected, rows, scan } = await rejections(bytes);
    expect(rejected).toEqual([
      [3, 'the row holds a NUL byte'],
      [4, 'the row holds bytes that are not UTF-8'],
      [6, 'the row has 3 cells, the table 2 columns'],
    ]);
    expect(rows).toEqual([
      ['1', 'x'],
      ['4', 'नाम'],
      ['6', null],
      ['7', null],
      ['8', '"end'],
    ]);
    expect(scan.warnings.map((warning) => warning.code)).toEqual([
      'rows_repaired',
      'rows_padded',
      'rows_trimmed',
    ]);
  });

  it('goes on after a quote that never closes', async () => {
    const tail = Array.from({ length: 1000 }, (_, row) => `${row},fine\n`).join('');
    const { rejected, rows } = await rejections(Buffer.from(`a,b\n1,x\n2,"open\n${tail}`));
    expect(rejected).toEqual([]);
    expect(rows).toHaveLength(1002);
    expect(rows[1]).toEqual(['2', '"open']);
    const beyond = await rejections(Buffer.from(`a,b\n1,x\n2,3,"open\n${tail}`));
    expect(beyond.rejected).toEqual([[3, 'a quote opens in this row and never closes']]);
    expect(beyond.rows).toHaveLength(1001);
  });

  it('has limits for cells and rows, whatever their size', async () => {
    const limits = { maxCellBytes: 1000, maxRowBytes: 4 * 1024 * 1024 };
    const long = Buffer.from(
      `a,b\n1,x\n2,${'y'.repeat(5000)}\n3,z\n4,${'q'.repeat(9 * 1024 * 1024)}\n5,end\n`,
    );
    const { rejected, scan } = await rejections(long, undefined, limits);
    expect(rejected).toEqual([
      [3, 'the cell is longer than 0 MiB'],
      [5, 'the row is longer than 4 MiB'],
    ]);
    expect(scan.rows).toBe(3);
  });

  it('reads rows with stray quotes, mixed line ends and blanks around quotes', async () => {
    const csv = 'a,b\r\n1,5" pipe\n2, "x, y"\r3,"a"b\r\n4,"say ""hi""" \r\n\\.,z\r\n';
    const { rejected, rows } = await rejections(Buffer.from(csv));
    expect(rejected).toEqual([]);
    expect(rows).toEqual([
      ['1', '5" pipe'],
      ['2', 'x, y'],
      ['3', 'ab'],
      ['4', 'say "hi"'],
      ['\\.', 'z'],
    ]);
  });
});
