import { chmod, mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { derivedPassword, type Config } from '#platform/config';
import { ensureAppLogin } from '#platform/database/app-login';
import { OWNER_ROLE, bootstrapDatabase } from '#platform/database/bootstrap';
import { migrateDatabase } from '#platform/database/migrate';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '#platform/embedded-postgres/start-embedded-postgres';
import { AppError } from '#platform/errors';

/** The installation's database, running. Release it to leave an embedded one, which stops with the last to leave. */
export type StartedDatabase = AsyncDisposable & {
  /** Connection string of the role that owns the metadata. */
  readonly ownerUrl: string;
  /** The server that we run ourselves; undefined for one that DATABASE_URL names. */
  readonly embedded: EmbeddedPostgres | undefined;
};

/** The same, migrated, with the program's login. */
export type OpenDatabase = StartedDatabase & {
  /** Connection string of the program's own login. */
  readonly appUrl: string;
};

type StartOptions = { readonly say?: (sentence: string) => void; readonly signal?: AbortSignal };

export const embeddedDatabaseName = 'dalgo';

/**
 * Brings up the database of an installation: the one DATABASE_URL names, else the embedded one in the data directory,
 * joined when it already runs. Its tables are brought to this program's version.
 */
export async function openDatabase(config: Config, options: StartOptions = {}): Promise<OpenDatabase> {
  const started = await startDatabase(config, options);
  const { ownerUrl } = started;
  try {
    await migrateDatabase(ownerUrl);
    return { ...started, appUrl: await ensureAppLogin(ownerUrl, config) };
  } catch (error) {
    await started[Symbol.asyncDispose]();
    throw asConnectionError(error, ownerUrl);
  }
}

/** The same without touching its tables: an embedded server is started, one of the user's own taken as it is. */
export async function startDatabase(config: Config, options: StartOptions = {}): Promise<StartedDatabase> {
  if (config.databaseUrl !== undefined) {
    return {
      ownerUrl: config.databaseUrl,
      embedded: undefined,
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
  }
  if (process.getuid?.() === 0) await openToDatabaseUser(config.dataDirectory);
  const embedded = await startEmbeddedPostgres({
    dataDirectory: join(config.dataDirectory, 'postgres'),
    ...(options.say === undefined ? {} : { log: options.say }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  try {
    const ownerUrl = await bootstrapDatabase({
      adminUrl: embedded.adminUrl,
      ownerPassword: derivedPassword(config, OWNER_ROLE),
      databaseName: embeddedDatabaseName,
    });
    return { ownerUrl, embedded, [Symbol.asyncDispose]: () => embedded.stop() };
  } catch (error) {
    await embedded.stop();
    throw error;
  }
}

/**
 * As root the database runs as another user, who must pass through the data directory to its own files. What is
 * secret in there is closed by its own mode.
 */
async function openToDatabaseUser(dataDirectory: string): Promise<void> {
  await mkdir(dataDirectory, { recursive: true });
  const { mode } = await stat(dataDirectory);
  await chmod(dataDirectory, (mode & 0o777) | 0o011);
}

/** Says in a sentence why a database of the user's own cannot be used; other errors pass unchanged. */
export function asConnectionError(error: unknown, url: string): unknown {
  if (error instanceof AppError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const place = describePlace(url);
  if (/^(ECONN|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|57P03|08)/.test(code)) {
    return new AppError('database_unavailable', `No PostgreSQL answers at ${place} (${code}).`, {
      hint: 'Check DATABASE_URL and that the server runs, or unset it to use the embedded database.',
      cause: error,
    });
  }
  if (code === '28P01' || code === '28000' || code === '3D000') {
    return new AppError('configuration_invalid', `PostgreSQL at ${place} refuses: ${messageOf(error)}.`, {
      hint: 'Correct the user, password or database name in DATABASE_URL.',
      cause: error,
    });
  }
  if (code === '42501') {
    return new AppError(
      'configuration_invalid',
      `The user of DATABASE_URL lacks a right: ${messageOf(error)}.`,
      {
        hint: 'It must own the database and have CREATEROLE: ALTER ROLE name CREATEROLE; ALTER DATABASE name OWNER TO name.',
        cause: error,
      },
    );
  }
  return error;
}

/** Host, port and database of a connection string, without its password. */
function describePlace(url: string): string {
  try {
    const { hostname, port, pathname } = new URL(url);
    return `${hostname}:${port || '5432'}${pathname}`;
  } catch {
    return 'the address in DATABASE_URL';
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
