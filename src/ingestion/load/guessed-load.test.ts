import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import * as fc from 'fast-check';
import { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import type { CsvOptions } from '#contracts/sources';
import { dialects } from '#warehouse';
import { guessColumns } from '../csv/guess-columns.ts';
import { inspectCsv } from '../csv/inspect-csv.ts';
import { type CsvScan, scanCsv } from '../csv/scan-csv.ts';
import { loadFile } from '../csv/testing/load-file.ts';
import { GuessedLoad } from './guessed-load.ts';

let directory: string;
let client: Client;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'dalgo-follow-'));
  client = new Client(inject('adminUrl'));
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await rm(directory, { recursive: true });
});

/** Cells as PostgreSQL writes them after it has read what a load hands it; null when the load gave up. */
async function loaded(
  file: string,
  options: CsvOptions,
  readBytes: number,
  sampleRows = 1000,
  known?: CsvScan,
) {
  const inspection = await inspectCsv(file, options, { sampleRows });
  const load = new GuessedLoad(inspection, known ?? guessColumns(inspection, options), known !== undefined);
  const pieces: Uint8Array[] = [];
  const taking = (async () => {
    for await (const piece of load.pieces) pieces.push(Buffer.from(piece));
  })();
  taking.catch(() => undefined);
  const scan = await scanCsv(file, inspection, {
    csv: options,
    limits: { readBytes },
    rows: load,
    onScanned: (state) => load.follow(state),
  });
  await load.end(scan);
  if (load.hasToStartAnew) {
    const message = await taking.then(
      () => 'the rows are all there',
      (error: Error) => error.message,
    );
    if (message !== 'later rows decided other types') throw new Error(message);
    return { scan, rows: null };
  }
  await taking;
  const names = scan.columns.map(({ name }) => dialects.postgres.quoteIdentifier(name));
  const types = scan.columns.map(({ type }) => dialects.postgres.typeName(type));
  await client.query('BEGIN');
  try {
    await client.query(`SET LOCAL TimeZone = 'UTC'`);
    await client.query(`SET LOCAL DateStyle = 'ISO, ${scan.dayOrder === 'mdy' ? 'MDY' : 'DMY'}'`);
    await client.query(
      `CREATE TEMP TABLE t (${names.map((name, at) => `${name} ${types[at]}`).join(', ')}, "_dlt_id" text) ON COMMIT DROP`,
    );
    await pipeline(pieces, client.query(copyFrom('COPY t FROM STDIN (FORMAT binary)')));
    const kept = names.filter((_, at) => scan.columns[at]?.isLeftOut === false);
    const { rows } = await client.query<(string | null)[]>({
      text: `SELECT ${kept.map((name) => `${name}::text`).join(', ')}, "_dlt_id" FROM t ORDER BY "_dlt_id"`,
      rowMode: 'array',
    });
    const ids = rows.map((row) => row.pop() ?? '');
    expect(new Set(ids).size).toBe(rows.length);
    for (const id of ids) expect(id).toMatch(/^[\w-]{4}1\d{9}$/);
    return { scan, rows };
  } finally {
    await client.query('ROLLBACK');
  }
}

const line = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(fc.nat(999), fc.constantFrom('x', 'y z', '"q, q"', '"a ""b"""', '"two\nlines"'))
      .map((cells) => cells.join(',')),
  },
  fc.constantFrom(
    '',
    ',',
    '1',
    '1,2,3',
    '1,x,',
    '7,a"b',
    '8,\u0000',
    'NA,x',
    '1.5,x',
    '2024-01-01,x',
    ' 5 ,नाम',
    '"6" ,x',
    ',,',
    'Total,5',
  ),
);

it('loads the rows that COPY of CSV loads, or says that it must start anew', async () => {
  const file = join(directory, 'file.csv');
  let anew = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(line, { minLength: 1, maxLength: 60 }),
      fc.constantFrom('\n', '\r\n'),
      fc.constantFrom(16, 64, 1 << 20),
      fc.constantFrom(1, 10, 1000),
      async (lines, lineEnd, readBytes, sampleRows) => {
        await writeFile(file, ['n,t', ...lines].join(lineEnd) + lineEnd);
        const options: CsvOptions = { header_row: 1, delimiter: ',' };
        const whole = await loadFile(client, file, options, 1 << 20, sampleRows);
        const first = await loaded(file, options, readBytes, sampleRows);
        anew += first.rows === null ? 1 : 0;
        const { rows } =
          first.rows === null ? await loaded(file, options, readBytes, sampleRows, first.scan) : first;
        expect(rows).toEqual(whole.rows);
      },
    ),
    { numRuns: 120 },
  );
  expect(anew).toBeGreaterThan(0);
});

it('does not start anew when the beginning told the truth', async () => {
  const file = join(directory, 'honest.csv');
  await writeFile(file, `n,t\n${'1,x\n,y\n'.repeat(50_000)}`);
  const { rows } = await loaded(file, { header_row: 1, delimiter: ',' }, 1 << 16);
  expect(rows).toHaveLength(100_000);
});

