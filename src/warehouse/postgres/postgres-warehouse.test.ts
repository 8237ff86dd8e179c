import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { connectDatabase } from '#platform/database/database';
import { createTestDatabase } from '#testing/database';
import { createTestOrganization } from '#testing/organization';
import { openWarehouse } from '../open-warehouse.ts';
import { dropStagingTables, findPublishedRun, publishTable, stagingPrefix } from '../publish-table.ts';

const testDatabase = await createTestDatabase();
const database = connectDatabase(testDatabase.appUrl);
const warehouse = openWarehouse({ config: testDatabase.config, database });
const asha = await createTestOrganization(database, testDatabase.config);
const bina = await createTestOrganization(database, testDatabase.config);
const ours = await warehouse.forOrganization(asha.organizationId);
const theirs = await warehouse.forOrganization(bina.organizationId);

afterAll(async () => {
  await warehouse.close();
  await database.close();
  await testDatabase[Symbol.asyncDispose]();
});

async function makeStaging(token: string, rows: number): Promise<string> {
  const name = `${stagingPrefix(token)}_1`;
  await ours.transaction((session) =>
    session.query(`CREATE TABLE "${name}" AS SELECT g AS n FROM generate_series(1, ${rows}) g`),
  );
  return name;
}

test('values come back JSON-safe and unchanged', async () => {
  const { rows, columns } = await ours.read(`SELECT 9007199254740993::bigint AS big, 42::bigint AS small,
    1.10::numeric AS price, 12345678901234567.25::numeric AS exact, 0.00::numeric AS zero, 'NaN'::float8 AS nan, true AS yes,
    DATE '2026-01-31' AS day, TIMESTAMP '2026-01-31 10:00:00.5' AS moment,
    TIMESTAMPTZ '2026-01-31 10:00:00+05:30' AS instant, '{"a":[1]}'::jsonb AS doc, 'नाम' AS text, NULL AS none`);
  expect(rows[0]).toEqual({
    big: '9007199254740993',
    small: 42,
    price: 1.1,
    exact: '12345678901234567.25',
    zero: 0,
    nan: 'NaN',
    yes: true,
    day: '2026-01-31',
    moment: '2026-01-31T10:00:00.5',
    instant: '2026-01-31T04:30:00Z',
    doc: { a: [1] },
    text: 'नाम',
    none: null,
  });
  expect(columns.map((column) => column.type)).toEqual([
    'integer',
    'integer',
    'decimal',
    'decimal',
    'decimal',
    'float',
    'boolean',
    'date',
    'timestamp',
    'timestamptz',
    'json',
    'text',
    'text',
  ]);
});

test('a read cannot write, even when it asks for it', async () => {
  await expect(ours.read('CREATE TABLE sneaky (a int)')).rejects.toMatchObject({ code: 'warehouse_error' });
});

test("another organization's table cannot be read by its full name", async () => {
  await theirs.transaction(async (session) => {
    await session.query('CREATE TABLE secret AS SELECT 1 AS a');
  });
  await expect(ours.read(`SELECT * FROM ${theirs.schema}.secret`)).rejects.toMatchObject({
    code: 'warehouse_error',
  });
});

test('an abort reaches a running statement within two seconds and the connection stays good', async () => {
  const controller = new AbortController();
  const started = performance.now();
  const running = ours.read('SELECT pg_sleep(60)', { signal: controller.signal });
  setTimeout(() => controller.abort(), 100);
  await expect(running).rejects.toMatchObject({ code: 'query_cancelled' });
  expect(performance.now() - started).toBeLessThan(2000);
  expect((await ours.read('SELECT 1 AS a')).rows).toEqual([{ a: 1 }]);
});

test('a statement that takes too long ends with query_timeout', async () => {
  await expect(ours.read('SELECT pg_sleep(60)', { timeoutMs: 100 })).rejects.toMatchObject({
    code: 'query_timeout',
  });
});

