import { connect, isIP, type Socket } from 'node:net';
import { addAbortSignal } from 'node:stream';
import type mysql from 'mysql2';
import { AppError } from '#platform/errors';
import { judgeHost } from '#platform/outbound/judge-host';
import { databaseError, type DatabaseFault } from '../../databases/database-errors.ts';
import type { ConnectorContext } from '../../port.ts';
import type { MysqlSettings } from './mysql-settings.ts';

const connectTimeoutMs = 15_000;
/** Of the time that an answer may take: who waits for a lock for so long would do so for ever. */
const lockShare = 1 / 3;
/** Rows that are handed over together, unless they are long: a row may have some megabytes. */
const batchRows = 2_000;
const batchBytes = 4_000_000;
/** Rows that are read before they are asked for. */
const rowsAhead = 20;

/** A row as the server wrote it: the bytes of each value. */
export type MysqlRow = readonly (Buffer | null)[];

export interface MysqlSession {
  /** All rows of a short answer, as text. */
  readonly query: (sql: string) => Promise<(string | null)[][]>;
  /** Rows of an answer of any length, in batches, as fast as they are taken. */
  readonly stream: (sql: string) => AsyncGenerator<readonly MysqlRow[]>;
}

/**
 * Opens a connection to a database outside, reading only, on one state of it, and closes it when `work` ends.
 *
 * @throws AppError source_credentials_refused, source_not_found, source_forbidden, source_unexpected_answer,
 *   outbound_blocked, outbound_failed
 */
export async function* withMysql<T>(
  context: ConnectorContext,
  settings: MysqlSettings,
  signal: AbortSignal,
  work: (session: MysqlSession) => AsyncGenerator<T>,
): AsyncGenerator<T> {
  const { host, port, tls } = settings;
  const { timeoutMs } = context.config.servicePatience;
  // 20 MB that few processes ever need.
  const { default: driver } = await import('mysql2');
  signal.throwIfAborted();
  const address = await judgeHost(host, port, context.config.outboundAllowedHosts);
  // Our own socket, to the address that was judged; the name is only for the certificate.
  const socket = connect({ host: address, port, noDelay: true, keepAlive: true });
  // A database that sends nothing for so long is given up; a query over a large table needs its time.
  socket.setTimeout(timeoutMs, () => socket.destroy(timedOut()));
  const stop = () => socket.destroy(new Error('stopped'));
  signal.addEventListener('abort', stop, { once: true });
  const connection = driver.createConnection({
    stream: () => socket,
    host,
    port,
    user: settings.username,
    password: settings.password,
    database: settings.database,
    connectTimeout: Math.min(connectTimeoutMs, timeoutMs),
    charset: 'utf8mb4_general_ci',
    // Neither files of this machine, nor several statements in one.
    flags: ['-LOCAL_FILES'],
    multipleStatements: false,
    // Names of columns come from outside and become no code.
    disableEval: true,
    rowsAsArray: true,
    // Every value as the bytes that the server writes: exact.
    typeCast: false,
    ...(tls === 'disable'
      ? {}
      : {
          ssl: { rejectUnauthorized: tls === 'verify', verifyIdentity: tls === 'verify' && isIP(host) === 0 },
        }),
  });
  // Of a connection that breaks between two statements; the next statement says so.
  connection.on('error', () => undefined);
  const session: MysqlSession = {
    query: (sql) => queryAll(connection, sql, signal),
    stream: (sql) => streamRows(connection, socket, sql, signal),
  };
  try {
    await new Promise<void>((resolve, reject) => {
      connection.connect((error) => (error === null ? resolve() : reject(error)));
    });
    for (const statement of [
      `SET SESSION sql_mode = '', time_zone = '+00:00', net_write_timeout = 600, lock_wait_timeout = ${Math.ceil((timeoutMs * lockShare) / 1000)}`,
      'SET SESSION TRANSACTION READ ONLY',
      'SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ',
      'START TRANSACTION WITH CONSISTENT SNAPSHOT',
    ]) {
      await session.query(statement);
    }
    yield* work(session);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof AppError) throw error;
    throw databaseError(faultOf(error), settings, error);
  } finally {
    signal.removeEventListener('abort', stop);
    connection.destroy();
    socket.destroy();
  }
}

