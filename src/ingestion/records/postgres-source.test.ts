import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createBareDatabase, type BareDatabase } from '#testing/database';
import { testSource } from '../describe-source.ts';
import { openConnectorBench } from './testing/connector-bench.ts';
import { testDatabaseFaults } from './testing/database-faults.ts';

let theirs: BareDatabase;
let client: pg.Client;
let bench: Awaited<ReturnType<typeof openConnectorBench>>;

beforeAll(async () => {
  theirs = await createBareDatabase();
  client = new pg.Client(theirs.ownerUrl);
  await client.connect();
  const url = new URL(theirs.ownerUrl);
  bench = await openConnectorBench([`${url.hostname}:${url.port}`]);
  await client.query(`
    CREATE SCHEMA app;
    CREATE DOMAIN app.percent AS numeric(5,2);
    CREATE TYPE app.mood AS ENUM ('good', 'bad');
    CREATE TABLE app.people (
      id int PRIMARY KEY, name text, big bigint, amount numeric, share app.percent, ratio float8, ok boolean,
      born date, seen timestamptz, noted timestamp, at time, tags text[], doc jsonb, mood app.mood, file bytea,
      gap interval, "Full Name__x" varchar(20), updated_at timestamptz NOT NULL DEFAULT now());
    INSERT INTO app.people VALUES
      (1, E'A\\tb\\\\', 9007199254740993, 123456789012345678.123456789, 99.5, 0.1, true, '2024-02-29', '2024-01-01 10:00+05:30',
       '2024-01-01 10:00:00.5', '10:30', '{a,"b,c"}', '{"n": [1, {"deep": 12345678901234567890}]}', 'good', '\\xff00', '1 day', 'x', '2026-01-01'),
      (2, NULL, NULL, 'NaN', NULL, 'Infinity', false, NULL, NULL, NULL, NULL, '{}', NULL, NULL, NULL, NULL, '', '2026-01-02');
    CREATE VIEW app.names AS SELECT name FROM app.people;
    CREATE TABLE public.empty (a int);
    CREATE TABLE public.many AS SELECT g AS id, 'row ' || g AS t FROM generate_series(1, 4500) g;
  `);
});
afterAll(async () => {
  await client.end();
  await bench[Symbol.asyncDispose]();
  await theirs[Symbol.asyncDispose]();
});

function settings(more: object = {}) {
  const url = new URL(theirs.ownerUrl);
  return {
    host: url.hostname,
    port: Number(url.port),
    database: theirs.name,
    username: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    tls: 'disable',
    ...more,
  };
}
const tryOut = (config: Record<string, unknown>) =>
  testSource(bench.services, bench.actor, { type: 'postgres', config }, bench.signal);

test('a table arrives with its types, exactly', async () => {
  const source = await bench.add('postgres', settings({ streams: ['app.people'] }));
  expect((await bench.sync(source.id)).rows).toBe(2);
  const [table] = await bench.services.database.withOrganization(bench.actor.organizationId, (trx) =>
    trx
      .selectFrom('warehouse_tables')
      .selectAll()
      .where('source_id', '=', source.id as never)
      .execute(),
  );
  expect(table?.columns.map(({ name, type }) => `${name} ${type}`)).toEqual([
    'id integer',
    'name text',
    'big integer',
    'amount decimal',
    'share decimal',
    'ratio float',
    'ok boolean',
    'born date',
    'seen timestamptz',
    'noted timestamp',
    'at time',
    'tags json',
    'doc json',
    'mood text',
    'file text',
    'gap text',
    'full_name__x text',
    'updated_at timestamptz',
  ]);
  expect(
    await bench.rows(
      source.id,
      'name, big::text AS big, amount::text AS amount, share, ratio::text AS ratio, ok, born, seen, noted, at, tags, doc::text AS doc, mood, file, gap',
    ),
  ).toEqual([
    {
      name: 'A\tb\\',
      big: '9007199254740993',
      amount: '123456789012345678.123456789',
      share: 99.5,
      ratio: '0.1',
      ok: true,
      born: '2024-02-29',
      seen: '2024-01-01T04:30:00Z',
      noted: '2024-01-01T10:00:00.5',
      at: '10:30:00',
      tags: ['a', 'b,c'],
      doc: '{"n": [1, {"deep": 12345678901234567890}]}',
      mood: 'good',
      file: '\\xff00',
      gap: 'P1D',
    },
    expect.objectContaining({ name: null, amount: 'NaN', ratio: 'Infinity', ok: false, tags: [] }),
  ]);
});

test('only new and changed rows are read, and a column that came is there', async () => {
  const source = await bench.add(
    'postgres',
    settings({
      streams: ['app.people', 'public.many'],
      incremental: { kind: 'cursor', column: 'updated_at' },
    }),
  );
  expect((await bench.sync(source.id)).rows).toBe(4502);
  await client.query(`ALTER TABLE app.people ADD COLUMN extra int;
    INSERT INTO app.people (id, name, extra, updated_at) VALUES (3, 'new', 7, '2026-01-05');
    UPDATE app.people SET name = 'changed', updated_at = '2026-01-04' WHERE id = 1`);
  const { sync } = await bench.sync(source.id);
  // Row 2 stands at the cursor; the table without that column is loaded whole.
  expect(sync.rows_synced).toBe(4503);
  expect(sync.schema_changes).toMatchObject([{ kind: 'column_added', column: 'extra' }]);
  expect(await bench.rows(source.id, 'id, name, extra', '__app_people', 'id')).toEqual([
    { id: 1, name: 'changed', extra: null },
    { id: 2, name: null, extra: null },
    { id: 3, name: 'new', extra: 7 },
  ]);
  expect(await bench.rows(source.id, 'count(*) AS n', '', '1')).toEqual([{ n: 4500 }]);
});

