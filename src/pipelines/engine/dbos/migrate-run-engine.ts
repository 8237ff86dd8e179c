import { DBOS } from '@dbos-inc/dbos-sdk';
import { Client } from 'pg';
import { DBOS_SCHEMA, DBOS_SDK_VERSION } from './dbos-settings.ts';

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
    const done = await client.query<{ version: string | null }>(
      `SELECT obj_description('${DBOS_SCHEMA}'::regnamespace, 'pg_namespace') AS version`,
    );
    if (done.rows[0]?.version === DBOS_SDK_VERSION) return;
    await DBOS.migrate(ownerUrl, { schemaName: DBOS_SCHEMA });
    // DBOS would grant this itself, but tells the console of each statement.
    await client.query(`
      GRANT ALL PRIVILEGES ON ALL TABLES IN SCHEMA ${DBOS_SCHEMA} TO dalgo_app;
      GRANT ALL PRIVILEGES ON ALL SEQUENCES IN SCHEMA ${DBOS_SCHEMA} TO dalgo_app;
      GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA ${DBOS_SCHEMA} TO dalgo_app`);
    await client.query(`COMMENT ON SCHEMA ${DBOS_SCHEMA} IS '${DBOS_SDK_VERSION}'`);
  } finally {
    await client.end();
  }
}
