import { createWriteStream } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ExportFormat, TableColumn } from '#contracts/warehouse';
import type { Actor } from '#platform/actor';
import { systemClock } from '#platform/clock';
import { connectDatabase } from '#platform/database/database';
import { newId } from '#platform/ids';
import { createLog } from '#platform/log';
import { prepareFile } from '#sources';
import { createTestDatabase, type TestDatabase } from '#testing/database';
import { createTestOrganization } from '#testing/organization';
import { openWarehouse } from '../open-warehouse.ts';
import { recordTable } from '../record-table.ts';
import type { WarehouseServices } from '../services.ts';
import { exportFilename } from './export-filename.ts';
import { exportTable } from './export-table.ts';
import { xlsxFile } from './xlsx-file.ts';

let testDatabase: TestDatabase;
let services: WarehouseServices;
let actor: Actor;
let directory: string;
const { signal } = new AbortController();

const columns: TableColumn[] = [
  { name: 'name', display_name: 'Name', type: 'text' },
  { name: 'visits', display_name: 'Visits', type: 'integer' },
  { name: 'dose', display_name: 'Dose', type: 'decimal' },
  { name: 'ratio', display_name: 'Ratio', type: 'float' },
  { name: 'ok', display_name: 'OK?', type: 'boolean' },
  { name: 'born', display_name: 'Born', type: 'date' },
  { name: 'seen', display_name: 'Seen', type: 'timestamp' },
  { name: 'sent', display_name: 'Sent', type: 'timestamptz' },
  { name: 'at', display_name: 'At', type: 'time' },
  { name: 'more', display_name: 'More', type: 'json' },
  { name: '_dlt_id', display_name: '_dlt_id', type: 'text' },
];

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  const database = connectDatabase(testDatabase.appUrl);
  const base = { config: testDatabase.config, clock: systemClock, newId, database, log: createLog('silent') };
  services = { ...base, warehouse: openWarehouse(base) };
  actor = await createTestOrganization(database, testDatabase.config);
  directory = await mkdtemp(join(tmpdir(), 'dalgo-export-'));
  const warehouse = await services.warehouse.forOrganization(actor.organizationId);
  await warehouse.transaction((session) =>
    session.query(`CREATE TABLE source_all AS SELECT * FROM (VALUES
      ('Asha', 3::bigint, 1.50::numeric, 0.5::float8, true, DATE '1994-01-02', TIMESTAMP '2026-01-31 10:00:00', TIMESTAMPTZ '2026-01-31 10:00:00Z', TIME '08:30:00', '{"a": [1]}'::jsonb, 'x'),
      ('=HYPERLINK("http://x")', -5, 12345678901234567890.123456789, 1e300, false, DATE '1890-05-01', TIMESTAMP '1899-12-31 23:59:59', NULL, NULL, NULL, 'x'),
      (E'a "b", <c> & d\\ne _x0041_ \\x07', 9007199254740993, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'x'),
      ('  रवि  ', NULL, -0.001, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'x'),
      (NULL, 7, NULL, NULL, true, NULL, NULL, NULL, NULL, NULL, 'x')
    ) v (name, visits, dose, ratio, ok, born, seen, sent, at, more, _dlt_id)`),
  );
  await database.withOrganization(actor.organizationId, (trx) =>
    recordTable(trx, {
      organizationId: actor.organizationId,
      name: 'source_all',
      displayName: 'all.csv',
      kind: 'source',
      columns,
      rowCount: 5,
      sizeBytes: 8192,
      runToken: 'r1',
    }),
  );
});