test('a test lists tables and views, and tells a wrong password, database, host and address apart', async () => {
  const tried = await tryOut(settings());
  expect(tried).toMatchObject({ ok: true });
  expect(tried.streams?.map(({ title }) => title)).toEqual(['empty', 'many', 'app.names', 'app.people']);
  expect(await tryOut(settings({ password: 'wrong' }))).toMatchObject({
    ok: false,
    code: 'source_credentials_refused',
  });
  expect(await tryOut(settings({ database: 'nowhere' }))).toMatchObject({
    ok: false,
    code: 'source_not_found',
  });
  expect(await tryOut(settings({ tls: 'verify' }))).toMatchObject({
    ok: false,
    code: 'source_unexpected_answer',
  });
  expect(await tryOut(settings({ port: 5999 }))).toMatchObject({ ok: false, code: 'outbound_blocked' });
  expect(await tryOut(settings({ host: '169.254.169.254' }))).toMatchObject({
    ok: false,
    code: 'outbound_blocked',
  });
  expect(await tryOut(settings({ host: 'no-such-host.dalgo.org' }))).toMatchObject({
    ok: false,
    code: 'outbound_failed',
  });
  expect(await tryOut(settings({ streams: ['app.gone'] }))).toMatchObject({
    ok: false,
    code: 'source_not_found',
  });
});

test('an empty table is a table', async () => {
  const source = await bench.add('postgres', settings({ streams: ['public.empty'] }));
  expect((await bench.sync(source.id)).rows).toBe(0);
  expect(await bench.rows(source.id, 'a')).toEqual([]);
});

test('a value that is as long as a film stays empty, and is told of; long rows come a few at a time', async () => {
  await client.query(`CREATE TABLE app.films (id int PRIMARY KEY, film text, note text, doc jsonb);
    INSERT INTO app.films VALUES (1, repeat('x', 70000000), 'a', '{"n": 1}');
    INSERT INTO app.films SELECT g, repeat('y', 1000000), NULL, NULL FROM generate_series(2, 10) g`);
  const source = await bench.add('postgres', settings({ streams: ['app.films'] }));
  const { sync } = await bench.sync(source.id);
  expect(sync.warnings).toMatchObject([
    { code: 'values_too_long', message: '1 value of “film” is longer than 64 MB and stayed empty.' },
  ]);
  const rows = await bench.rows(source.id, 'id, length(film) AS film, note', '', 'id');
  expect(rows).toHaveLength(10);
  expect(rows.slice(0, 2)).toEqual([
    { id: 1, film: null, note: 'a' },
    { id: 2, film: 1_000_000, note: null },
  ]);
});

testDatabaseFaults('PostgreSQL', async () => {
  const url = new URL(theirs.ownerUrl);
  const reader = `reader_${theirs.name}`;
  const secret = 'three quiet herons';
  const admin = new pg.Client(theirs.adminUrl);
  await admin.connect();
  await admin.query(`CREATE TABLE faulty (id int PRIMARY KEY, t text);
    CREATE ROLE ${reader} LOGIN PASSWORD '${secret}'; GRANT CONNECT ON DATABASE ${theirs.name} TO ${reader};
    GRANT USAGE ON SCHEMA public TO ${reader}; GRANT SELECT ON faulty TO ${reader}`);
  return {
    type: 'postgres',
    host: url.hostname,
    port: Number(url.port),
    reader,
    secret,
    settings: (more) => settings({ username: reader, password: secret, ...more }),
    stream: (table) => `public.${table}`,
    run: (sql) => admin.query(sql),
    admin: (sql) => admin.query(sql),
    sql: {
      fill: (from, to) =>
        `INSERT INTO faulty SELECT g, repeat('x', 2000) FROM generate_series(${from}, ${to}) g`,
      slowView: `CREATE VIEW slow AS SELECT 1 AS id, pg_sleep(30)::text; GRANT SELECT ON slow TO ${reader}`,
      closedView: [
        `CREATE TABLE inner_part (id int);
         CREATE VIEW closed WITH (security_invoker = true) AS SELECT id FROM inner_part;
         GRANT SELECT ON closed TO ${reader}`,
      ],
      killReaders: `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '${reader}'`,
      limit: [`ALTER ROLE ${reader} CONNECTION LIMIT 0`, `ALTER ROLE ${reader} CONNECTION LIMIT -1`],
    },
    lock: async (table) => {
      await admin.query(`BEGIN; LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
      return () => admin.query('ROLLBACK');
    },
    end: async () => {
      await admin.query(`DROP OWNED BY ${reader}; DROP ROLE ${reader}`);
      await admin.end();
    },
  };
});
