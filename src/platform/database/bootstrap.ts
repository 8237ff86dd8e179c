import pg from 'pg';
import { quoteIdentifier, quoteLiteral } from './quote.ts';

export const OWNER_ROLE = 'dalgo_owner';

/**
 * Prepares a cluster that is ours alone (the embedded one, or a test's): the owner role, the database, and what only
 * a superuser may take away from everybody. Does nothing where it has been done.
 *
 * @param adminUrl connection string of a superuser.
 * @returns the owner's connection string of the database.
 */
export async function bootstrapDatabase(options: {
  adminUrl: string;
  ownerPassword: string;
  databaseName: string;
}): Promise<string> {
  const admin = new pg.Client({ connectionString: options.adminUrl });
  await admin.connect();
  try {
    const role = await admin.query('SELECT FROM pg_roles WHERE rolname = $1', [OWNER_ROLE]);
    const password = quoteLiteral(options.ownerPassword);
    if (role.rowCount === 0) {
      await admin.query(`CREATE ROLE ${OWNER_ROLE} LOGIN CREATEROLE PASSWORD ${password}`);
      // Only superusers may set temp_file_limit; the owner gives each organization's login its own.
      await admin.query(`GRANT SET ON PARAMETER temp_file_limit TO ${OWNER_ROLE}`);
    } else {
      await admin.query(`ALTER ROLE ${OWNER_ROLE} PASSWORD ${password}`);
    }
    const database = await admin.query('SELECT FROM pg_database WHERE datname = $1', [options.databaseName]);
    if (database.rowCount === 0) {
      await admin.query(`CREATE DATABASE ${quoteIdentifier(options.databaseName)} OWNER ${OWNER_ROLE}`);
    }
    // By default every login may enter these; an organization's has nothing to look for there.
    await admin.query('REVOKE CONNECT, TEMPORARY ON DATABASE postgres, template1 FROM PUBLIC');
  } finally {
    await admin.end();
  }

  const inside = new URL(options.adminUrl);
  inside.pathname = `/${encodeURIComponent(options.databaseName)}`;
  const client = new pg.Client({ connectionString: inside.href });
  await client.connect();
  try {
    // Large objects have no owner schema: a tenant could fill the disk or leave data for another.
    await client.query(`
      DO $$
      DECLARE f regprocedure;
      BEGIN
        FOR f IN SELECT oid::regprocedure FROM pg_proc
                 WHERE pronamespace = 'pg_catalog'::regnamespace AND (proname LIKE 'lo\\_%' OR proname IN ('loread', 'lowrite'))
        LOOP EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', f); END LOOP;
      END $$`);
    await client.query(`ALTER SCHEMA public OWNER TO ${OWNER_ROLE}`);
  } finally {
    await client.end();
  }
  inside.username = OWNER_ROLE;
  inside.password = options.ownerPassword;
  return inside.href;
}
