import { text } from 'node:stream/consumers';
import { afterAll, expect, test } from 'vitest';
import type { TableColumn } from '#contracts/warehouse';
import { systemClock } from '#platform/clock';
import { connectDatabase } from '#platform/database/database';
import { newId } from '#platform/ids';
import { createLog } from '#platform/log';
import { createTestDatabase } from '#testing/database';
import { createTestOrganization } from '#testing/organization';
import { csvCell } from './export/csv-file.ts';
import { exportTable } from './export/export-table.ts';
import { openWarehouse } from './open-warehouse.ts';
import { profileTable } from './profile-table.ts';
import { getTable, listTables } from './queries.ts';
import { recordTable, tableSize } from './record-table.ts';

const testDatabase = await createTestDatabase();
const database = connectDatabase(testDatabase.appUrl);
const warehouse = openWarehouse({ config: testDatabase.config, database });
const services = {
  config: testDatabase.config,
  log: createLog('silent'),
  clock: systemClock,
  newId,
  database,
  warehouse,
};
const asha = await createTestOrganization(database, testDatabase.config);
const bina = await createTestOrganization(database, testDatabase.config);
const signal = new AbortController().signal;

const columns: TableColumn[] = [
  { name: 'district', display_name: 'District', type: 'text' },
  { name: 'age', display_name: 'Age', type: 'integer' },
  { name: 'born', display_name: 'Born on', type: 'date' },
  { name: 'active', display_name: 'Active?', type: 'boolean' },
  { name: 'dose', display_name: 'Dose', type: 'decimal' },
];

const ours = await warehouse.forOrganization(asha.organizationId);
await ours.transaction((session) =>
  session.query(`CREATE TABLE source_people AS SELECT * FROM (VALUES
    ('Nairobi', 30::bigint, DATE '1994-01-02', true, 0.12345678901234567890), ('Nairobi', 41, NULL, false, -1), ('=cmd()', -5, DATE '2000-02-29', NULL, 1.50),
    ('  ', NULL, NULL, NULL, NULL), (NULL, 7, NULL, true, NULL)) v (district, age, born, active, dose)`),
);
await database.withOrganization(asha.organizationId, (trx) =>
  recordTable(trx, {
    organizationId: asha.organizationId,
    name: 'source_people',
    displayName: 'People',
    kind: 'source',
    columns,
    rowCount: 5,
    sizeBytes: 8192,
    runToken: 'r1',
  }),
);

afterAll(async () => {
  await warehouse.close();
  await database.close();
  await testDatabase[Symbol.asyncDispose]();
});

test('tables are listed for their own organization only', async () => {
  const list = await listTables(services, asha, { limit: 10 });
  expect(list).toMatchObject({
    items: [{ name: 'source_people', display_name: 'People', row_count: 5 }],
    next_cursor: null,
  });
  expect((await listTables(services, bina, { limit: 10 })).items).toEqual([]);
  await expect(getTable(services, bina, 'source_people')).rejects.toMatchObject({ code: 'not_found' });
});

test('a list is read page by page', async () => {
  await database.withOrganization(asha.organizationId, (trx) =>
    recordTable(trx, {
      organizationId: asha.organizationId,
      name: 'zz_last',
      displayName: 'Last',
      kind: 'source',
      columns,
      rowCount: 0,
      sizeBytes: null,
      runToken: 'r2',
    }),
  );
  const first = await listTables(services, asha, { limit: 1 });
  expect(first.next_cursor).toBe('source_people');
  const second = await listTables(services, asha, { limit: 1, cursor: first.next_cursor ?? '' });
  expect(second.items.map((table) => table.name)).toEqual(['zz_last']);
  expect(second.next_cursor).toBeNull();
});

test('a description that people wrote survives the next load', async () => {
  const record = (description?: string) =>
    database.withOrganization(asha.organizationId, (trx) =>
      recordTable(trx, {
        organizationId: asha.organizationId,
        name: 'described',
        displayName: 'Described',
        kind: 'source',
        columns: [{ name: 'age', display_name: 'Age', type: 'integer', description: description ?? null }],
        rowCount: 1,
        sizeBytes: null,
        runToken: newId(),
      }),
    );
  await record('Age at the last visit');
  await record();
  expect((await getTable(services, asha, 'described')).columns[0]?.description).toBe('Age at the last visit');
});

test('a profile counts blanks as empty and shows the most frequent values', async () => {
  const { columns: profiles, sampled } = await profileTable(
    services,
    asha,
    'source_people',
    { full: false },
    signal,
  );
  expect(sampled).toBe(false);
  const [district, age, born, active] = profiles;
  expect(district).toMatchObject({
    row_count: 5,
    empty_count: 2,
    top: [
      { value: 'Nairobi', count: 2 },
      { value: '=cmd()', count: 1 },
    ],
  });
  expect(age).toMatchObject({ empty_count: 1, min: '-5', max: '41', mean: 18.25, distinct_count: 4 });
  expect(born).toMatchObject({ empty_count: 3, min: '1994-01-02', max: '2000-02-29', mean: null });
  expect(active).toMatchObject({ empty_count: 2, min: null, max: null });
  expect(age?.histogram.reduce((sum, { count }) => sum + count, 0)).toBe(4);
  expect(age?.histogram[0]).toEqual({ from: '-5', to: '-1.16667', count: 1 });
  expect(born?.histogram.at(-1)).toEqual({ from: '1999-08-25', to: '2000-02-29', count: 1 });
});

test('an export has every row, with formulas defused and numbers untouched', async () => {
  const file = await exportTable(services, asha, 'source_people', 'csv', signal);
  expect(file.filename).toBe('People.csv');
  const lines = (await text(file.body)).split('\r\n');
  expect(lines).toEqual([
    '\uFEFFDistrict,Age,Born on,Active?,Dose',
    'Nairobi,30,1994-01-02,true,0.12345678901234567890',
    'Nairobi,41,,false,-1',
    "'=cmd(),-5,2000-02-29,,1.50",
    '"  ",,,,',
    ',7,,true,',
    '',
  ]);
  const json = await exportTable(services, asha, 'source_people', 'json', signal);
  expect(JSON.parse(await text(json.body))).toHaveLength(5);
});

test('a cell of an export never runs in a spreadsheet', () => {
  for (const value of ['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx']) {
    expect(csvCell(value, 'text').replace(/^"/, '')).toMatch(/^'/);
  }
  expect(csvCell(-1, 'integer')).toBe('-1');
  expect(csvCell('a "b", c', 'text')).toBe('"a ""b"", c"');
});

test('the size of a table is known', async () => {
  expect(await tableSize(ours, 'source_people')).toBeGreaterThan(0);
});

test('a table whose columns change while it is profiled is looked at again', async () => {
  const record = (column: TableColumn, runToken: string) =>
    database.withOrganization(asha.organizationId, (trx) =>
      recordTable(trx, {
        organizationId: asha.organizationId,
        name: 'source_turning',
        displayName: 'Turning',
        kind: 'source',
        columns: [column],
        rowCount: 1,
        sizeBytes: 8192,
        runToken,
      }),
    );
  await ours.transaction((session) => session.query(`CREATE TABLE source_turning AS SELECT 'ten' AS age`));
  await record({ name: 'age', display_name: 'Age', type: 'integer' }, 'r1');
  const profile = profileTable(services, asha, 'source_turning', { full: false }, signal);
  // The rows are published first, and what is known of them a moment later.
  await record({ name: 'age', display_name: 'Age', type: 'text' }, 'r2');
  expect((await profile).columns).toMatchObject([{ type: 'text', row_count: 1 }]);
});
