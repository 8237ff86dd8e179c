import { setTimeout as sleep } from 'node:timers/promises';
import { DBOS } from '@dbos-inc/dbos-sdk';
import { Client, Pool } from 'pg';
import {
  DBOS_APPLICATION,
  DBOS_SCHEMA,
  DBOS_SDK_VERSION,
  dbosUrl,
  WORKFLOW_VERSION,
} from './dbos-settings.ts';

const silent = { info() {}, debug() {}, warn() {}, error() {} };

/**
 * Brings the run engine's own tables up to its version. It needs the owner: DBOS repeats CREATE SCHEMA IF NOT EXISTS,
 * for which PostgreSQL asks the right to create in the database even when the schema is there.
 *
 * @param ownerUrl connection string of the owner of the database, after `migrateDatabase`.
 */
export async function migrateRunEngine(ownerUrl: string): Promise<void> {
  const client = new Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    // Several servers may start at once. Asked for again and again: DBOS builds indexes concurrently, which waits for
    // every statement that goes on, and so would for ever for one that waits for this lock.
    while (!(await isMine(client))) await sleep(100);
    const done = await client.query<{ version: string | null }>(
      `SELECT obj_description('${DBOS_SCHEMA}'::regnamespace, 'pg_namespace') AS version`,
    );
    if (done.rows[0]?.version === DBOS_SDK_VERSION) return;
    await createTables(ownerUrl);
    await client.query(`
      GRANT ALL PRIVILEGES ON ALL TABLES IN SCHEMA ${DBOS_SCHEMA} TO dalgo_app;
      GRANT ALL PRIVILEGES ON ALL SEQUENCES IN SCHEMA ${DBOS_SCHEMA} TO dalgo_app;
      GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA ${DBOS_SCHEMA} TO dalgo_app;
      COMMENT ON SCHEMA ${DBOS_SCHEMA} IS '${DBOS_SDK_VERSION}'`);
  } finally {
    await client.end();
  }
}

/** Any fixed number: the lock of the one process that makes the tables; let go with the connection. */
const MIGRATION_LOCK = 7_263_407;

async function isMine(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ mine: boolean }>('SELECT pg_try_advisory_lock($1) AS mine', [
    MIGRATION_LOCK,
  ]);
  return rows[0]?.mine === true;
}

/**
 * A launch that listens to no queue. `DBOS.migrate` would do, but it tells the console of each statement and first
 * asks the database `postgres`, which the owner may not enter, whether ours exists; with a pool it does neither.
 */
async function createTables(ownerUrl: string): Promise<void> {
  const pool = new Pool({ connectionString: dbosUrl(ownerUrl), max: 4 });
  pool.on('error', () => {}); // the query that follows says so
  try {
    DBOS.setConfig({
      name: DBOS_APPLICATION,
      systemDatabaseUrl: ownerUrl,
      systemDatabasePool: pool,
      systemDatabaseSchemaName: DBOS_SCHEMA,
      applicationVersion: WORKFLOW_VERSION,
      executorID: 'migration',
      listenQueues: [],
      tracingEnabled: false,
      logger: silent,
    });
    await DBOS.launch();
    await DBOS.shutdown({ deregister: true });
  } finally {
    await pool.end();
  }
}
