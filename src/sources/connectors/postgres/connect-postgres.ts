import { isIP } from 'node:net';
import pg from 'pg';
import { AppError } from '#platform/errors';
import { describeFailure } from '#platform/outbound/describe-failure';
import { judgeHost } from '#platform/outbound/judge-host';
import type { ConnectorContext } from '../../port.ts';
import type { PostgresSettings } from './postgres-settings.ts';

const connectTimeoutMs = 15_000;

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
  signal.throwIfAborted();
  const address = await judgeHost(host, port, context.config.outboundAllowedHosts);
  const client = new pg.Client({
    host: address,
    port,
    user: settings.username,
    password: settings.password,
    database: settings.database,
    connectionTimeoutMillis: connectTimeoutMs,
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
  try {
    await client.connect();
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    await client.query(
      `SELECT set_config('DateStyle', 'ISO, YMD', true), set_config('TimeZone', 'UTC', true), set_config('IntervalStyle', 'iso_8601', true), set_config('extra_float_digits', '1', true), set_config('bytea_output', 'hex', true)`,
    );
    yield* work(client);
  } catch (error) {
    signal.throwIfAborted();
    throw translate(error, settings);
  } finally {
    signal.removeEventListener('abort', stop);
    await client.end().catch(() => undefined);
  }
}

/** Errors of another's database in our words. Its messages name only what its user may see; the password never is in them. */
function translate(error: unknown, { host, database, username }: PostgresSettings): unknown {
  if (error instanceof AppError) return error;
  const state = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  const options = { cause: error };
  if (state === '28P01' || state === '28000') {
    return new AppError(
      'source_credentials_refused',
      `${host} does not accept the user “${username}” with this password.`,
      options,
    );
  }
  if (state === '3D000')
    return new AppError('source_not_found', `${host} has no database “${database}”.`, options);
  if (state === '42P01' || state === '42703' || state === '3F000') {
    return new AppError('source_not_found', 'A table or column is no longer there.', options);
  }
  if (state === '42501') {
    return new AppError(
      'source_forbidden',
      `The user “${username}” may not read a table that was chosen.`,
      options,
    );
  }
  if (error instanceof Error && error.message.includes('does not support SSL')) {
    return new AppError('source_unexpected_answer', `${host} offers no encryption.`, {
      ...options,
      hint: 'Switch it on there, or choose no encryption if the way to it is safe.',
    });
  }
  if (/^[0-9A-Z]{5}$/.test(state) && !/^(08|57P|53)/.test(state)) {
    return new AppError(
      'source_unexpected_answer',
      `${host} refused to read (PostgreSQL error ${state}).`,
      options,
    );
  }
  return describeFailure(error, host);
}
