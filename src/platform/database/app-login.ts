import { createHash } from 'node:crypto';
import pg from 'pg';
import { derivedPassword, type Config } from '../config.ts';
import { quoteIdentifier, quoteLiteral } from './quote.ts';

/**
 * Makes (or refreshes) the login that the program works as, a member of dalgo_app, and returns its connection
 * string. The name carries the database's, since roles belong to the whole cluster and two installations may share it.
 */
export async function ensureAppLogin(ownerUrl: string, config: Config): Promise<string> {
  const url = new URL(ownerUrl);
  const databaseName = decodeURIComponent(url.pathname.slice(1)) || 'postgres';
  const role = `dalgo_app_${createHash('sha256').update(databaseName).digest('hex').slice(0, 8)}`;
  const password = derivedPassword(config, role);
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    const existing = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [role]);
    const verb = existing.rowCount === 0 ? 'CREATE' : 'ALTER';
    await client.query(
      `${verb} ROLE ${quoteIdentifier(role)} LOGIN INHERIT NOCREATEDB NOCREATEROLE PASSWORD ${quoteLiteral(password)}`,
    );
    await client.query(`GRANT dalgo_app TO ${quoteIdentifier(role)}`);
    await client.query(
      `GRANT CONNECT ON DATABASE ${quoteIdentifier(databaseName)} TO ${quoteIdentifier(role)}`,
    );
  } finally {
    await client.end();
  }
  url.username = role;
  url.password = password;
  return url.href;
}
