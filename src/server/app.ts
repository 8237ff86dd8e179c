import { EventEmitter } from 'node:events';
import cookie from '@fastify/cookie';
import multipart from '@fastify/multipart';
import rateLimit from '@fastify/rate-limit';
import websocket from '@fastify/websocket';
import fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import type { RouteRegistrar } from '#platform/http-route';
import type { Services } from '#platform/services';
import { answerErrors, answerRouterError } from './answer-error.ts';
import { closeSockets } from './events/close-sockets.ts';
import { openErrorReports } from './error-reports.ts';
import { openEventHub } from './events/event-hub.ts';
import { registerEventSocket } from './events/register-event-socket.ts';
import { registerHealth } from './health.ts';
import { keepTidy } from './keep-tidy.ts';
import { mountWeb, type UpgradeHandler } from './mount-web.ts';
import { createGeneralRateLimiter } from './rate-limit.ts';
import { registerDocs } from './register-docs.ts';
import { decorateRequests } from './request-decorations.ts';
import { createRouteRegistrar } from './route.ts';
import { addSecurityHeaders } from './security-headers.ts';
import { openSharedCounters } from './shared-counters.ts';

/** A recipe of 1,000 steps is some 200 kB. Files come as multipart streams and are not counted here. */
const BODY_LIMIT = 5 * 1024 * 1024;

export interface ServerOptions {
  /** Registers the routes of the domains: `registerRoutes` of register-routes.ts. */
  readonly routes: (route: RouteRegistrar) => void;
  /** Registers what is outside of the API: webhooks and metrics. */
  readonly outside?: (app: FastifyInstance) => void;
  /** The pages; false for the API alone. */
  readonly web: { readonly dev: boolean } | false;
  /** More to tidy now and then than what is in the metadata. */
  readonly tidyMore?: (signal: AbortSignal) => Promise<unknown>;
  /** false: no limits of single routes, for tests that sign up many organizations from one address. */
  readonly routeLimits?: boolean;
}

function acceptJson(app: FastifyInstance): void {
  const parseJson = app.getDefaultJsonParser('error', 'error');
  // Only JSON: a form or plain text is what a page of another site can send without being asked first.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    // Clients that always send the header have nothing to say here; the schema says whether that is enough.
    if (body === '') done(null, undefined);
    else void parseJson(request, body.toString(), done);
  });
}

function logRequests(app: FastifyInstance): void {
  app.addHook('onResponse', async (request, reply) => {
    request.log.info(
      {
        method: request.method,
        // The pattern, not the address: ids are in the audit log, and search texts are nobody's business.
        path: request.routeOptions.url ?? 'page',
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
        organization_id: request.actor?.organizationId,
        user_id: request.actor?.userId ?? undefined,
      },
      'request',
    );
  });
}

/**
 * The HTTP server: the API of the domains, live events, documentation, health, and the pages. Not listening yet.
 *
 * @example
 * const app = await createServer(services, { routes: (route) => registerRoutes(route, services), web: { dev: false } });
 * await app.listen({ host: config.host, port: config.port });
 */
export async function createServer(services: Services, options: ServerOptions): Promise<FastifyInstance> {
  const { config } = services;
  const log: FastifyBaseLogger = services.log;
  const app: FastifyInstance = fastify({
    loggerInstance: log,
    // One line of our own for each request instead of two.
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'request_id' }),
    genReqId: () => services.newId(),
    trustProxy: (_address, hop) => hop < config.trustedProxies,
    bodyLimit: BODY_LIMIT,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 1000 },
    frameworkErrors: answerRouterError,
  });
  const shutdown = new AbortController();
  const errorReports = await openErrorReports(config);

  decorateRequests(app);
  answerErrors(app, errorReports.report);
  await addSecurityHeaders(app, config);
  logRequests(app);
  acceptJson(app);
  const counters = await openSharedCounters(config, services.log);
  app.decorate('sharedCounters', counters);
  await app.register(rateLimit, { global: false });
  await app.register(cookie);
  await app.register(multipart, {
    throwFileSizeLimit: false,
    limits: {
      fileSize: config.maxUploadBytes,
      files: 1,
      fields: 10,
      fieldSize: 10_000,
      parts: 20,
      headerPairs: 100,
    },
  });
  const limitGenerally = createGeneralRateLimiter(app);
  app.addHook('onRequest', limitGenerally);

  // Two take web sockets here, so neither gets the server's own event: Next its hot reload, and we the rest.
  const upgrades = new EventEmitter();
  let upgradeOfWeb: UpgradeHandler | undefined;
  app.server.on('upgrade', (request, socket, head) => {
    if (request.url?.startsWith('/api/') === true) upgrades.emit('upgrade', request, socket, head);
    else if (upgradeOfWeb === undefined) socket.destroy();
    else upgradeOfWeb(request, socket, head);
  });
  await app.register(websocket, {
    // It only listens for this one event.
    options: { maxPayload: 16 * 1024, server: upgrades as typeof app.server },
    preClose: (done) => {
      // oxlint-disable-next-line promise/no-callback-in-promise -- the plugin's hook knows callbacks only
      closeSockets(app.websocketServer.clients).then(() => done(), done);
    },
  });

  const hub = openEventHub(services);
  registerHealth(app, services);
  options.outside?.(app);
  options.routes(
    createRouteRegistrar(app, services, { shutdown: shutdown.signal, limits: options.routeLimits ?? true }),
  );
  registerEventSocket(app, services, hub);
  await registerDocs(app);
  if (options.web !== false) upgradeOfWeb = await mountWeb(app, config, options.web);

  app.addHook('preClose', async () => {
    shutdown.abort(new Error('the server is closing'));
  });
  app.addHook('onClose', () => hub[Symbol.asyncDispose]());
  app.addHook('onClose', () => errorReports[Symbol.asyncDispose]());
  app.addHook('onClose', () => counters?.[Symbol.asyncDispose]());
  app.addHook('onListen', async () => {
    const tidying = keepTidy(services, options.tidyMore);
    app.server.once('close', () => tidying[Symbol.dispose]());
  });
  return app;
}
