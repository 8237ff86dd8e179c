import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '#platform/clock';
import { connectDatabase } from '#platform/database/database';
import { newId, type OrganizationId } from '#platform/ids';
import { createLog } from '#platform/log';
import { organizationSecrets, ROLE_PASSWORD_PURPOSE } from '#platform/secrets';
import { createTestDatabase } from '#testing/database';
import { createOrganization } from './create-organization.ts';

const testDatabase = await createTestDatabase();
const database = connectDatabase(testDatabase.appUrl, { maxConnections: 2 });
const { config } = testDatabase;
const services = { config, log: createLog('silent'), clock: systemClock, newId, database };

interface Tenant {
  readonly id: OrganizationId;
  readonly role: string;
  readonly url: string;
  readonly client: Client;
}

async function createTenant(name: string): Promise<Tenant> {
  const { organization } = await createOrganization(services, { name, email: `${name}@example.org` });
  const id = organization.id as OrganizationId;
  const password = await database.withOrganization(id, async (trx) => {
    const secrets = await organizationSecrets(trx, config, id);
    const row = await trx
      .selectFrom('organizations')
      .select('encrypted_role_password')
      .executeTakeFirstOrThrow();
    return secrets.decrypt(row.encrypted_role_password, ROLE_PASSWORD_PURPOSE);
  });
  const url = new URL(testDatabase.ownerUrl);
  url.username = `org_${id}`;
  url.password = password;
  const client = new Client(url.href);
  await client.connect();
  await client.query('CREATE TABLE visits (name text); ');
  await client.query(`INSERT INTO visits VALUES ('secret of ${name}')`);
  return { id, role: `org_${id}`, url: url.href, client };
}

const alice = await createTenant('alice');
const bob = await createTenant('bob');
/** What nobody but Bob may ever read. */
const treasure = 'secret of bob';

afterAll(async () => {
  await alice.client.end();
  await bob.client.end();
  await database.close();
  await testDatabase[Symbol.asyncDispose]();
});

/** Runs statements one by one in one session of Alice's login; returns what came back, errors included. */
async function attack(...statements: readonly string[]): Promise<{ rows: string; errors: string[] }> {
  const client = new Client(alice.url);
  await client.connect();
  const rows: unknown[] = [];
  const errors: string[] = [];
  try {
    for (const statement of statements) {
      try {
        const result: unknown = await client.query(statement);
        for (const one of Array.isArray(result) ? result : [result])
          rows.push((one as { rows: unknown[] }).rows);
      } catch (error) {
        errors.push(error instanceof Error ? error.message : String(error));
      }
    }
  } finally {
    await client.end();
  }
  return { rows: JSON.stringify(rows), errors };
}

const theirs = `"${bob.role}".visits`;

