import { AppError } from '../errors.ts';

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** The error itself and what is inside of it, as far as it goes. */
function* chain(error: unknown): Generator {
  let present = error;
  for (let depth = 0; depth < 8 && present !== undefined; depth += 1) {
    yield present;
    if (present instanceof AggregateError) yield* present.errors.slice(0, 4);
    present = present instanceof Error ? present.cause : undefined;
  }
}

const kinds: readonly (readonly [pattern: RegExp, kind: string, message: (host: string) => string])[] = [
  [
    /^(ENOTFOUND|EAI_AGAIN|EAI_NODATA|ENODATA|ESERVFAIL)$/,
    'dns',
    (host) => `The name ${host} was not found.`,
  ],
  [
    /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|HOSTNAME_MISMATCH|EPROTO)/,
    'tls',
    (host) =>
      `The secure connection to ${host} failed: its certificate is not valid, or it does not speak TLS.`,
  ],
  [
    /^(UND_ERR_CONNECT_TIMEOUT|UND_ERR_HEADERS_TIMEOUT|UND_ERR_BODY_TIMEOUT|ETIMEDOUT)$/,
    'timeout',
    (host) => `${host} took too long to answer.`,
  ],
  [/^ECONNREFUSED$/, 'connect', (host) => `${host} refuses connections.`],
  [/^(ENETUNREACH|EHOSTUNREACH|EADDRNOTAVAIL)$/, 'connect', (host) => `${host} cannot be reached from here.`],
  [/^UND_ERR_HEADERS_OVERFLOW$/, 'too_large', (host) => `The headers of ${host} are too large.`],
];

/** Says which part of asking another service failed, without repeating anything that it answered. */
export function describeFailure(error: unknown, host: string): AppError {
  for (const one of chain(error)) {
    if (one instanceof AppError) return one;
    if (one instanceof Error && one.name === 'TimeoutError') {
      return failed('timeout', `${host} took too long to answer.`, error);
    }
    const code = codeOf(one);
    const known = kinds.find(([pattern]) => pattern.test(code));
    if (known !== undefined) return failed(known[1], known[2](host), error);
  }
  return failed('connection', `The connection to ${host} broke.`, error);
}

export function failed(kind: string, message: string, cause?: unknown): AppError {
  return new AppError('outbound_failed', message, { where: { kind }, cause });
}
