import pg from 'pg';
import type { ColumnType } from '#contracts/column-types';
import type { Row } from '#contracts/warehouse';
import type { StatementOptions, QueryResult } from '../port.ts';
import type { Dialect } from '../sql/dialect.ts';
import { inSpan } from '#platform/tracing/tracing';
import { typeNameOf } from './cell-types.ts';
import { translateError } from './translate-error.ts';

/** A session and its backend's process id, which a cancel from outside needs. */
export interface Connection {
  readonly client: pg.ClientBase;
  readonly backendPid: number;
  readonly connectionString: string;
}

/** Cancels what a backend is doing, over a connection of its own: the busy one takes no further message. */
async function cancelBackend(connection: Connection): Promise<void> {
  const canceller = new pg.Client({
    connectionString: connection.connectionString,
    connectionTimeoutMillis: 5000,
  });
  try {
    await canceller.connect();
    await canceller.query('SELECT pg_cancel_backend($1)', [connection.backendPid]);
  } catch {
    // The server is gone or refuses connections: then the statement ends by that, with its own error.
  } finally {
    await canceller.end().catch(() => undefined);
  }
}

/**
 * Runs `work` on a connection so that an abort or a timeout reaches the statement that is running in PostgreSQL,
 * wherever it is. The cancel is awaited before this returns, so it can never hit a later statement of the connection.
 */
export async function cancellable<T>(
  connection: Connection,
  options: StatementOptions,
  work: () => Promise<T>,
): Promise<T> {
  const { signal, timeoutMs } = options;
  let cancelling: Promise<void> | undefined;
  let timedOut = false;
  let repeat: NodeJS.Timeout | undefined;
  const cancel = () => {
    if (cancelling !== undefined) return;
    cancelling = cancelBackend(connection);
    // A cancel that arrives between two statements of one piece of work is lost: ask again until the work ends.
    repeat = setInterval(() => {
      cancelling = (cancelling ?? Promise.resolve()).then(() => cancelBackend(connection));
    }, 500);
  };
  if (signal?.aborted === true) throw translateError(signal.reason, signal, false);
  signal?.addEventListener('abort', cancel, { once: true });
  const timer =
    timeoutMs === undefined
      ? undefined
      : setTimeout(() => {
          timedOut = true;
          cancel();
        }, timeoutMs);
  try {
    return await inSpan(
      {
        name: 'warehouse statement',
        kind: 'client',
        attributes: { 'db.system.name': 'postgresql' },
        onlyInside: true,
      },
      work,
    );
  } catch (error) {
    throw translateError(error, signal, timedOut);
  } finally {
    clearTimeout(timer);
    clearInterval(repeat);
    signal?.removeEventListener('abort', cancel);
    await cancelling;
  }
}

/** One statement, its rows as objects of JSON-safe values. */
export async function runQuery(
  connection: Connection,
  dialect: Dialect,
  sql: string,
  options: StatementOptions,
): Promise<QueryResult> {
  return cancellable(connection, options, async () => {
    const result = await connection.client.query<Row>(sql);
    return {
      columns: result.fields.map((field) => ({
        name: field.name,
        type: dialect.columnType(typeNameOf(field.dataTypeID)) ?? ('text' satisfies ColumnType),
      })),
      rows: result.rows,
      affectedRows: result.rowCount,
    };
  });
}
