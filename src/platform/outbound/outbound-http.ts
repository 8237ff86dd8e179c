import { pipeline, Transform, type Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { Agent, request as undiciRequest } from 'undici';
import type { Config } from '../config.ts';
import { describeFailure, failed } from './describe-failure.ts';
import { createGuardedLookup, systemResolve, type Resolve } from './guarded-lookup.ts';
import { createHostGate, type HostLimits } from './host-gate.ts';
import type { HostShare } from './host-share.ts';
import { judgeUrl, type JudgedUrl } from './judge-url.ts';

export interface OutboundRequest {
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  readonly signal: AbortSignal;
  /** From the first byte sent to the last received, without the wait for a place; 60 s unless given. */
  readonly timeoutMs?: number;
  /** Of the answer's body, after decompression; 50 MB unless given. */
  readonly maxBytes?: number;
  /** Redirects to follow, each judged like the first address; 0 unless given, at most 5. */
  readonly maxRedirects?: number;
}

export interface OutboundAnswer {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** Where the answer came from, after redirects. */
  readonly url: string;
  /** Decompressed. Fails with outbound_failed when it is too large, too slow or breaks off. Read or destroy it. */
  readonly body: Readable;
}

/** Asks other services in the name of people, who must not reach our own network with it. */
export interface OutboundHttp extends AsyncDisposable {
  /** @throws AppError outbound_blocked, outbound_failed (with `where.kind`: dns, tls, connect, timeout, too_large …) */
  request(url: string, options: OutboundRequest): Promise<OutboundAnswer>;
}

const MAX_REDIRECTS = 5;
const DEFAULT_TIMEOUT_MS = 60_000;
const DEFAULT_MAX_BYTES = 50 * 1024 * 1024;

/** What may follow a redirect to another origin; everything else may be a credential. */
const SAFE_HEADERS: ReadonlySet<string> = new Set([
  'accept',
  'accept-language',
  'content-type',
  'user-agent',
]);

/** Headers that only the connection itself may set. */
const OWN_HEADERS: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'host',
  'keep-alive',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers)
      .map(([name, value]) => [name.toLowerCase(), value] as const)
      .filter(([name]) => !OWN_HEADERS.has(name)),
  );
}

function flattened(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return flat;
}

function decoder(encoding: string | undefined): Transform | undefined {
  switch (encoding?.trim().toLowerCase() ?? '') {
    case '':
    case 'identity':
      return undefined;
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'deflate':
      return createInflate();
    case 'br':
      return createBrotliDecompress();
    default:
      throw failed('encoding', 'The answer is compressed in a way that was not asked for.');
  }
}

/** Lets go of an answer that nobody will read. */
function discard(body: Readable): void {
  // That it ends early is what we ask for.
  body.on('error', () => {});
  body.destroy();
}

/** Lets at most so many bytes through, and tells of every failure on the way here in our words. */
function cap(maxBytes: number, describe: (error: Error) => Error): Transform {
  let count = 0;
  return new Transform({
    destroy(error, done) {
      done(error === null ? null : describe(error));
    },
    transform(chunk: Buffer, _encoding, done) {
      count += chunk.length;
      if (count > maxBytes) done(failed('too_large', `The answer is larger than ${maxBytes} bytes.`));
      else done(null, chunk);
    },
  });
}

function readableBody(
  body: Readable,
  encoding: string | undefined,
  maxBytes: number,
  describe: (error: Error) => Error,
): Readable {
  const decode = decoder(encoding);
  const capped = cap(maxBytes, describe);
  // The reader of the last stream hears of a failure of any.
  const done = (): void => {};
  if (decode === undefined) pipeline(body, capped, done);
  else pipeline(body, decode, capped, done);
  return capped;
}

/**
 * Opens the door to the outside: http(s) only, public addresses only, connected to exactly the addresses that were
 * judged, without environment proxies, with caps on time and size.
 *
 * @param options.resolve of names; the system's unless given.
 * @param options.limits of requests to one host; a body that is neither read nor destroyed keeps its place.
 * @param options.share with other processes of the limits; closed with the door.
 */
