import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { z } from 'zod';
import type { Row } from '#contracts/warehouse';
import { AppError } from '#platform/errors';
import type { OrganizationId } from '#platform/ids';
import type {
  OrganizationWarehouse,
  StatementOptions,
  Warehouse,
  WarehouseCapabilities,
  WarehouseSession,
} from '../port.ts';
import { postgres } from '../sql/postgres-dialect.ts';
import { cellTypes } from './cell-types.ts';
import { cancellable, runQuery, type Connection } from './run-statement.ts';
import { sendPieces } from './send-pieces.ts';
import { translateError } from './translate-error.ts';

const capabilities: WarehouseCapabilities = {
  dialect: postgres,
  transactionalDdl: true,
  copyFromBinary: true,
  cancellation: true,
  maxRowBytes: 8160,
};

/** What EXPLAIN answers, as far as it is read. */
const explanation = z.array(z.object({ Plan: z.object({ 'Plan Rows': z.number() }) }));

/** Connections of one organization at once, in one process. */
const MAX_CONNECTIONS = 6;
/**
 * An organization nobody works in keeps no connection: with 30 s, ten small runs a second of as many organizations held
 * more than PostgreSQL's 200. A new one takes some 10 ms.
 */
const IDLE_MS = 3_000;

/** Session settings that make results the same whatever the server's defaults are. */
const SESSION_OPTIONS = [
  'TimeZone=UTC',
  'DateStyle=ISO,YMD',
  'IntervalStyle=iso_8601',
  'extra_float_digits=1',
  // A page without a sort must be the same every time: no scan that starts where another one happens to be.
  'synchronize_seqscans=off',
  // When this program dies in the middle of a statement, the server notices and stops.
  'client_connection_check_interval=2000',
]
  .map((setting) => `-c ${setting}`)
  .join(' ');

/**
 * The warehouse on PostgreSQL: each organization works over a small pool of connections that are logged in as its own
 * role, so the wall between organizations is the database's.
 *
 * @param options.url connection string of the database; its user and password are replaced by the organization's.
 * @param options.rolePassword password of the login `org_<id>`.
 */
