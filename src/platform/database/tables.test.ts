import { readFileSync } from 'node:fs';
import pg from 'pg';
import { afterAll, expect, test } from 'vitest';
import { createTestDatabase } from '#testing/database';
import { createTestOrganization } from '#testing/organization';
import { connectDatabase } from './database.ts';
import { migrateDatabase } from './migrate.ts';

const testDatabase = await createTestDatabase();
const database = connectDatabase(testDatabase.appUrl);
const owner = new pg.Client({ connectionString: testDatabase.ownerUrl });
await owner.connect();

afterAll(async () => {
  await owner.end();
  await database.close();
  await testDatabase[Symbol.asyncDispose]();
});

/** Tables and columns as tables.ts declares them. */
function declared(): Map<string, string[]> {
  const text = readFileSync(new URL('./tables.ts', import.meta.url), 'utf8');
  const body = text.slice(text.indexOf('export interface Tables {'));
  const tables = new Map<string, string[]>();
  let current: string[] = [];
  for (const line of body.split('\n')) {
    const table = /^ {2}(\w+): \{$/.exec(line)?.[1];
    if (table !== undefined) tables.set(table, (current = []));
    const column = /^ {4}(\w+): /.exec(line)?.[1];
    if (column !== undefined) current.push(column);
  }
  return tables;
}

test('the declared tables are the ones of the migrations, column by column', async () => {
  const { rows } = await owner.query<{ table_name: string; columns: string[] }>(
    `SELECT table_name::text, array_agg(column_name::text ORDER BY ordinal_position) AS columns
     FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'schema_migrations'
     GROUP BY table_name`,
  );
  const actual = new Map(rows.map((row) => [row.table_name, row.columns.toSorted()]));
  const expected = new Map([...declared()].map(([table, columns]) => [table, columns.toSorted()]));
  expect(Object.fromEntries(actual)).toEqual(Object.fromEntries(expected));
});

test('every table stands behind a forced policy', async () => {
  const { rows } = await owner.query<{ relname: string }>(
    `SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
     AND relname <> 'schema_migrations' AND NOT (relrowsecurity AND relforcerowsecurity)`,
  );
  expect(rows).toEqual([]);
});

test('a transaction of one organization neither sees nor writes the rows of another', async () => {
  const asha = await createTestOrganization(database, testDatabase.config);
  const bina = await createTestOrganization(database, testDatabase.config);
  const insert = (as: typeof asha, into: typeof asha, id: string) =>
    database.withOrganization(as.organizationId, (trx) =>
      trx
        .insertInto('pipelines')
        // The brand of an id exists for the compiler only.
        .values({ id: id as never, organization_id: into.organizationId, name: 'Daily', created_by: null })
        .execute(),
    );
  await insert(asha, asha, 'mine');
  await expect(insert(asha, bina, 'planted')).rejects.toThrow(/row-level security/);
  const seen = await database.withOrganization(bina.organizationId, (trx) =>
    trx.selectFrom('pipelines').selectAll().execute(),
  );
  expect(seen).toEqual([]);
  const deleted = await database.withOrganization(bina.organizationId, (trx) =>
    trx.deleteFrom('pipelines').executeTakeFirst(),
  );
  expect(deleted.numDeletedRows).toBe(0n);
});

test('without a scope nothing is visible', async () => {
  const client = new pg.Client({ connectionString: testDatabase.appUrl });
  await client.connect();
  try {
    for (const table of ['users', 'organizations', 'pipelines', 'refresh_tokens', 'workers']) {
      expect((await client.query(`SELECT * FROM ${table}`)).rows).toEqual([]);
    }
  } finally {
    await client.end();
  }
});

test('migrating again does nothing, and a database of a newer program is refused', async () => {
  expect((await migrateDatabase(testDatabase.ownerUrl)).applied).toEqual([]);
  await owner.query(
    `INSERT INTO schema_migrations (version, name, checksum) VALUES (9999, '9999_future.sql', 'x')`,
  );
  await expect(migrateDatabase(testDatabase.ownerUrl)).rejects.toMatchObject({
    code: 'data_directory_newer',
  });
});