export function openOutboundHttp(
  config: Pick<Config, 'outboundAllowedHosts'>,
  options: {
    readonly resolve?: Resolve;
    readonly limits?: HostLimits;
    readonly share?: HostShare;
  } = {},
): OutboundHttp {
  const allowed = config.outboundAllowedHosts;
  const guarded = createGuardedLookup(options.resolve ?? systemResolve, () => false);
  const trusting = createGuardedLookup(options.resolve ?? systemResolve, () => true);
  const common = { maxHeaderSize: 32 * 1024, pipelining: 1, connections: 32 } as const;
  // Two pools: a connection to an allowed private host is never taken for a request that may not go there.
  const agent = new Agent({ ...common, connect: { lookup: guarded, timeout: 10_000 } });
  const trustingAgent = new Agent({ ...common, connect: { lookup: trusting, timeout: 10_000 } });

  const gate =
    options.limits === undefined ? undefined : createHostGate(options.limits, undefined, options.share);

  async function ask(
    target: JudgedUrl,
    headers: Record<string, string>,
    options: OutboundRequest,
    signal: AbortSignal,
  ) {
    try {
      return await undiciRequest(target.url, {
        method: options.method ?? 'GET',
        headers,
        ...(options.body === undefined ? {} : { body: options.body }),
        dispatcher: target.isAllowed ? trustingAgent : agent,
        signal,
      });
    } catch (error) {
      options.signal.throwIfAborted();
      throw describeFailure(error, target.hostname);
    }
  }

  async function request(address: string, options: OutboundRequest): Promise<OutboundAnswer> {
    const { host } = judgeUrl(address, allowed).url;
    const leave = await gate?.enter(host, options.signal);
    if (leave === undefined) return follow(address, options);
    try {
      const answer = await follow(address, options);
      if (answer.body.closed) leave();
      else answer.body.once('close', leave);
      return answer;
    } catch (error) {
      leave();
      throw error;
    }
  }

  async function follow(address: string, options: OutboundRequest): Promise<OutboundAnswer> {
    const signal = AbortSignal.any([
      options.signal,
      AbortSignal.timeout(options.timeoutMs ?? DEFAULT_TIMEOUT_MS),
    ]);
    let target = judgeUrl(address, allowed);
    let step = options;
    let headers = lowerCased(options.headers ?? {});
    let left = Math.min(options.maxRedirects ?? 0, MAX_REDIRECTS);
    for (;;) {
      const answer = await ask(target, { 'accept-encoding': 'gzip, br', ...headers }, step, signal);
      const status = answer.statusCode;
      const answered = flattened(answer.headers);
      const { location } = answered;
      const isRedirect = [301, 302, 303, 307, 308].includes(status) && location !== undefined;
      if (!isRedirect || left === 0) {
        if (isRedirect && (options.maxRedirects ?? 0) > 0) {
          discard(answer.body);
          throw failed('redirect', `${target.hostname} redirects too often.`);
        }
        const host = target.hostname;
        const body = readableBody(
          answer.body,
          answered['content-encoding'],
          options.maxBytes ?? DEFAULT_MAX_BYTES,
          (error) => (options.signal.aborted ? error : describeFailure(error, host)),
        );
        return { status, headers: answered, url: target.url.href, body };
      }
      left -= 1;
      discard(answer.body);
      if (!URL.canParse(location, target.url.href)) throw failed('redirect', 'The redirect leads nowhere.');
      // Relative addresses are completed first; a complete one is judged as it was written.
      const next = judgeUrl(
        /^[a-z][a-z0-9+.-]*:/i.test(location) ? location : new URL(location, target.url).href,
        allowed,
      );
      if (target.url.protocol === 'https:' && next.url.protocol === 'http:') {
        throw failed('redirect', `${target.hostname} redirects to an address without encryption.`);
      }
      if (next.url.origin !== target.url.origin) {
        headers = Object.fromEntries(Object.entries(headers).filter(([name]) => SAFE_HEADERS.has(name)));
      }
      const keepsMethod =
        status === 307 || status === 308 || step.method === undefined || step.method === 'HEAD';
      if (!keepsMethod) {
        const { body: _body, ...rest } = step;
        step = { ...rest, method: 'GET' };
        headers = Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'content-type'));
      } else if (next.url.origin !== target.url.origin && step.body !== undefined) {
        throw failed('redirect', `${target.hostname} redirects what was sent to another site.`);
      }
      target = next;
    }
  }

  return {
    request,
    async [Symbol.asyncDispose]() {
      await Promise.all([agent.destroy(), trustingAgent.destroy(), options.share?.[Symbol.asyncDispose]()]);
    },
  };
}
