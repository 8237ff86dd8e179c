import { connect, isIP, type Socket } from 'node:net';
import { addAbortSignal } from 'node:stream';
import mysql from 'mysql2';
import { AppError } from '#platform/errors';
import { describeFailure } from '#platform/outbound/describe-failure';
import { judgeHost } from '#platform/outbound/judge-host';
import type { ConnectorContext } from '../../port.ts';
import type { MysqlSettings } from './mysql-settings.ts';

const connectTimeoutMs = 15_000;
/** A database that sends nothing for so long is given up; a query over a large table needs its time. */
const silenceMs = 300_000;
/** Rows in memory at once. */
const rowsAhead = 2_000;

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
  signal.throwIfAborted();
  const address = await judgeHost(host, port, context.config.outboundAllowedHosts);
  // Our own socket, to the address that was judged; the name is only for the certificate.
  const socket = connect({ host: address, port, noDelay: true, keepAlive: true });
  socket.setTimeout(silenceMs, () => socket.destroy(timedOut()));
  const stop = () => socket.destroy(new Error('stopped'));
  signal.addEventListener('abort', stop, { once: true });
  const connection = mysql.createConnection({
    stream: () => socket,
    host,
    port,
    user: settings.username,
    password: settings.password,
    database: settings.database,
    connectTimeout: connectTimeoutMs,
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
      "SET SESSION sql_mode = '', time_zone = '+00:00', net_write_timeout = 600",
      'SET SESSION TRANSACTION READ ONLY',
      'SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ',
      'START TRANSACTION WITH CONSISTENT SNAPSHOT',
    ]) {
      await session.query(statement);
    }
    yield* work(session);
  } catch (error) {
    signal.throwIfAborted();
    throw translate(error, settings);
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
  socket.once('close', () => rows.destroy(lost()));
  let batch: MysqlRow[] = [];
  for await (const row of rows) {
    // typeCast: false gives bytes.
    batch.push(row as MysqlRow);
    if (batch.length >= rowsAhead) {
      yield batch;
      batch = [];
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

/** Errors of another's database in our words: of what it says itself, nothing is repeated. */
function translate(error: unknown, { host, database, username }: MysqlSettings): unknown {
  if (error instanceof AppError) return error;
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  const options = { cause: error };
  switch (code) {
    case 'ER_ACCESS_DENIED_ERROR':
    case 'ER_ACCESS_DENIED_NO_PASSWORD_ERROR':
    case 'ER_ACCESS_DENIED_CHANGE_USER_ERROR':
    case 'ER_MUST_CHANGE_PASSWORD':
    case 'ER_MUST_CHANGE_PASSWORD_LOGIN':
      return new AppError(
        'source_credentials_refused',
        `${host} does not accept the user “${username}” with this password.`,
        options,
      );
    case 'ER_HOST_NOT_PRIVILEGED':
    case 'ER_HOST_IS_BLOCKED':
      return new AppError('source_forbidden', `${host} does not allow connections from here.`, options);
    case 'ER_BAD_DB_ERROR':
      return new AppError('source_not_found', `${host} has no database “${database}”.`, options);
    case 'ER_DBACCESS_DENIED_ERROR':
      return new AppError(
        'source_forbidden',
        `There is no database “${database}” on ${host}, or the user “${username}” may not read it.`,
        options,
      );
    case 'ER_TABLEACCESS_DENIED_ERROR':
    case 'ER_COLUMNACCESS_DENIED_ERROR':
    case 'ER_VIEW_INVALID':
      return new AppError(
        'source_forbidden',
        `The user “${username}” may not read a table or view that was chosen.`,
        options,
      );
    case 'ER_NO_SUCH_TABLE':
    case 'ER_BAD_FIELD_ERROR':
      return new AppError('source_not_found', 'A table or column is no longer there.', options);
    case 'HANDSHAKE_NO_SSL_SUPPORT':
      return new AppError('source_unexpected_answer', `${host} offers no encryption.`, {
        ...options,
        hint: 'Switch it on there, or choose no encryption if the way to it is safe.',
      });
    case 'ER_SECURE_TRANSPORT_REQUIRED':
    case 'MYSQL_CLEAR_PASSWORD_NOT_ENABLED':
      return new AppError('source_unexpected_answer', `${host} only speaks over an encrypted connection.`, {
        ...options,
        hint: 'Choose an encrypted connection.',
      });
    case 'ER_CON_COUNT_ERROR':
    case 'ER_USER_LIMIT_REACHED':
    case 'ER_TOO_MANY_USER_CONNECTIONS':
      return new AppError('outbound_failed', `${host} has too many connections at the moment.`, {
        ...options,
        where: { kind: 'service_fault' },
      });
    default:
  }
  if (code.startsWith('ER_') && code !== 'ER_SERVER_SHUTDOWN' && code !== 'ER_QUERY_INTERRUPTED') {
    return new AppError('source_unexpected_answer', `${host} refused to read (${code}).`, options);
  }
  if (error instanceof Error && code === '' && !('errno' in error)) {
    return new AppError(
      'source_unexpected_answer',
      `${host} does not answer like a MySQL database.`,
      options,
    );
  }
  return describeFailure(error, host);
}