afterAll(async () => {
  await services.warehouse.close();
  await services.database.close();
  await testDatabase[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});

async function saved(format: ExportFormat): Promise<string> {
  const file = await exportTable(services, actor, 'source_all', format, signal);
  expect(file.filename).toBe(`all.${format}`);
  const path = join(directory, file.filename ?? '');
  await pipeline(file.body, createWriteStream(path));
  return path;
}

/** Our own reader of files, which knows nothing of the writer: what a source made of this file would be. */
async function readBack(path: string, sheet?: string): Promise<string> {
  const prepared = await prepareFile(path, sheet === undefined ? {} : { sheet });
  return readFile(prepared.path, 'utf8');
}

test('a workbook that is read again has every row, and each value as what it is', async () => {
  const read = await readBack(await saved('xlsx'));
  expect(read.trimEnd().split(/\r?\n(?=[^e])/)).toEqual([
    'Name,Visits,Dose,Ratio,OK?,Born,Seen,Sent,At,More',
    expect.stringMatching(
      /^Asha,3,1\.50?,0\.5,(true|TRUE),1994-01-02,2026-01-31[ T]10:00:00,2026-01-31[ T]1\d:\d\d:00,08:30:00,"\{""a"":\[1\]\}"$/,
    ),
    // Excel's calendar begins in 1900, so earlier dates are text; nothing is a formula.
    `"=HYPERLINK(""http://x"")",-5,12345678901234567890.123456789,1e+300,false,1890-05-01,1899-12-31T23:59:59,,,`,
    expect.stringContaining('9007199254740993'),
    expect.stringContaining('-0.001'),
    expect.stringMatching(/^"?"?,7,/),
  ]);
  expect(read).toContain('"a ""b"", <c> & d\ne _x0041_');
  expect(read).toContain('रवि');
});

test('Parquet keeps types and digits, and leaves nothing on the disk', async () => {
  const read = await readBack(await saved('parquet'));
  const lines = read.trimEnd().split('\n');
  expect(lines[0]).toBe('name,visits,dose,ratio,ok,born,seen,sent,at,more');
  expect(lines[1]).toContain(
    'Asha,3,1.500000000,0.5,true,1994-01-02,2026-01-31 10:00:00,2026-01-31 10:00:00+00,08:30:00',
  );
  expect(lines[2]).toContain('12345678901234567890.123456789');
  expect(read).toContain('9007199254740993');
  expect(await readdir(join(services.config.dataDirectory, 'exports'))).toEqual([]);
});

test('JSON and its lines have one object for each row', async () => {
  const json: unknown = JSON.parse(await readFile(await saved('json'), 'utf8'));
  const lines = (await readFile(await saved('ndjson'), 'utf8')).trimEnd().split('\n');
  expect(json).toHaveLength(5);
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(json);
  expect(json).toContainEqual(expect.objectContaining({ name: 'Asha', visits: 3, more: { a: [1] } }));
});

test('CSV has every row', async () => {
  expect((await readFile(await saved('csv'), 'utf8')).trimEnd().split('\r\n')).toHaveLength(6);
});

test.each([
  ['x.csv', 'csv', 'x.csv'],
  ['visits.csv', 'xlsx', 'visits.xlsx'],
  ['2025.01 report', 'csv', '2025.01 report.csv'],
  ['data.csv.gz', 'json', 'data.json'],
  ['.csv', 'csv', 'table.csv'],
] as const)('%s as %s is called %s', (name, format, expected) => {
  expect(exportFilename(name, format)).toBe(expected);
});

describe('a workbook', () => {
  const one: TableColumn[] = [{ name: 'n', display_name: 'N', type: 'integer' }];
  const exported = one.map(({ name, display_name: title, type }) => ({ name, title, type }));

  async function* numbers(count: number, batch: number) {
    for (let from = 0; from < count; from += batch) {
      yield Array.from({ length: Math.min(batch, count - from) }, (_, index) => ({ n: from + index }));
    }
  }

  test.each([
    [9, 3, ['0,1,2,3', '4,5,6,7', '8']],
    [8, 3, ['0,1,2,3', '4,5,6,7']],
    [0, 3, ['']],
  ])('of %i rows goes on on further sheets when one is full', async (count, batch, expected) => {
    const path = join(directory, `sheets-${count}.xlsx`);
    await pipeline(
      Readable.from(xlsxFile('A/B: rows', exported, numbers(count, batch), 5)),
      createWriteStream(path),
    );
    const names = (await prepareFile(path)).sheets.map(({ name }) => name);
    const several = expected.map((_, index) => `A B  rows${index === 0 ? '' : ` (${index + 1})`}`);
    expect(names).toEqual(several);
    const found: string[] = [];
    for (const name of expected.length > 1 ? names : [undefined]) {
      const [head, ...rows] = (await readBack(path, name)).trim().split(/\r?\n/);
      expect(head).toBe('N');
      found.push(rows.join(','));
    }
    expect(found).toEqual(expected);
  });

  test('is made no faster than it is taken', async () => {
    let made = 0;
    async function* endless() {
      for (;;) {
        made += 1;
        yield Array.from({ length: 1000 }, (_, index) => ({ n: Math.floor(made * 7919 * index * Math.PI) }));
        if (made > 500) throw new Error('nobody took what was made');
      }
    }
    const stream = Readable.from(xlsxFile('Endless', exported, endless()));
    for await (const chunk of stream) if (chunk.length > 100) break;
    expect(made).toBeLessThan(100);
  });

  test('that fails in the middle fails for its reader', async () => {
    async function* broken() {
      yield [{ n: 1 }];
      throw new Error('the table is gone');
    }
    await expect(text(Readable.from(xlsxFile('Broken', exported, broken())))).rejects.toThrow(
      'the table is gone',
    );
  });
});
