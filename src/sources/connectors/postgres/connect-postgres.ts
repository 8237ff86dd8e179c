import { isIP } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { AppError } from '#platform/errors';
import { judgeHost } from '#platform/outbound/judge-host';
import { databaseError, type DatabaseFault } from '../../databases/database-errors.ts';
import type { ConnectorContext } from '../../port.ts';
import type { PostgresSettings } from './postgres-settings.ts';

const connectTimeoutMs = 15_000;
const farewellMs = 1_000;
/** Of the time that an answer may take: who waits for a lock for so long would do so for ever. */
const lockShare = 1 / 3;
/** The server gives up first and says why; this is for one that says nothing any more. */
const silenceShare = 1.25;

/**
 * Opens a connection to a database outside, reading only, on one state of it, and closes it when `work` ends.
 *
 * @throws AppError source_credentials_refused, source_not_found, source_forbidden, outbound_blocked, outbound_failed
 */
export async function* withPostgres<T>(
  context: ConnectorContext,
  settings: PostgresSettings,
  signal: AbortSignal,
  work: (client: pg.Client) => AsyncGenerator<T>,
): AsyncGenerator<T> {
  const { host, port, tls } = settings;
  const { timeoutMs } = context.config.servicePatience;
  signal.throwIfAborted();
  const address = await judgeHost(host, port, context.config.outboundAllowedHosts);
  const client = new pg.Client({
    host: address,
    port,
    user: settings.username,
    password: settings.password,
    database: settings.database,
    connectionTimeoutMillis: Math.min(connectTimeoutMs, timeoutMs),
    query_timeout: timeoutMs * silenceShare,
    keepAlive: true,
    application_name: 'dalgo-lite source',
    ssl:
      tls === 'disable'
        ? false
        : { rejectUnauthorized: tls === 'verify', ...(isIP(host) === 0 ? { servername: host } : {}) },
    // Every value as the text that PostgreSQL writes: exact, and COPY reads the same.
    types: { getTypeParser: () => (value: string | Buffer) => value.toString() },
  });
  // Of a connection that breaks between two statements; the next statement says so.
  client.on('error', () => undefined);
  const stop = () => void client.end().catch(() => undefined);
  signal.addEventListener('abort', stop, { once: true });
  // The library leaves who waits for a connection without an answer when it is ended meanwhile (8.23).
  const aborted = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('stopped')), { once: true });
  });
  aborted.catch(() => undefined);
  let isConnected = false;
  try {
    await Promise.race([client.connect(), aborted]);
    isConnected = true;
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const session = {
      DateStyle: 'ISO, YMD',
      TimeZone: 'UTC',
      IntervalStyle: 'iso_8601',
      extra_float_digits: '1',
      bytea_output: 'hex',
      statement_timeout: String(Math.round(timeoutMs)),
      lock_timeout: String(Math.round(timeoutMs * lockShare)),
      // While we write what we have read, it waits for us.
      idle_in_transaction_session_timeout: '0',
    };
    await client.query(
      `SELECT ${Object.entries(session)
        .map(([name, value]) => `set_config('${name}', '${value}', true)`)
        .join(', ')}`,
    );
    yield* work(client);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof AppError) throw error;
    throw databaseError(faultOf(error, isConnected), settings, error);
  } finally {
    signal.removeEventListener('abort', stop);
    // Neither does it tell when a connection ended that never was one.
    await Promise.race([client.end().catch(() => undefined), sleep(farewellMs, undefined, { ref: false })]);
  }
}

/** By SQLSTATE: https://www.postgresql.org/docs/current/errcodes-appendix.html */
function faultOf(error: unknown, isConnected: boolean): DatabaseFault {
  const state = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  const message = error instanceof Error ? error.message : '';
  switch (state) {
    case '28P01':
    case '28000':
      return state === '28000' && message.includes('no encryption') ? 'only-encrypted' : 'password';
    case '3D000':
      return 'no-database';
    case '42P01':
    case '42703':
    case '3F000':
      return 'no-table';
    case '42501':
      return isConnected ? 'no-right' : 'no-entry';
    case '53300':
      return 'too-many-connections';
    case '55P03':
      return 'locked';
    case '57014':
      return 'too-slow';
    // A copy that replays what removes the rows which are being read.
    case '40001':
      return 'busy';
    default:
  }
  if (message.includes('does not support SSL')) return 'no-encryption';
  // The library has no codes for what it gives up itself (8.23).
  if (message === 'Query read timeout' || message === 'timeout expired') return 'silent';
  if (/received invalid response|error establishing an SSL/.test(message)) return 'other-protocol';
  return /^[0-9A-Z]{5}$/.test(state) && !/^(08|57P|53)/.test(state) ? { refusedWith: state } : 'connection';
}
