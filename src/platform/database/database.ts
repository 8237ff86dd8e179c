import { Kysely, PostgresDialect, sql, type Transaction } from 'kysely';
import pg from 'pg';
import { AppError } from '../errors.ts';
import { inSpan } from '../tracing/tracing.ts';
import type { OrganizationId } from '../ids.ts';
import type { Tables } from './tables.ts';

export type MetadataTransaction = Transaction<Tables>;

/** The metadata database. Its raw pool is private: every query runs in a scope. */
export interface Database {
  /** One transaction that sees and writes the rows of one organization, and no others. */
  withOrganization<T>(
    organizationId: OrganizationId,
    fn: (trx: MetadataTransaction) => Promise<T>,
  ): Promise<T>;
  /**
   * One transaction over all organizations: for signing in, scheduling and taking over runs only. The architecture
   * test lists the files that may call it.
   */
  withSystem<T>(fn: (trx: MetadataTransaction) => Promise<T>): Promise<T>;
  /** Connection string of the program's own login, for LISTEN connections and the run engine. */
  readonly appUrl: string;
  /** Answers when the database does. @throws AppError database_unavailable */
  ping(): Promise<void>;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

// bigint comes as text by default; ours are counts and sizes, far below 2^53. Own registry: other users of pg in
// this process (the warehouse) keep theirs.
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid: number) =>
    oid === 20 ? (value: string) => Number(value) : pg.types.getTypeParser(oid),
};

/** There is no room for what was to be written. */
function isFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === '53100' || error.code === 'ENOSPC');
}

/**
 * Milliseconds after which a transaction ends from whose process nothing comes: one that was paused, or whose machine is
 * gone, would keep its locks from everybody else. Over all organizations, and on a run, only short statements follow
 * each other; within one organization something may be done elsewhere in between.
 */
export const IDLE_MS = { system: 5_000, run: 5_000, organization: 60_000 } as const;

/** SQLSTATE classes in which the server, not the statement, is the trouble. */
function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  // What pg says of a connection that broke under it has no code.
  if (!('code' in error) || typeof error.code !== 'string') {
    return /Connection terminated|connection error and is not queryable|timeout exceeded when trying to connect/.test(
      error.message,
    );
  }
  return /^(08|25P03|57P0|58030|53200|53300|ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EHOSTUNREACH)/.test(error.code);
}

/**
 * Opens the metadata database.
 *
 * @param appUrl from `ensureAppLogin`.
 * @param options.maxConnections size of the pool; 10 unless said.
 */
export function connectDatabase(appUrl: string, options: { maxConnections?: number } = {}): Database {
  const pool = new pg.Pool({
    connectionString: appUrl,
    max: options.maxConnections ?? 10,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 60_000,
    application_name: 'dalgo-lite',
    types,
  });
  // An idle connection that breaks (database restart) is dropped by the pool; without a listener it would end the process.
  pool.on('error', () => {});
  // Neither may one that breaks between two statements of a transaction: the next statement fails, and says so.
  pool.on('connect', (client) => client.on('error', () => {}));
  const kysely = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  let closed = false;

  async function inScope<T>(
    organizationId: OrganizationId | '',
    scope: 'organization' | 'system',
    fn: (trx: MetadataTransaction) => Promise<T>,
  ): Promise<T> {
    try {
      return await inSpan(
        {
          name: 'metadata transaction',
          kind: 'client',
          attributes: { 'db.system.name': 'postgresql' },
          onlyInside: true,
        },
        () => transact(organizationId, scope, fn),
      );
    } catch (error) {
      if (isUnavailable(error)) {
        throw new AppError('database_unavailable', 'The database does not answer at the moment.', {
          cause: error,
        });
      }
      if (isFull(error)) {
        throw new AppError('disk_full', 'There is no space left on the disk of the database.', {
          cause: error,
        });
      }
      throw error;
    }
  }

  function transact<T>(
    organizationId: OrganizationId | '',
    scope: 'organization' | 'system',
    fn: (trx: MetadataTransaction) => Promise<T>,
  ): Promise<T> {
    return kysely.transaction().execute(async (trx) => {
      await sql`
        SELECT set_config('app.organization_id', ${organizationId}, true), set_config('app.scope', ${scope}, true),
               set_config('idle_in_transaction_session_timeout', ${String(IDLE_MS[scope])}, true)`.execute(
        trx,
      );
      return fn(trx);
    });
  }

  async function close(): Promise<void> {
    if (closed) return;
    closed = true;
    await kysely.destroy();
  }

  return {
    appUrl,
    withOrganization: (organizationId, fn) => {
      if (organizationId.length === 0) throw new Error('withOrganization needs an organization');
      return inScope(organizationId, 'organization', fn);
    },
    withSystem: (fn) => inScope('', 'system', fn),
    ping: () => inScope('', 'organization', (trx) => sql`SELECT 1`.execute(trx)).then(() => undefined),
    close,
    [Symbol.asyncDispose]: close,
  };
}