function queryAll(
  connection: mysql.Connection,
  sql: string,
  signal: AbortSignal,
): Promise<(string | null)[][]> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(new Error('stopped'));
    signal.addEventListener('abort', stop, { once: true });
    connection.query<mysql.RowDataPacket[][]>(sql, (error, rows) => {
      signal.removeEventListener('abort', stop);
      if (error !== null) reject(error);
      else if (!Array.isArray(rows)) resolve([]);
      // typeCast: false gives bytes.
      else
        resolve((rows as unknown as MysqlRow[]).map((row) => row.map((value) => value?.toString() ?? null)));
    });
  });
}

async function* streamRows(
  connection: mysql.Connection,
  socket: Socket,
  sql: string,
  signal: AbortSignal,
): AsyncGenerator<readonly MysqlRow[]> {
  // The library tells a stream nothing of a connection that ends (3.24.6): it would wait for ever.
  const rows = addAbortSignal(signal, connection.query(sql).stream({ highWaterMark: rowsAhead }));
  socket.once('close', () => rows.destroy(socket.errored ?? lost()));
  let batch: MysqlRow[] = [];
  let bytes = 0;
  for await (const row of rows) {
    const values = row as MysqlRow; // typeCast: false gives bytes
    batch.push(values);
    for (const value of values) bytes += value?.length ?? 0;
    if (batch.length >= batchRows || bytes >= batchBytes) {
      yield batch;
      batch = [];
      bytes = 0;
    }
  }
  if (batch.length > 0) yield batch;
}

function lost(): Error {
  return Object.assign(new Error('the connection ended'), { code: 'ECONNRESET' });
}

function timedOut(): Error {
  return Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' });
}

/** By the names of MySQL's and MariaDB's errors. */
function faultOf(error: unknown): DatabaseFault {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  switch (code) {
    case 'ER_ACCESS_DENIED_ERROR':
    case 'ER_ACCESS_DENIED_NO_PASSWORD_ERROR':
    case 'ER_ACCESS_DENIED_CHANGE_USER_ERROR':
    case 'ER_MUST_CHANGE_PASSWORD':
    case 'ER_MUST_CHANGE_PASSWORD_LOGIN':
      return 'password';
    case 'ER_BAD_DB_ERROR':
      return 'no-database';
    case 'ER_HOST_NOT_PRIVILEGED':
    case 'ER_HOST_IS_BLOCKED':
    // Also of a database that is not there, to a user who may not know that.
    case 'ER_DBACCESS_DENIED_ERROR':
      return 'no-entry';
    case 'ER_TABLEACCESS_DENIED_ERROR':
    case 'ER_COLUMNACCESS_DENIED_ERROR':
    case 'ER_VIEW_INVALID':
      return 'no-right';
    case 'ER_NO_SUCH_TABLE':
    case 'ER_BAD_FIELD_ERROR':
      return 'no-table';
    case 'HANDSHAKE_NO_SSL_SUPPORT':
      return 'no-encryption';
    case 'ER_SECURE_TRANSPORT_REQUIRED':
    case 'MYSQL_CLEAR_PASSWORD_NOT_ENABLED':
      return 'only-encrypted';
    case 'ER_CON_COUNT_ERROR':
    case 'ER_USER_LIMIT_REACHED':
    case 'ER_TOO_MANY_USER_CONNECTIONS':
      return 'too-many-connections';
    case 'ER_LOCK_WAIT_TIMEOUT':
      return 'locked';
    case 'ER_QUERY_TIMEOUT':
      return 'too-slow';
    case 'ER_SERVER_SHUTDOWN':
    case 'ER_QUERY_INTERRUPTED':
      return 'connection';
    default:
  }
  // MariaDB's ER_STATEMENT_TIMEOUT, which the library does not know by name (3.24.6).
  if (error instanceof Error && 'errno' in error && error.errno === 1969) return 'too-slow';
  if (code.startsWith('ER_')) return { refusedWith: code };
  const isOtherProtocol = error instanceof Error && code === '' && !('errno' in error);
  return isOtherProtocol ? 'other-protocol' : 'connection';
}
