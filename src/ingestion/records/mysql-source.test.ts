import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectorContext, connectorFor } from '#sources';
import { hasMariadb, type MariadbServer, startMariadb } from '#testing/mariadb-server';
import { testSource } from '../describe-source.ts';
import { openConnectorBench } from './testing/connector-bench.ts';
import { testDatabaseFaults } from './testing/database-faults.ts';

describe.skipIf(!hasMariadb)('a real MariaDB (skipped where mariadbd is not installed)', () => {
  let theirs: MariadbServer;
  let bench: Awaited<ReturnType<typeof openConnectorBench>>;

  beforeAll(async () => {
    theirs = await startMariadb();
    bench = await openConnectorBench([`127.0.0.1:${theirs.port}`]);
    await theirs.run(`
      SET sql_mode = '', time_zone = '+05:30';
      CREATE TABLE people (
        id bigint unsigned PRIMARY KEY, name varchar(50), big bigint, huge bigint unsigned, small smallint unsigned,
        amount decimal(38,10), ratio double, rough float, ok tinyint(1), score tinyint(1), bits bit(1), mask bit(12),
        born date, seen timestamp(3) NULL, noted datetime(6), at time(2), since year, doc json, mood enum('good', 'bad'),
        crops set('rice', 'wheat'), file blob, place point, \`odd \`\`name\` text, old varchar(20) CHARACTER SET latin1,
        updated_at datetime NOT NULL);
      INSERT INTO people VALUES
        (1, 'आशा 🌾', -9223372036854775808, 18446744073709551615, 65535, 1234567890123456789012345678.0123456789, 0.1, 0.1,
         1, 5, b'1', b'101000000001', '2024-02-29', '2024-01-01 10:00:00.250', '2024-01-01 10:00:00.123456', '10:30:00.5', 2024,
         '{"n": [1, {"deep": 12345678901234567890}]}', 'good', 'rice,wheat', x'ff00', ST_GeomFromText('POINT(73.85 18.52)'), 'x', 'é',
         '2026-01-01'),
        (18446744073709551615, 'a\\tb\\\\\\n', NULL, 0, 0, -0.5, -1e300, 16777216, 0, 1, b'0', 0, '0000-00-00', NULL, '0000-00-00 00:00:00',
         '00:00:00', NULL, NULL, NULL, '', '', NULL, '', NULL, '2026-01-02');
      CREATE VIEW names AS SELECT name FROM people;
      CREATE TABLE many AS SELECT seq AS id, concat('row ', seq) AS t FROM seq_1_to_5000;
      CREATE TABLE wide AS SELECT seq AS id, repeat('x', 2000) AS t FROM seq_1_to_9000;
      CREATE TABLE empty (a int);
      CREATE TABLE lengths (t time, d date); INSERT INTO lengths VALUES ('-838:59:59', '2024-05-00'), ('10:00:00', '2024-05-01')`);
  });
  afterAll(async () => {
    await bench[Symbol.asyncDispose]();
    await theirs[Symbol.asyncDispose]();
  });

  const settings = (more: object = {}) => ({
    host: '127.0.0.1',
    port: theirs.port,
    database: theirs.database,
    username: theirs.username,
    password: theirs.password,
    tls: 'disable',
    ...more,
  });
  const tryOut = (config: Record<string, unknown>) =>
    testSource(bench.services, bench.actor, { type: 'mysql', config }, bench.signal);

  test('a table arrives with its types, exactly', async () => {
    const source = await bench.add('mysql', settings({ streams: ['people'] }));
    expect((await bench.sync(source.id)).rows).toBe(2);
    const [table] = await bench.services.database.withOrganization(bench.actor.organizationId, (trx) =>
      trx
        .selectFrom('warehouse_tables')
        .selectAll()
        .where('source_id', '=', source.id as never)
        .execute(),
    );
    expect(table?.columns.map(({ name, type }) => `${name} ${type}`)).toEqual([
      'id decimal',
      'name text',
      'big integer',
      'huge decimal',
      'small integer',
      'amount decimal',
      'ratio float',
      'rough float',
      'ok boolean',
      'score integer',
      'bits boolean',
      'mask decimal',
      'born date',
      'seen timestamptz',
      'noted timestamp',
      'at time',
      'since integer',
      'doc json',
      'mood text',
      'crops text',
      'file text',
      'place json',
      'odd_name text',
      'old text',
      'updated_at timestamp',
    ]);
    const texts = ['id', 'big', 'huge', 'amount', 'ratio', 'rough', 'mask', 'doc', 'place']
      .map((name) => `${name}::text AS ${name}`)
      .join(', ');
    expect(
      await bench.rows(
        source.id,
        `${texts}, name, small, ok, score, bits, born, seen, noted, at, since, mood, crops, file, old`,
      ),
    ).toEqual([
      {
        id: '1',
        name: 'आशा 🌾',
        big: '-9223372036854775808',
        huge: '18446744073709551615',
        small: 65535,
        amount: '1234567890123456789012345678.0123456789',
        ratio: '0.1',
        rough: '0.1',
        ok: true,
        score: 5,
        bits: true,
        mask: '2561',
        born: '2024-02-29',
        seen: '2024-01-01T04:30:00.25Z',
        noted: '2024-01-01T10:00:00.123456',
        at: '10:30:00.5',
        since: 2024,
        doc: '{"n": [1, {"deep": 12345678901234567890}]}',
        mood: 'good',
        crops: 'rice,wheat',
        file: '\\xff00',
        place: '{"type": "Point", "coordinates": [73.85, 18.52]}',
        old: 'é',
      },
      expect.objectContaining({
        id: '18446744073709551615',
        name: 'a\tb\\\n',
        amount: '-0.5000000000',
        ratio: '-1e+300',
        rough: '16777216',
        ok: false,
        score: 1,
        bits: false,
        mask: '0',
        born: null,
        noted: null,
        at: '00:00:00',
      }),
    ]);
  });

  test('a length of time is no time of a day and half a date is no date: both stay as they are', async () => {
    const source = await bench.add('mysql', settings({ streams: ['lengths'], geometry: 'wkt' }));
    const { sync } = await bench.sync(source.id);
    expect(sync.warnings.map(({ column }) => column)).toEqual(['t', 'd']);
    expect(await bench.rows(source.id, 't, d')).toEqual([
      { t: '-838:59:59', d: '2024-05-00' },
      { t: '10:00:00', d: '2024-05-01' },
    ]);
  });

  test('only new and changed rows are read, and a flag that becomes a number is read anew', async () => {
    await theirs.run(`CREATE TABLE visits (id int PRIMARY KEY, done tinyint(1), place point, updated_at timestamp NOT NULL);
      INSERT INTO visits VALUES (1, 0, NULL, '2026-01-01'), (2, 1, POINT(1, 2), '2026-01-02')`);
    const source = await bench.add(
      'mysql',
      settings({
        streams: ['visits', 'many'],
        incremental: { kind: 'cursor', column: 'updated_at' },
        geometry: 'wkt',
      }),
    );
    const visits = () => bench.rows(source.id, 'id, done, place', '__visits', 'id');
    expect((await bench.sync(source.id)).rows).toBe(5_002);
    await theirs.run(`INSERT INTO visits VALUES (3, 1, NULL, '2026-01-05');
      UPDATE visits SET done = 1, updated_at = '2026-01-04' WHERE id = 1`);
    // Row 2 stands at the cursor; the table without that column is loaded whole.
    expect((await bench.sync(source.id)).rows).toBe(5_003);
    expect(await visits()).toMatchObject([
      { id: 1, done: true },
      { id: 2, done: true, place: 'POINT(1 2)' },
      { id: 3, done: true },
    ]);
    await theirs.run(`INSERT INTO visits VALUES (4, 3, NULL, '2026-01-06')`);
    const { sync } = await bench.sync(source.id);
    expect(sync.schema_changes).toMatchObject([{ column: 'done', from: 'boolean', to: 'integer' }]);
    expect(await visits()).toMatchObject([{ done: 1 }, { done: 1 }, { done: 1 }, { id: 4, done: 3 }]);
    expect((await bench.sync(source.id)).rows).toBe(5_001);
    expect(await visits()).toHaveLength(4);
  });

  test('a test lists tables and views, and tells password, database, host, address and port apart', async () => {
    const tried = await tryOut(settings());
    expect(tried).toMatchObject({ ok: true });
    expect(tried.streams?.map(({ title }) => title)).toEqual(
      expect.arrayContaining(['empty', 'lengths', 'many', 'names', 'people', 'wide']),
    );
    const codeOf = async (more: object) => {
      const { ok, code } = await tryOut(settings(more));
      return ok ? 'ok' : code;
    };
    expect(await codeOf({ password: 'wrong' })).toBe('source_credentials_refused');
    expect(await codeOf({ database: 'nowhere' })).toBe('source_forbidden');
    expect(await codeOf({ tls: 'require' })).toBe('ok');
    // Its certificate is signed by nobody.
    expect(await codeOf({ tls: 'verify' })).toBe('outbound_failed');
    expect(await codeOf({ streams: ['gone'] })).toBe('source_not_found');
    expect(await codeOf({ port: 5999 })).toBe('outbound_blocked');
    expect(await codeOf({ host: '169.254.169.254' })).toBe('outbound_blocked');
    expect(await codeOf({ host: 'no-such-host.dalgo.org' })).toBe('outbound_failed');
    const admin = await theirs.run(
      `CREATE USER reader IDENTIFIED BY 'x'; GRANT SELECT ON field.empty TO reader; SELECT 'made'`,
    );
    expect(admin.trim()).toBe('made');
    const reader = await tryOut(settings({ username: 'reader', password: 'x' }));
    expect(reader.streams?.map(({ name }) => name)).toEqual(['empty']);
  });

  test('a read that is stopped, or whose connection is cut, ends at once', async () => {
    const connector = connectorFor('mysql');
    const context = connectorContext(bench.services, bench.actor.organizationId);
    const read = async (then: () => unknown, signal: AbortSignal) => {
      const stream = await connector.open(context, connector.parseConfig(settings()), 'wide', signal);
      if (stream.kind !== 'records') throw new Error('a table has records');
      for await (const _ of stream.batches) await then();
    };
    const stop = new AbortController();
    await expect(read(() => stop.abort(), stop.signal)).rejects.toMatchObject({ name: 'AbortError' });
    const cut = async () => {
      const [id] = (
        await theirs.run("SELECT ID FROM information_schema.PROCESSLIST WHERE USER = 'field'")
      ).split('\n');
      if (id !== '') await theirs.run(`KILL ${id}`);
    };
    await expect(read(cut, bench.signal)).rejects.toMatchObject({ code: 'outbound_failed' });
  });

  test('an empty table is a table', async () => {
    const source = await bench.add('mysql', settings({ streams: ['empty'] }));
    expect((await bench.sync(source.id)).rows).toBe(0);
    expect(await bench.rows(source.id, 'a')).toEqual([]);
  });

  testDatabaseFaults('MariaDB', async () => {
    const reader = 'heron';
    const secret = 'three quiet herons';
    await theirs.run(`CREATE TABLE faulty (id int PRIMARY KEY, t text);
      CREATE USER ${reader} IDENTIFIED BY '${secret}'; GRANT SELECT ON field.faulty TO ${reader}`);
    return {
      type: 'mysql',
      host: '127.0.0.1',
      port: theirs.port,
      reader,
      secret,
      settings: (more) => settings({ username: reader, password: secret, ...more }),
      stream: (table) => table,
      run: theirs.run,
      admin: theirs.run,
      sql: {
        fill: (from, to) => `INSERT INTO faulty SELECT seq, repeat('x', 2000) FROM seq_${from}_to_${to}`,
        slowView: `CREATE VIEW slow AS SELECT 1 AS id, SLEEP(30) AS s; GRANT SELECT, SHOW VIEW ON field.slow TO ${reader}`,
        closedView: [
          `CREATE TABLE inner_part (id int); CREATE USER keeper; GRANT SELECT ON field.inner_part TO keeper;
           CREATE DEFINER = keeper VIEW closed AS SELECT id FROM inner_part;
           REVOKE SELECT ON field.inner_part FROM keeper; GRANT SELECT ON field.closed TO ${reader}`,
        ],
        killReaders: `KILL USER ${reader}`,
        limit: [
          `GRANT USAGE ON *.* TO ${reader} WITH MAX_CONNECTIONS_PER_HOUR 1`,
          `GRANT USAGE ON *.* TO ${reader} WITH MAX_CONNECTIONS_PER_HOUR 0`,
        ],
      },
      lock: async (table) => {
        // The client of the server holds it as long as it sleeps.
        const held = theirs.run(`LOCK TABLES ${table} WRITE; DO SLEEP(20)`).catch(() => undefined);
        const isHeld = "SELECT count(*) FROM information_schema.PROCESSLIST WHERE INFO LIKE 'DO SLEEP%'";
        while (!(await theirs.run(isHeld)).startsWith('1')) await sleep(20);
        return async () => {
          await theirs.run(
            "SET @id = (SELECT ID FROM information_schema.PROCESSLIST WHERE INFO LIKE 'DO SLEEP%'); EXECUTE IMMEDIATE concat('KILL ', @id)",
          );
          await held;
        };
      },
      end: async () => undefined,
    };
  });
});