const digits = (min: number, max: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789'.split('')), minLength: min, maxLength: max });
const two = (min: number, max: number) => fc.integer({ min, max }).map((n) => String(n).padStart(2, '0'));
const year = fc
  .oneof(fc.integer({ min: 1900, max: 2100 }), fc.integer({ min: 1, max: 9999 }))
  .map((n) => String(n).padStart(4, '0'));
const day = fc.oneof(
  fc.tuple(year, two(1, 12), two(1, 28)).map((parts) => parts.join('-')),
  fc.constantFrom(
    '2024-02-29',
    '2000/02/29',
    '0001-01-01',
    '9999-12-31',
    '1999-12-31',
    '1970-01-01',
    '1900/03/01',
  ),
);
const ordered = (separator: string) =>
  fc
    .tuple(
      fc.oneof(
        two(1, 31),
        fc.nat(8).map((n) => String(n + 1)),
      ),
      two(1, 12),
      year,
    )
    .map((parts) => parts.join(separator));
const time = fc.oneof(
  fc.tuple(two(0, 23), two(0, 59)).map((parts) => parts.join(':')),
  fc.tuple(two(0, 23), two(0, 59), two(0, 59)).map((parts) => parts.join(':')),
  fc.tuple(two(0, 23), two(0, 59), two(0, 59), digits(1, 6)).map(([h, m, s, f]) => `${h}:${m}:${s}.${f}`),
  fc.constantFrom('2:05:09 PM', '12:00 am'),
);
const zone = fc.constantFrom('Z', '+05:30', '-0800', '+00', ' UTC', '-12:45');
const whole = fc.oneof(
  fc.bigInt({ min: -(10n ** 18n - 1n), max: 10n ** 18n - 1n }).map(String),
  fc.integer().map(String),
  fc.constantFrom(
    '0',
    '-0',
    ' 7 ',
    '\t8',
    '999999999999999',
    '1000000000000000',
    '-4294967296',
    '2147483648',
  ),
);
const fraction = fc.oneof(
  fc
    .tuple(fc.constantFrom('', '-'), fc.nat(99_999).map(String), digits(1, 12))
    .map(([s, w, f]) => `${s}${w}.${f}`),
  whole,
  fc.constantFrom(
    '.5',
    '-.25',
    '0.0',
    '-0.00',
    '10000.0001',
    '1e+05',
    '1.50e-02',
    '0.00001234',
    '123456789012345678.123456789012345678',
  ),
);
const values: Readonly<Record<string, fc.Arbitrary<string>>> = {
  integer: fc.oneof(whole, fc.constantFrom('1,234', '12,34,567', '₹ 500', 'NA')),
  decimal: fc.oneof(
    fraction,
    fc.constantFrom('1,234.50', '₹ 12.5', '12.5%', '(5.25)', '1.5e+15', '2e-9', '-', '٣'),
  ),
  float: fc.oneof(fraction, fc.constantFrom('1e-05', 'inf', '-Infinity')),
  boolean: fc.constantFrom('true', 'FALSE', 'yes', 'n', '0', ' true ', 'N/A'),
  date: fc.oneof(
    day,
    ordered('/'),
    ordered('.'),
    fc.constantFrom('3 Apr 2025', 'January 8, 1999', '05-04-24', '2024-05-06 10:15'),
  ),
  timestamp: fc.oneof(
    fc.tuple(day, fc.constantFrom(' ', 'T'), time).map((parts) => parts.join('')),
    fc.tuple(ordered('/'), time).map((parts) => parts.join(' ')),
    day,
    fc.constantFrom('3 Apr 2025 10:15', '05-04-24 1:02'),
  ),
  timestamptz: fc.oneof(
    fc.tuple(day, time, zone).map(([d, t, z]) => `${d}T${t}${z}`),
    day,
  ),
  time: fc.oneof(time, fc.constantFrom('23:59:59.999999', '7:05')),
  json: fc.oneof(fc.json({ maxDepth: 2 }), fc.constantFrom('null', '[]', '{"a":"é \\"q\\""}')),
  text: fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 400 }),
    fc.constantFrom('"', '""', ' ', "'", '\\.', 'नाम'),
  ),
};

it('writes each value as PostgreSQL reads it from text', async () => {
  const file = join(directory, 'values.csv');
  const types = Object.keys(values);
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record(values), { minLength: 1, maxLength: 30 }),
      fc.constantFrom('dmy' as const, 'mdy' as const),
      fc.constantFrom(64, 1 << 18),
      async (rows, date_order, readBytes) => {
        const cell = (text: string) =>
          `"${text.replaceAll('\u0000', '').toWellFormed().replaceAll('"', '""')}"`;
        const lines = rows.map((row) => types.map((type) => cell(row[type] ?? '')).join(','));
        await writeFile(file, `${[types.join(','), ...lines].join('\n')}\n`);
        const options: CsvOptions = {
          header_row: 1,
          delimiter: ',',
          totals: 'keep',
          date_order,
          columns: Object.fromEntries(types.map((type) => [type, type])) as CsvOptions['columns'],
        };
        const expected = await loadFile(client, file, options, readBytes);
        const { rows: found } = await loaded(file, options, readBytes);
        expect(found).toEqual(expected.rows);
        compared += expected.rows.length;
      },
    ),
    { numRuns: 80 },
  );
  // Of the others a value did not fit, so they are rejected.
  expect(compared).toBeGreaterThan(400);
});
