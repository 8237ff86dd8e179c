import { createHash } from 'node:crypto';
import pg from 'pg';
import { derivedPassword, type Config } from '../config.ts';
import { quoteIdentifier, quoteLiteral } from './quote.ts';

/** Any fixed number: two starts that alter one role at once would fail with "tuple concurrently updated". */
const LOCK = 7_263_403;

interface AppLogin {
  readonly role: string;
  readonly password: string;
  readonly databaseName: string;
  /** Connection string of the login. */
  readonly url: string;
}

/**
 * The login that the program works as. The name carries the database's, since roles belong to the whole cluster and
 * two installations may share it. The password derives from ENCRYPTION_KEY, so a worker on another machine that has
 * the key knows it too.
 */
export function appLogin(ownerUrl: string, config: Config): AppLogin {
  const url = new URL(ownerUrl);
  const databaseName = decodeURIComponent(url.pathname.slice(1)) || 'postgres';
  const role = `dalgo_app_${createHash('sha256').update(databaseName).digest('hex').slice(0, 8)}`;
  const password = derivedPassword(config, role);
  // Supabase's pooler finds the project by what follows the dot of "postgres.<project>".
  const project = /\..+$/.exec(decodeURIComponent(url.username))?.[0] ?? '';
  url.username = `${role}${project}`;
  url.password = password;
  return { role, password, databaseName, url: url.href };
}

/** Makes (or refreshes) that login, a member of dalgo_app, and returns its connection string. */
export async function ensureAppLogin(ownerUrl: string, config: Config): Promise<string> {
  const { role, password, databaseName, url } = appLogin(ownerUrl, config);
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [LOCK]); // released with the connection
    const existing = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [role]);
    // Without NOCREATEDB in ALTER: to name that attribute of an existing role one must have it oneself.
    const attributes = existing.rowCount === 0 ? 'INHERIT NOCREATEDB NOCREATEROLE LOGIN' : 'LOGIN';
    await client.query(
      `${existing.rowCount === 0 ? 'CREATE' : 'ALTER'} ROLE ${quoteIdentifier(role)} ${attributes} PASSWORD ${quoteLiteral(password)}`,
    );
    await client.query(`GRANT dalgo_app TO ${quoteIdentifier(role)}`);
    await client.query(
      `GRANT CONNECT ON DATABASE ${quoteIdentifier(databaseName)} TO ${quoteIdentifier(role)}`,
    );
  } finally {
    await client.end();
  }
  return url;
}
