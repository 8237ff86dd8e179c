import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '#platform/errors';
import type { OutboundAnswer } from '#platform/outbound/outbound-http';
import type { ConnectorContext } from '../port.ts';
import { parseJson } from './parse-json.ts';

export interface ServiceRequest {
  readonly url: string;
  readonly method?: 'GET' | 'POST' | 'PUT';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** false: a second time would do it twice. What was surely not done is tried again all the same. */
  readonly isRepeatable?: boolean;
  readonly signal: AbortSignal;
  /** JSON unless said. */
  readonly expects?: 'xml';
  /** What this service means by a status other than HTTP does: that it asks to wait, or what is wrong. */
  readonly judge?: (status: number, body: string) => AppError | AskedPause | undefined;
}

/** Undefined: for how long, the service does not say. */
interface AskedPause {
  readonly pauseMs: number | undefined;
}

export interface ServiceAnswer {
  readonly json: unknown;
  /** Of XML; empty otherwise. */
  readonly text: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** After redirects. */
  readonly url: string;
}

type ServiceContext = Pick<ConnectorContext, 'http' | 'config'>;

const attempts = 5;
/** Quotas are counted by the minute: 1 + 2 + 4 + … + 32 s outlast one. */
const attemptsWhenLimited = 7;
/** What we wait of our own accord. */
const maxGrownPauseMs = 64_000;
/** What a service may ask us to wait. */
const maxPauseMs = 300_000;
const maxBytes = 256 * 1024 * 1024;

/**
 * Asks a service for JSON, patiently: what may pass by itself (too many requests, a fault of the service, an answer that
 * broke off) is tried again with growing pauses, or after the pause that the service asks for.
 *
 * No message repeats what the service answered, nor anything of the address but the host: both may hold secrets.
 *
 * @throws AppError source_credentials_refused (401), source_forbidden (403), source_not_found (404),
 *   source_unexpected_answer (no JSON, other refusals), outbound_failed, outbound_blocked
 */
export async function askService(context: ServiceContext, request: ServiceRequest): Promise<ServiceAnswer> {
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await tryOnce(context, request);
    if ('answer' in outcome) return outcome.answer;
    const isLimited = outcome.failure.where?.['kind'] === 'rate_limited';
    if (request.isRepeatable === false && !isLimited) throw outcome.failure;
    if (attempt >= (isLimited ? attemptsWhenLimited : attempts)) throw outcome.failure;
    if ((outcome.pauseMs ?? 0) > maxPauseMs) throw outcome.failure;
    await sleep(pauseBefore(attempt, outcome.pauseMs, context), undefined, { signal: request.signal });
  }
}

/** What the service asks for, and a little more, so that those who were refused together do not come back together. */
function pauseBefore(attempt: number, asked: number | undefined, { config }: ServiceContext): number {
  const { retryDelayMs } = config.servicePatience;
  if (asked !== undefined) return asked + Math.random() * Math.min(retryDelayMs, asked / 4);
  return Math.min(maxGrownPauseMs, retryDelayMs * 2 ** (attempt - 1)) * (0.75 + Math.random() / 2);
}

type Outcome =
  | { readonly answer: ServiceAnswer }
  | { readonly failure: AppError; readonly pauseMs?: number | undefined };

async function tryOnce(context: ServiceContext, request: ServiceRequest): Promise<Outcome> {
  const host = URL.canParse(request.url) ? new URL(request.url).host : 'The service';
  try {
    const answer = await context.http.request(request.url, {
      method: request.method ?? 'GET',
      headers: {
        accept: request.expects === 'xml' ? 'application/xml, text/xml' : 'application/json',
        'user-agent': 'dalgo-lite',
        ...request.headers,
      },
      ...(request.body === undefined ? {} : { body: request.body }),
      signal: request.signal,
      maxRedirects: 3,
      timeoutMs: context.config.servicePatience.timeoutMs,
      maxBytes,
    });
    return await readAnswer(answer, host, request);
  } catch (error) {
    request.signal.throwIfAborted();
    // A connection that broke may hold the next time; a name that is not there will not be there in a second.
    if (
      error instanceof AppError &&
      error.code === 'outbound_failed' &&
      error.where?.['kind'] === 'connection'
    ) {
      return { failure: error };
    }
    throw error;
  }
}

async function readAnswer(answer: OutboundAnswer, host: string, request: ServiceRequest): Promise<Outcome> {
  const { status, headers, url } = answer;
  // Also of refusals, so that the connection can be used again.
  const body = await text(answer.body);
  const judged = request.judge?.(status, body);
  if (judged instanceof AppError) throw judged;
  const isLimited = status === 429 || judged !== undefined;
  if (isLimited || status >= 500) {
    const message = isLimited
      ? `${host} asks for fewer requests.`
      : `${host} has a fault at the moment (HTTP ${status}).`;
    const pauseMs = retryAfterMs(headers['retry-after']) ?? judged?.pauseMs;
    return {
      pauseMs,
      failure: new AppError('outbound_failed', message, {
        where: { kind: isLimited ? 'rate_limited' : 'service_fault', status },
        ...(pauseMs === undefined ? {} : { retryAfterSeconds: Math.ceil(pauseMs / 1000) }),
      }),
    };
  }
  if (status < 200 || status >= 300) throw refusal(status, host);
  const start = body.trimStart().slice(0, 20).toLowerCase();
  const isPage = start.startsWith('<!doctype html') || start.startsWith('<html');
  if (request.expects === 'xml') {
    if (start.startsWith('<') && !isPage) return { answer: { json: null, text: body, headers, url } };
    throw new AppError('source_unexpected_answer', `${host} answered with something else than XML.`, {
      where: { kind: 'not_xml', status },
    });
  }
  if (start.startsWith('<')) {
    throw new AppError('source_unexpected_answer', `${host} answered with a web page instead of data.`, {
      where: { kind: 'not_json', status },
    });
  }
  try {
    return { answer: { json: parseJson(body), text: '', headers, url } };
  } catch {
    return {
      failure: new AppError('source_unexpected_answer', `${host} answered with incomplete or broken JSON.`, {
        where: { kind: 'broken_json', status },
      }),
    };
  }
}

function refusal(status: number, host: string): AppError {
  const where = { status };
  switch (status) {
    case 401:
      return new AppError('source_credentials_refused', `${host} does not accept the token or password.`, {
        where,
      });
    case 403:
      return new AppError('source_forbidden', `${host} does not allow this account to read it.`, { where });
    case 404:
    case 410:
      return new AppError('source_not_found', `${host} has nothing at this address.`, { where });
    default:
      return new AppError('source_unexpected_answer', `${host} refused the request (HTTP ${status}).`, {
        where,
      });
  }
}

/** Seconds, or a date. */
function retryAfterMs(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d+(\.\d+)?$/.test(header.trim())) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - Date.now());
}
