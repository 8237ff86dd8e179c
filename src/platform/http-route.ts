import type { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Permission } from '#contracts/accounts';
import type { Endpoint } from '#contracts/endpoint';
import type { Actor } from './actor.ts';
import type { SessionId } from './ids.ts';

/** The file of a multipart request, as a stream: it is read once, straight from the socket. */
export interface UploadedFile {
  /** As the browser sent it, without any path; for display only, never for naming a file on disk. */
  readonly filename: string;
  readonly stream: Readable;
  /** True when the stream ended because the size limit was met. Ask after the stream has ended. */
  wasTruncated(): boolean;
}

/** An answer that is a file, streamed. */
export interface FileAnswer {
  /** Name to save it as; null when it is to be read in place (a log). */
  readonly filename: string | null;
  /** For instance `text/csv; charset=utf-8`. */
  readonly contentType: string;
  readonly body: Readable;
}

/** Long work that has been queued. */
export interface StartedRun<Run> {
  /** What 202 answers. */
  readonly run: Run;
  /** Below `/api/v1`, where the run is read: `/runs/<id>`. */
  readonly location: string;
  /** Resolves with the finished run. When `signal` aborts it resolves with the run as it stands, or rejects. */
  wait(signal: AbortSignal): Promise<Run>;
}

/** What the schema makes of the input; undefined where the endpoint has no such part. */
type Parsed<S extends z.ZodType | undefined> = S extends z.ZodType ? z.output<S> : undefined;
type PartsOf<E extends Endpoint> =
  E extends Endpoint<infer P, infer Q, infer B>
    ? { readonly params: Parsed<P>; readonly query: Parsed<Q>; readonly body: Parsed<B> }
    : never;
/** What a handler returns: it is parsed by the response schema, so a field that is not in the contract never leaves. */
export type Answer<E extends Endpoint> =
  E extends Endpoint<z.ZodType, z.ZodType, z.ZodType, infer R>
    ? R extends z.ZodUndefined
      ? // A 204 has nothing to say, so its handler need not say `return undefined`.
        void | undefined
      : z.input<R>
    : never;

interface HttpContext {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  /** Aborts when the client goes away before the answer is sent. */
  readonly signal: AbortSignal;
}

/** What a handler of an endpoint without a token gets. */
export type PublicContext<E extends Endpoint> = PartsOf<E> & HttpContext;

/** What a handler gets: everything is parsed, and the actor holds the permission that the route asks for. */
export type RouteContext<E extends Endpoint> = PublicContext<E> & {
  readonly actor: Actor;
  /**
   * The session of the person who is logged in, for what belongs to it or what a program may not do.
   *
   * @throws AppError forbidden for an API key
   */
  readonly requireSession: () => SessionId;
  /** The field `file` of a multipart request. @throws AppError unsupported_media_type, malformed_request */
  readonly uploadedFile: () => Promise<UploadedFile>;
};

/** Requests of one client: `perMinute` on this route, counted by address, and by `key` as well when it is given. */
export interface RouteRateLimit<E extends Endpoint> {
  readonly perMinute: number;
  /** For instance the e-mail of a login, so that one account cannot be guessed from many addresses. */
  readonly key?: (parts: PartsOf<E>) => string;
  readonly perMinuteForKey?: number;
}

interface Authorized<E extends Endpoint> {
  readonly public?: undefined;
  /** null: any member of the organization. */
  readonly authorize: Permission | null;
  readonly rateLimit?: RouteRateLimit<E>;
}

/** An ordinary endpoint: one answer. For `status: 204` the handler returns nothing. */
export interface AnswerRoute<E extends Endpoint> extends Authorized<E> {
  readonly handler: (context: RouteContext<E>) => Promise<Answer<E>>;
  readonly start?: undefined;
  readonly file?: undefined;
}
/** An endpoint with `longRunning`: 202 with the run, or 200 with the finished one as `Prefer: wait=N` asks. */
export interface LongRunningRoute<E extends Endpoint> extends Authorized<E> {
  readonly start: (context: RouteContext<E>) => Promise<StartedRun<Answer<E>>>;
  readonly handler?: undefined;
  readonly file?: undefined;
}
/** An endpoint with `raw: 'file-response'`. */
export interface FileRoute<E extends Endpoint> extends Authorized<E> {
  readonly file: (context: RouteContext<E>) => Promise<FileAnswer>;
  readonly handler?: undefined;
  readonly start?: undefined;
}
/** An endpoint with `public`: no token is asked for. */
export interface PublicRoute<E extends Endpoint> {
  readonly public: true;
  readonly rateLimit?: RouteRateLimit<E>;
  readonly handler: (context: PublicContext<E>) => Promise<Answer<E>>;
  readonly authorize?: undefined;
  readonly start?: undefined;
  readonly file?: undefined;
}

export type RouteOptions<E extends Endpoint> =
  | AnswerRoute<E>
  | LongRunningRoute<E>
  | FileRoute<E>
  | PublicRoute<E>;

/**
 * Registers the handler of an endpoint. Every request goes the same way: rate limit → auth → parse → authorize →
 * command → present. Domains get it from the server, so that they need not know it.
 *
 * @example
 * export function registerSourceRoutes(route: RouteRegistrar, services: IngestionServices): void {
 *   route(contract.getSource, {
 *     authorize: 'sources:read',
 *     handler: ({ actor, params }) => getSource(services, actor, params.id),
 *   });
 *   route(contract.syncSource, {
 *     authorize: 'sources:run',
 *     start: ({ actor, params }) => startSync(services, actor, params.id),
 *   });
 * }
 */
export type RouteRegistrar = <E extends Endpoint>(endpoint: E, options: RouteOptions<E>) => void;
