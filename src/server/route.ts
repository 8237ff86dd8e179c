import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { authenticate, bearerToken, requirePermission, type Authenticated } from '#accounts';
import type { Endpoint } from '#contracts/endpoint';
import { AppError } from '#platform/errors';
import type { FileAnswer, RouteOptions, RouteRegistrar, StartedRun } from '#platform/http-route';
import type { SessionId } from '#platform/ids';
import type { Services } from '#platform/services';
import { inSpan, parseTraceparent } from '#platform/tracing/tracing';
import { API_PREFIX } from './api-prefix.ts';
import { auditRequest } from './audit-requests.ts';
import { contentDisposition } from './content-disposition.ts';
import { parseRequest } from './parse-request.ts';
import { preferWait } from './prefer-wait.ts';
import { createRateLimiter } from './rate-limit.ts';
import { requestSignal } from './request-signal.ts';
import { uploadedFile } from './uploaded-file.ts';

/** Who asks. @throws AppError unauthenticated and what `authenticate` throws */
export async function authenticateRequest(
  services: Services,
  request: FastifyRequest,
): Promise<Authenticated> {
  const token = bearerToken(request.headers.authorization);
  if (token === undefined) throw new AppError('unauthenticated', 'This needs an access token.');
  const organization = request.headers['x-dalgo-org'];
  const authenticated = await authenticate(
    services,
    token,
    typeof organization === 'string' && organization !== '' ? organization : undefined,
  );
  request.actor = authenticated.actor;
  return authenticated;
}

function sessionOf({ credential }: Authenticated): SessionId {
  if (credential.kind === 'session') return credential.id;
  throw new AppError('forbidden', 'An API key cannot do this.', { hint: 'Log in and do it yourself.' });
}

/** Sends what a handler answered, through the contract: a field that is not in it does not leave. */
function present(endpoint: Endpoint, reply: FastifyReply, status: number, answer: unknown): FastifyReply {
  if (endpoint.status === 204) return reply.code(204).send();
  const parsed = endpoint.response.safeParse(answer);
  if (!parsed.success) {
    throw new Error(`${endpoint.method} ${endpoint.path} answered something else than its contract says`, {
      cause: parsed.error,
    });
  }
  return reply
    .code(status)
    .header('content-type', 'application/json; charset=utf-8')
    .send(JSON.stringify(parsed.data));
}

function presentFile(reply: FastifyReply, file: FileAnswer): FastifyReply {
  reply.header('content-type', file.contentType);
  if (file.filename !== null) reply.header('content-disposition', contentDisposition(file.filename));
  return reply.send(file.body);
}

function isOver(run: unknown): boolean {
  return (
    typeof run === 'object' &&
    run !== null &&
    'status' in run &&
    run.status !== 'queued' &&
    run.status !== 'running'
  );
}

/** 202 with the run, or 200 with the finished one when the client waits and it ends in time. */
async function presentRun(
  endpoint: Endpoint,
  request: FastifyRequest,
  reply: FastifyReply,
  started: StartedRun<unknown>,
  signal: AbortSignal,
): Promise<FastifyReply> {
  const location = `${API_PREFIX}${started.location}`;
  const seconds = preferWait(request.headers.prefer);
  let { run } = started;
  if (seconds !== undefined) {
    reply.header('preference-applied', `wait=${seconds}`).header('vary', 'prefer');
    const patience = AbortSignal.any([signal, AbortSignal.timeout(seconds * 1000)]);
    try {
      if (!isOver(run)) run = await started.wait(patience);
    } catch (error) {
      // Patience is over: the run goes on, and the answer is where to find it.
      if (!patience.aborted) throw error;
    }
  }
  if (isOver(run)) return present(endpoint, reply.header('content-location', location), 200, run);
  return present(endpoint, reply.header('location', location), 202, run);
}

/** Options as the registrar sees them: of an endpoint whose types were erased on the way into one function. */
type AnyOptions = RouteOptions<Endpoint>;

