import { pino, type DestinationStream, type Logger } from 'pino';

export type Log = Logger;

/** Paths that may hold a secret, wherever they are logged. */
const SECRET_PATHS = [
  'password',
  'token',
  'secret',
  'access_token',
  'refresh_token',
  'authorization',
  'cookie',
  'connectionString',
].flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);

/**
 * Structured log, one JSON object a line, on stderr. Secrets are cut out by path as a second line of defence:
 * the first is not to log them.
 *
 * @param level pino level, from LOG_LEVEL.
 */
export function createLog(level: string, destination?: DestinationStream): Log {
  const options = {
    level,
    redact: {
      paths: ['req.headers.authorization', 'req.headers.cookie', ...SECRET_PATHS],
      censor: '[secret]',
    },
    timestamp: pino.stdTimeFunctions.isoTime,
    base: { pid: process.pid },
  };
  return destination === undefined
    ? pino(options, pino.destination({ fd: 2, sync: false }))
    : pino(options, destination);
}