test('bytes are copied into a table, and a cancelled copy leaves nothing', async () => {
  const rows = await ours.transaction(async (session) => {
    await session.query('CREATE TABLE copied (a text, b bigint)');
    return session.copyFrom('COPY copied FROM STDIN (FORMAT csv)', Readable.from(['x,1\n', 'y,2\n']));
  });
  expect(rows).toBe(2);
  const controller = new AbortController();
  const endless = Readable.from(
    (async function* () {
      for (;;) {
        yield 'z,3\n';
        await sleep(10);
      }
    })(),
  );
  setTimeout(() => controller.abort(), 100);
  await expect(
    ours.transaction((session) => session.copyFrom('COPY copied FROM STDIN (FORMAT csv)', endless), {
      signal: controller.signal,
    }),
  ).rejects.toMatchObject({ code: 'query_cancelled' });
  expect((await ours.read('SELECT count(*) AS n FROM copied')).rows).toEqual([{ n: 2 }]);
});

test('publishing replaces the table and remembers the run, so that a repeat changes nothing', async () => {
  const first = await publishTable(ours, {
    runToken: 'run1',
    stagingTable: await makeStaging('run1', 3),
    targetTable: 'people',
    rowCount: 3,
  });
  expect(first).toEqual({ published: true, rowCount: 3, lostViews: [] });
  expect(await findPublishedRun(ours, 'run1')).toEqual({
    runToken: 'run1',
    tableName: 'people',
    rowCount: 3,
  });
  const again = await publishTable(ours, {
    runToken: 'run1',
    stagingTable: await makeStaging('run1', 99),
    targetTable: 'people',
    rowCount: 99,
  });
  expect(again).toEqual({ published: false, rowCount: 3, lostViews: [] });
  expect((await ours.read('SELECT count(*) AS n FROM people')).rows).toEqual([{ n: 3 }]);
});

test('two attempts that publish the same run at once leave one result', async () => {
  const [left, right] = await Promise.all([makeStaging('race_a', 5), makeStaging('race_b', 7)]);
  const results = await Promise.all([
    publishTable(ours, { runToken: 'race', stagingTable: left, targetTable: 'raced', rowCount: 5 }),
    publishTable(ours, { runToken: 'race', stagingTable: right, targetTable: 'raced', rowCount: 7 }),
  ]);
  expect(results.filter((result) => result.published)).toHaveLength(1);
  const { rows } = await ours.read('SELECT count(*) AS n FROM raced');
  expect(rows[0]?.['n']).toBe(results.find((result) => result.published)?.rowCount);
});

test('a fenced attempt publishes nothing', async () => {
  const staging = await makeStaging('fenced', 1);
  await expect(
    publishTable(ours, {
      runToken: 'fenced',
      stagingTable: staging,
      targetTable: 'people',
      rowCount: 1,
      assertCurrent: () => Promise.reject(new Error('taken over')),
    }),
  ).rejects.toThrow('taken over');
  expect(await findPublishedRun(ours, 'fenced')).toBeNull();
  expect((await ours.read('SELECT count(*) AS n FROM people')).rows).toEqual([{ n: 3 }]);
  await dropStagingTables(ours, 'fenced');
  await expect(ours.read(`SELECT 1 FROM "${staging}"`)).rejects.toMatchObject({ code: 'table_missing' });
});

test('a swap waits for a long reader without holding up the readers behind it', async () => {
  const staging = await makeStaging('patient', 4);
  const longReader = ours.read('SELECT count(*) AS n, pg_sleep(1.5) FROM people');
  await sleep(200);
  const swap = publishTable(ours, {
    runToken: 'patient',
    stagingTable: staging,
    targetTable: 'people',
    rowCount: 4,
  });
  await sleep(100);
  const started = performance.now();
  expect((await ours.read('SELECT count(*) AS n FROM people')).rows).toEqual([{ n: 3 }]);
  expect(performance.now() - started).toBeLessThan(1200);
  await longReader;
  expect(await swap).toEqual({ published: true, rowCount: 4, lostViews: [] });
});

test('an export streams every row in batches', async () => {
  let seen = 0;
  for await (const rows of ours.stream('SELECT g FROM generate_series(1, 2500) g', { batchSize: 1000 })) {
    seen += rows.length;
  }
  expect(seen).toBe(2500);
});