function checkOptions(endpoint: Endpoint, options: AnyOptions): void {
  const name = `${endpoint.method} ${endpoint.path}`;
  const isRight =
    (options.public === true) === (endpoint.public === true) &&
    (options.start !== undefined) === (endpoint.longRunning === true) &&
    (options.file !== undefined) === (endpoint.raw === 'file-response');
  if (!isRight) throw new Error(`the route of ${name} is not of the kind that its contract says`);
}

/**
 * The registrar that domains get. The order is fixed: rate limit → auth → parse → authorize → command → present.
 *
 * @param shutdown aborts what waits when the server closes.
 * @param limits false switches the routes' own limits off, for tests that sign up many organizations.
 */
export function createRouteRegistrar(
  app: FastifyInstance,
  services: Services,
  options: { readonly shutdown: AbortSignal; readonly limits: boolean },
): RouteRegistrar {
  return (endpoint, typedOptions) => {
    // The types tie options to their endpoint where the route is written; from here on all endpoints are handled alike.
    const route = typedOptions as unknown as AnyOptions;
    checkOptions(endpoint, route);
    const limit = options.limits ? route.rateLimit : undefined;
    const limitAddress =
      limit === undefined
        ? undefined
        : createRateLimiter(app, `${endpoint.method} ${endpoint.path}`, limit.perMinute);
    const keyOf = limit?.key;
    const limitKey =
      limit === undefined || keyOf === undefined
        ? undefined
        : createRateLimiter(
            app,
            `${endpoint.method} ${endpoint.path} key`,
            limit.perMinuteForKey ?? limit.perMinute,
            (request) => request.rateLimitKey,
          );

    app.route({
      method: endpoint.method,
      url: `${API_PREFIX}${endpoint.path}`,
      // A body is read only after these: who may not come in does not upload first.
      onRequest: async (request) => {
        await limitAddress?.(request);
        if (route.public !== true) request.authenticated = await authenticateRequest(services, request);
      },
      handler: (request, reply) =>
        inSpan(
          {
            name: `${endpoint.method} ${API_PREFIX}${endpoint.path}`,
            kind: 'server',
            parent: parseTraceparent(String(request.headers['traceparent'] ?? '')),
            attributes: {
              'http.request.method': endpoint.method,
              'http.route': `${API_PREFIX}${endpoint.path}`,
            },
          },
          async () => answer(request, reply),
        ),
    });

    async function answer(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
      if (endpoint.raw !== 'multipart-body' && request.isMultipart()) {
        throw new AppError('unsupported_media_type', 'Send JSON.');
      }
      const signal = requestSignal(reply, options.shutdown);
      const parts = parseRequest(endpoint, request);
      if (limitKey !== undefined && keyOf !== undefined) {
        request.rateLimitKey = keyOf(parts);
        await limitKey(request);
      }
      const http = { request, reply, signal };
      if (route.public === true) {
        return present(endpoint, reply, endpoint.status ?? 200, await route.handler({ ...parts, ...http }));
      }
      const { authenticated } = request;
      if (authenticated === undefined) throw new AppError('unauthenticated', 'This needs an access token.');
      if (route.authorize !== null) requirePermission(authenticated.actor, route.authorize);
      const context = {
        ...parts,
        ...http,
        actor: authenticated.actor,
        requireSession: () => sessionOf(authenticated),
        uploadedFile: () => uploadedFile(request),
        // As above.
      } as Parameters<NonNullable<typeof route.handler>>[0];
      if (route.start !== undefined) {
        const started = await route.start(context);
        await auditRequest(services, endpoint, authenticated.actor, parts, started.run);
        return presentRun(endpoint, request, reply, started, signal);
      }
      if (route.file !== undefined) {
        const file = await route.file(context);
        await auditRequest(services, endpoint, authenticated.actor, parts, undefined);
        return presentFile(reply, file);
      }
      const result: unknown = await route.handler(context);
      await auditRequest(services, endpoint, authenticated.actor, parts, result);
      return present(endpoint, reply, endpoint.status ?? 200, result);
    }
  };
}