export function createPostgresWarehouse(options: {
  url: string;
  rolePassword: (organizationId: OrganizationId) => Promise<string>;
}): Warehouse {
  const pools = new Map<OrganizationId, Promise<{ pool: pg.Pool; connectionString: string }>>();

  async function openPool(organizationId: OrganizationId) {
    const url = new URL(options.url);
    url.username = `org_${organizationId}`;
    url.password = await options.rolePassword(organizationId);
    const pool = new pg.Pool({
      connectionString: url.href,
      max: MAX_CONNECTIONS,
      idleTimeoutMillis: IDLE_MS,
      connectionTimeoutMillis: 30_000,
      application_name: 'dalgo-lite warehouse',
      options: SESSION_OPTIONS,
      types: cellTypes,
    });
    pool.on('error', () => {}); // a broken idle connection is dropped by the pool
    return { pool, connectionString: url.href };
  }

  function poolOf(organizationId: OrganizationId) {
    let opened = pools.get(organizationId);
    if (opened === undefined) {
      opened = openPool(organizationId);
      pools.set(organizationId, opened);
      opened.catch(() => pools.delete(organizationId));
    }
    return opened;
  }

  async function withConnection<T>(
    organizationId: OrganizationId,
    signal: AbortSignal | undefined,
    fn: (connection: Connection) => Promise<T>,
  ): Promise<T> {
    const { pool, connectionString } = await poolOf(organizationId);
    let client: pg.PoolClient;
    try {
      client = await pool.connect();
    } catch (error) {
      throw translateError(error, signal, false);
    }
    let broken: Error | undefined;
    const onError = (error: Error) => {
      broken = error;
    };
    client.on('error', onError);
    try {
      // `processID` is set by the startup message of every server; the type definitions omit it.
      const { processID: backendPid } = client as unknown as { processID: number };
      return await fn({ client, backendPid, connectionString });
    } catch (error) {
      if (error instanceof AppError && error.code === 'database_unavailable') broken ??= error;
      throw error;
    } finally {
      client.off('error', onError);
      client.release(broken);
    }
  }

  async function inTransaction<T>(
    connection: Connection,
    begin: string,
    statement: StatementOptions,
    fn: () => Promise<T>,
  ): Promise<T> {
    await cancellable(connection, statement, () => connection.client.query(begin));
    try {
      const result = await fn();
      statement.signal?.throwIfAborted();
      await cancellable(connection, {}, () => connection.client.query('COMMIT'));
      return result;
    } catch (error) {
      await connection.client.query('ROLLBACK').catch(() => undefined); // the connection may be gone; the server rolls back
      throw translateError(error, statement.signal, false);
    }
  }

  function sessionOn(connection: Connection, outer: StatementOptions): WarehouseSession {
    return {
      query: (sql, statement) => runQuery(connection, capabilities.dialect, sql, { ...outer, ...statement }),
      copyFrom: (copySql, bytes, statement) => {
        const effective = { ...outer, ...statement };
        return cancellable(connection, effective, async () => {
          const sink = connection.client.query(copyFrom(copySql));
          await sendPieces(bytes, sink, effective.signal);
          return sink.rowCount;
        });
      },
    };
  }

  function organizationWarehouse(organizationId: OrganizationId): OrganizationWarehouse {
    return {
      organizationId,
      schema: `org_${organizationId}`,
      capabilities,
      read: (sql, statement = {}) =>
        withConnection(organizationId, statement.signal, (connection) =>
          inTransaction(connection, 'BEGIN READ ONLY', statement, () =>
            runQuery(connection, capabilities.dialect, sql, statement),
          ),
        ),
      estimateRows: (sql, statement = {}) =>
        withConnection(organizationId, statement.signal, (connection) =>
          inTransaction(connection, 'BEGIN READ ONLY', statement, async () => {
            const { rows } = await runQuery(
              connection,
              capabilities.dialect,
              `EXPLAIN (FORMAT JSON) ${sql}`,
              statement,
            );
            const explained = explanation.safeParse(rows[0]?.['QUERY PLAN']);
            return explained.success ? (explained.data[0]?.Plan['Plan Rows'] ?? null) : null;
          }),
        ),
      async *stream(sql, statement = {}) {
        // Batches are handed out while the transaction is open, so this cannot use the callback form above.
        const { pool } = await poolOf(organizationId);
        const client = await pool.connect();
        const batch = statement.batchSize ?? 1000;
        let failed = true;
        try {
          await client.query('BEGIN READ ONLY');
          await client.query(`DECLARE export_rows NO SCROLL CURSOR FOR ${sql}`);
          for (;;) {
            statement.signal?.throwIfAborted();
            const { rows } = await client.query<Row>(`FETCH ${batch} FROM export_rows`);
            if (rows.length > 0) yield rows;
            if (rows.length < batch) break;
          }
          await client.query('COMMIT');
          failed = false;
        } catch (error) {
          throw translateError(error, statement.signal, false);
        } finally {
          // A reader that stops early leaves the cursor open: the connection is closed with it.
          client.release(failed);
        }
      },
      transaction: (fn, { readOnly = false, ...statement } = {}) =>
        withConnection(organizationId, statement.signal, (connection) =>
          inTransaction(connection, readOnly ? 'BEGIN READ ONLY' : 'BEGIN', statement, () =>
            fn(sessionOn(connection, statement)),
          ),
        ),
    };
  }

  async function release(organizationId: OrganizationId): Promise<void> {
    const opened = pools.get(organizationId);
    pools.delete(organizationId);
    if (opened !== undefined) await (await opened).pool.end();
  }

  async function close(): Promise<void> {
    await Promise.all([...pools.keys()].map(release));
  }

  return {
    capabilities,
    forOrganization: async (organizationId) => {
      await poolOf(organizationId);
      return organizationWarehouse(organizationId);
    },
    release,
    close,
    [Symbol.asyncDispose]: close,
  };
}
