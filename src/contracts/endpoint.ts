import type { z } from 'zod';

/**
 * One operation of the HTTP API, as data: the server registers it, the web calls it and OpenAPI
 * describes it, all from the same object, so the three cannot drift apart.
 *
 * @example
 * const getSource = endpoint({
 *   method: 'GET', path: '/sources/:id', summary: 'One source', tag: 'Sources',
 *   params: z.object({ id: sourceId }), response: source,
 * });
 */
export interface Endpoint<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
  Response extends z.ZodType = z.ZodType,
> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below `/api/v1`, with `:name` parameters. */
  readonly path: string;
  readonly summary: string;
  readonly tag: string;
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  readonly response: Response;
  /** Status of a success; 200 unless said. 202 answers become 200 when `Prefer: wait` was met. */
  readonly status?: 200 | 201 | 202 | 204;
  /** Open to a caller without a token (login, signup …). */
  readonly public?: boolean;
  /** Long work: answers 202 with its run, or waits as `Prefer: wait=N` asks. */
  readonly longRunning?: boolean;
  /** Body is not JSON (multipart upload) or the answer is a file. */
  readonly raw?: 'multipart-body' | 'file-response';
}

/** Types an endpoint literally, keeping its schemas for inference. */
export function endpoint<
  const P extends z.ZodType = z.ZodUndefined,
  const Q extends z.ZodType = z.ZodUndefined,
  const B extends z.ZodType = z.ZodUndefined,
  const R extends z.ZodType = z.ZodType,
>(definition: Endpoint<P, Q, B, R>): Endpoint<P, Q, B, R> {
  return definition;
}

type PartOf<
  Name extends string,
  S extends z.ZodType,
  Kind extends 'input' | 'output',
> = S extends z.ZodUndefined
  ? unknown
  : { readonly [K in Name]: Kind extends 'input' ? z.input<S> : z.output<S> };

/** What a client passes: `{params, query, body}`, each present only when the endpoint declares it. */
export type EndpointInput<E> =
  E extends Endpoint<infer P, infer Q, infer B>
    ? PartOf<'params', P, 'input'> & PartOf<'query', Q, 'input'> & PartOf<'body', B, 'input'>
    : never;

/** What a handler receives after parsing. */
export type EndpointRequest<E> =
  E extends Endpoint<infer P, infer Q, infer B>
    ? PartOf<'params', P, 'output'> & PartOf<'query', Q, 'output'> & PartOf<'body', B, 'output'>
    : never;

/** What a success answers. */
export type EndpointResponse<E> =
  E extends Endpoint<z.ZodType, z.ZodType, z.ZodType, infer R> ? z.output<R> : never;