describe('the login of an organization', () => {
  test('reads and writes its own schema', async () => {
    const { rows, errors } = await attack(
      'CREATE TABLE own (n int)',
      'INSERT INTO own VALUES (1)',
      'SELECT name FROM visits',
      'DROP TABLE own',
    );
    expect(errors).toEqual([]);
    expect(rows).toContain('secret of alice');
  });

  test.each([
    ['RESET ROLE and SET ROLE', ['RESET ROLE', `SET ROLE "${bob.role}"`, `SELECT * FROM ${theirs}`]],
    ['SET SESSION AUTHORIZATION', [`SET SESSION AUTHORIZATION "${bob.role}"`, `SELECT * FROM ${theirs}`]],
    [
      'SET ROLE to the owner or the program',
      ['SET ROLE dalgo_owner', `SELECT * FROM ${theirs}`, 'SET ROLE dalgo_app', `SELECT * FROM ${theirs}`],
    ],
    [
      'one SELECT of set_config and query_to_xml in a read-only transaction',
      [
        'BEGIN READ ONLY',
        `SELECT set_config('role', '${bob.role}', true), query_to_xml('SELECT * FROM ${theirs}', true, true, '')`,
      ],
    ],
    [
      'set_config of session_authorization',
      [`SELECT set_config('session_authorization', '${bob.role}', false)`, `SELECT * FROM ${theirs}`],
    ],
    ['the name of the table', [`SELECT * FROM ${theirs}`, `TABLE ${theirs}`, `COPY ${theirs} TO STDOUT`]],
    [
      'XML functions over table and schema',
      [
        `SELECT table_to_xml('${theirs}', true, true, '')`,
        `SELECT schema_to_xml('${bob.role}', true, true, '')`,
        `SELECT database_to_xml(true, true, '')`,
      ],
    ],
    ['search_path', [`SET search_path = "${bob.role}"`, 'SELECT * FROM visits']],
    ['statistics', ['SELECT * FROM pg_stats', 'SELECT * FROM pg_statistic', 'SELECT * FROM pg_stats_ext']],
    ['a view over it', [`CREATE VIEW spy AS SELECT * FROM ${theirs}`, 'SELECT * FROM spy']],
    [
      'a function of its own',
      [
        `CREATE FUNCTION spy() RETURNS SETOF text LANGUAGE sql SECURITY DEFINER AS 'SELECT name FROM ${theirs}'`,
        'SELECT spy()',
      ],
    ],
    [
      'inheritance and foreign keys',
      [
        `CREATE TABLE spy (name text) INHERITS (${theirs})`,
        `CREATE TABLE spy (name text REFERENCES ${theirs} (name))`,
      ],
    ],
    [
      'large objects',
      [
        'SELECT lo_create(4242)',
        `SELECT lo_from_bytea(0, 'x')`,
        `SELECT lo_import('/etc/passwd')`,
        'SELECT lo_get(1)',
      ],
    ],
    [
      'granting itself rights',
      [
        `GRANT "${bob.role}" TO "${alice.role}"`,
        `GRANT USAGE ON SCHEMA "${bob.role}" TO "${alice.role}"`,
        `GRANT dalgo_owner TO "${alice.role}"`,
        `ALTER ROLE "${bob.role}" PASSWORD 'x'`,
        `ALTER ROLE "${alice.role}" SUPERUSER`,
        `SELECT * FROM ${theirs}`,
      ],
    ],
    [
      'the functions that make organizations',
      [
        `SELECT public.provision_organization('${bob.id}', 'password')`,
        `SELECT public.deprovision_organization('${bob.id}')`,
      ],
    ],
    [
      "other sessions' statements",
      [`SELECT query FROM pg_stat_activity WHERE query LIKE '%bob%'`, 'SELECT * FROM pg_prepared_xacts'],
    ],
  ])('does not get at another organization by %s', async (name, statements) => {
    const { rows, errors } = await attack(...statements);
    expect(rows).not.toContain(treasure);
    // Two of them are allowed to look, and see nothing.
    expect(errors.length > 0 || /statistics|statements/.test(name)).toBe(true);
    // And Bob's things are as they were.
    expect((await bob.client.query('SELECT name FROM visits')).rows).toEqual([{ name: treasure }]);
  });

  test('sees nothing of the metadata, whatever scope it claims', async () => {
    for (const table of [
      'users',
      'organizations',
      'sessions',
      'refresh_tokens',
      'sources',
      'audit_log',
      'events',
    ]) {
      const { rows, errors } = await attack(
        `SELECT set_config('app.scope', 'system', false), set_config('app.organization_id', '${bob.id}', false)`,
        `SELECT * FROM public.${table}`,
        `INSERT INTO public.${table} DEFAULT VALUES`,
        `DELETE FROM public.${table}`,
      );
      expect(errors).toHaveLength(3);
      for (const error of errors) expect(error).toMatch(/permission denied/);
      expect(rows).not.toContain('@example.org');
    }
  });

  test.each([
    ['a table in public', 'CREATE TABLE public.t (n int)'],
    ['a function in public', "CREATE FUNCTION public.f() RETURNS int LANGUAGE sql AS 'SELECT 1'"],
    ["a table in another's schema", `CREATE TABLE "${bob.role}".t (n int)`],
    ['a table of the run engine', 'CREATE TABLE dbos.t (n int)'],
    ['a schema', 'CREATE SCHEMA mine'],
    ['a temporary table', 'CREATE TEMP TABLE t (n int)'],
    ['a role', 'CREATE ROLE r LOGIN'],
    ['a database', 'CREATE DATABASE d'],
    ['an untrusted extension', 'CREATE EXTENSION dblink'],
    ['a trusted extension', 'CREATE EXTENSION pgcrypto'],
    ['a foreign server', 'CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw'],
    ['a C function', `CREATE FUNCTION f() RETURNS int LANGUAGE c AS 'libc.so.6', 'system'`],
    ['an event trigger', 'CREATE EVENT TRIGGER t ON ddl_command_end EXECUTE FUNCTION f()'],
    ['a tablespace', `CREATE TABLESPACE t LOCATION '/tmp'`],
    ['a publication of everything', 'CREATE PUBLICATION p FOR ALL TABLES'],
    ['a subscription', `CREATE SUBSCRIPTION s CONNECTION 'host=evil' PUBLICATION p`],
    ['a program', `COPY visits FROM PROGRAM 'id'`],
    ['a file', `COPY visits FROM '/etc/passwd'`],
    ['a file written', `COPY visits TO '/tmp/dalgo-stolen'`],
    ['a file read', `SELECT pg_read_file('/etc/passwd')`],
    ['a directory read', `SELECT pg_ls_dir('/')`],
    ['the server log', 'SELECT pg_current_logfile(), pg_read_server_files()'],
    ['passwords', 'SELECT rolpassword FROM pg_authid'],
    ['settings of the server', `ALTER SYSTEM SET log_statement = 'all'`],
    ['a reload', 'SELECT pg_reload_conf()'],
    ['a library', `LOAD 'auto_explain'`],
    ['its own disk limit', `SET temp_file_limit = '-1'`],
    ['logging of others', `SET log_statement = 'all'`],
    ['a checkpoint', 'CHECKPOINT'],
    ['a larger share of connections', `ALTER ROLE "${alice.role}" CONNECTION LIMIT 1000`],
    ['a prepared transaction', `BEGIN; PREPARE TRANSACTION 'p'`],
  ])('may not have %s', async (_name, statement) => {
    const { errors } = await attack(statement);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatch(
      /permission denied|must be|Only roles|only superuser|superuser|does not exist|disabled|privileges|not allowed/i,
    );
  });

  test('cannot cancel or end the statements of others', async () => {
    const { rows: backends } = await bob.client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const pid = backends[0]?.pid ?? 0;
    const { errors } = await attack(
      `SELECT pg_cancel_backend(${pid})`,
      `SELECT pg_terminate_backend(${pid})`,
    );
    expect(errors).toHaveLength(2);
    expect((await bob.client.query('SELECT 1 AS alive')).rows).toEqual([{ alive: 1 }]);
  });

  test('can lift its own time limit, but is stopped from outside', async () => {
    const client = new Client(alice.url);
    await client.connect();
    const { rows } = await client.query<{ pid: number }>(
      `SELECT pg_backend_pid() AS pid, set_config('statement_timeout', '0', false)`,
    );
    const sleeping = client.query('SELECT pg_sleep(60)').then(
      () => 'woke up',
      (error: unknown) => String(error),
    );
    const other = new Client(alice.url);
    await other.connect();
    await other.query('SELECT pg_cancel_backend($1)', [rows[0]?.pid]);
    expect(await sleeping).toMatch(/canceling statement/);
    await Promise.all([client.end(), other.end()]);
  });

  test('has the limits that it was given', async () => {
    const { rows } = await alice.client.query(`
      SELECT current_setting('temp_file_limit') AS disk, current_setting('statement_timeout') AS time,
        current_setting('idle_in_transaction_session_timeout') AS idle, current_setting('search_path') AS path,
        rolconnlimit AS connections, rolinherit OR rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls AS more
      FROM pg_roles WHERE rolname = current_user`);
    expect(rows).toEqual([
      { disk: '20GB', time: '6h', idle: '10min', path: alice.role, connections: 20, more: false },
    ]);
  });

  test('has no more connections than its limit', async () => {
    const clients = Array.from({ length: 22 }, () => new Client(alice.url));
    const outcomes = await Promise.allSettled(clients.map((client) => client.connect()));
    expect(outcomes.filter(({ status }) => status === 'rejected').length).toBeGreaterThan(0);
    const errors = outcomes.flatMap((outcome) =>
      outcome.status === 'rejected' ? [String(outcome.reason)] : [],
    );
    for (const error of errors) expect(error).toMatch(/too many connections for role/);
    expect((await bob.client.query('SELECT 1 AS alive')).rows).toEqual([{ alive: 1 }]);
    await Promise.allSettled(clients.map((client) => client.end()));
  });

  describe('in other databases of the cluster', () => {
    let names: readonly string[] = [];
    beforeAll(async () => {
      const { rows } = await bob.client.query<{ datname: string }>(
        'SELECT datname FROM pg_database WHERE datallowconn AND datname <> current_database()',
      );
      names = rows.map((row) => row.datname);
    });

    test('has no way in', async () => {
      expect(names).toContain('postgres');
      for (const name of names.filter((one) => !one.startsWith('test_'))) {
        const url = new URL(alice.url);
        url.pathname = `/${name}`;
        const client = new Client(url.href);
        const outcome = await client.connect().then(
          () => 'came in',
          (error: unknown) => String(error),
        );
        await client.end();
        expect(outcome, name).toMatch(/permission denied for database/);
      }
    });
  });
});
