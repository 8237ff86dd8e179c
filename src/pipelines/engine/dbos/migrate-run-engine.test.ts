import { afterAll, expect, test } from 'vitest';
import { Client } from 'pg';
import { createTestDatabase } from '#testing/database';
import { DBOS_SDK_VERSION } from './dbos-settings.ts';
import { migrateRunEngine } from './migrate-run-engine.ts';

const testDatabase = await createTestDatabase();
afterAll(() => testDatabase[Symbol.asyncDispose]());

test('while one process makes the tables of the engine, the others wait for it', async () => {
  const other = new Client({ connectionString: testDatabase.adminUrl });
  await other.connect();
  await other.query('SELECT pg_advisory_lock(7263407)');
  let isDone = false;
  const migrating = migrateRunEngine(testDatabase.ownerUrl).then(() => (isDone = true));
  await new Promise((resolve) => setTimeout(resolve, 250));
  expect(isDone).toBe(false);
  await other.end();
  await migrating;
  await migrateRunEngine(testDatabase.ownerUrl);
  const look = new Client({ connectionString: testDatabase.adminUrl });
  await look.connect();
  const { rows } = await look.query(
    `SELECT obj_description('dbos'::regnamespace, 'pg_namespace') AS version`,
  );
  await look.end();
  expect(rows).toEqual([{ version: DBOS_SDK_VERSION }]);
});
