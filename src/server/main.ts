import type { Server } from 'node:http';
import { join } from 'node:path';
import { loadConfig, type Config } from '#platform/config';
import { keepHeapSmall } from '#platform/keep-heap-small';
import { createLog } from '#platform/log';
import { startTracing } from '#platform/tracing/otlp-exporter';
import { assertPortFree, asListenError } from './assert-port-free.ts';
import { buildWeb } from './build-web.ts';
import { openDatabase } from './open-database.ts';
import { printFailure } from './print-failure.ts';
import { markUploads } from './shared-uploads.ts';
import { listenForStop, releaseWithin, type StopReason } from './stop-request.ts';
import { superviseWorker } from './supervise-worker.ts';

/** How long the whole tree may take to end in order; what is left then is picked up by the next start. */
const endPatienceMs = 20_000;

/** `DALGO_WEB=off`: the API alone, where something else serves the pages. */
const withPages = process.env['DALGO_WEB'] !== 'off';

const stop = listenForStop();
process.on('uncaughtException', (error) => {
  printFailure(error);
  stop.ask({ why: 'an error that nobody expected', exitCode: 1 });
});

// Everything that is up, released in the opposite order.
const up = new AsyncDisposableStack();
let reason: StopReason;
try {
  await start();
  reason = await stop.asked;
} catch (error) {
  if (stop.signal.aborted) {
    reason = await stop.asked;
  } else {
    printFailure(error);
    reason = { why: 'it could not start', exitCode: 1 };
  }
}
const inOrder = await releaseWithin(up, endPatienceMs).catch((error: unknown) => {
  printFailure(error);
  return true;
});
if (!inOrder) console.error('Not everything ended in time; the next start takes care of it.');
process.exit(reason.exitCode);

async function start(): Promise<void> {
  keepHeapSmall();
  const config = loadConfig(process.env);
  const dev = config.environment === 'development';
  const log = createLog(config.logLevel);
  const say = (sentence: string): void => {
    console.log(sentence);
  };
  up.use(startTracing(config, log, 'server'));
  await assertPortFree(config.host, config.port);

  // The slow things side by side: the database's start, the pages' build, and reading the program itself.
  const opening = openDatabase(config, { say, signal: stop.signal });
  const building = dev || !withPages ? Promise.resolve() : buildWeb({ say, signal: stop.signal });
  const loading = Promise.all([
    import('./app.ts'),
    import('./register-routes.ts'),
    import('./open-services.ts'),
    import('#pipelines'),
    import('./webhooks.ts'),
    import('./metrics.ts'),
    import('#transforms'),
  ]);
  for (const each of [building, loading]) each.catch(() => undefined); // awaited below, after the database
  const database = up.use(await opening);
  await markUploads(config);
  const [
    { createServer },
    { registerRoutes },
    { openServices },
    { connectRunEngine, keepWatch, migrateRunEngine, removeStaging, watchFolder },
    { registerWebhooks },
    { registerMetrics },
    { dropForgottenResults },
  ] = await loading;
  await migrateRunEngine(database.ownerUrl);
  const worker = superviseWorker({
    file: join(import.meta.dirname, 'worker.ts'),
    args: ['--supervised'],
    environment: { ...process.env, DALGO_APP_URL: database.appUrl },
    log: (sentence) => {
      log.warn(sentence);
    },
  });
  up.defer(() => worker.stop());
  const connected = up.use(openServices(config, database.appUrl, log));
  const runEngine = await connectRunEngine(database.appUrl, log);
  up.defer(() => runEngine.close());
  const services = { ...connected, runEngine };
  up.use(keepWatch(services));
  up.use(watchFolder(services));
  await building;

  const server = await createServer(services, {
    routes: (route) => {
      registerRoutes(route, services);
    },
    outside: (app) => {
      registerWebhooks(app, services);
      registerMetrics(app, services);
    },
    web: withPages && { dev },
    tidyMore: async (signal) => {
      await dropForgottenResults(services, signal);
      await removeStaging(services, signal);
    },
  });
  up.defer(async () => {
    await server.close();
  });
  stop.signal.throwIfAborted();
  try {
    await server.listen({ host: config.host, port: config.port });
  } catch (error) {
    throw await asListenError(error, config.host, config.port);
  }
  say(`Dalgo Lite is ready: ${addressOf(config, server.server.address())}`);
}

/** What people type into the browser. */
function addressOf(config: Config, bound: ReturnType<Server['address']>): string {
  const port = typeof bound === 'object' && bound !== null ? bound.port : config.port;
  const host = ['127.0.0.1', '0.0.0.0', '::1', '::'].includes(config.host) ? 'localhost' : config.host;
  return config.publicUrl ?? `http://${host}:${port}`;
}
