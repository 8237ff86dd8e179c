import { loadConfig } from '#platform/config';
import { keepHeapSmall } from '#platform/keep-heap-small';
import { createLog } from '#platform/log';
import { connectRunEngine, doStep, migrateRunEngine, startRunWorker } from '#pipelines';
import { createServer } from '../src/server/app.ts';
import { openDatabase } from '../src/server/open-database.ts';
import { openServices } from '../src/server/open-services.ts';
import { registerRoutes } from '../src/server/register-routes.ts';

/** What the site tells the benchmark when it is ready, and when it is asked for its memory. */
export type SiteMessage =
  | { readonly kind: 'ready'; readonly baseUrl: string; readonly ownerUrl: string }
  | { readonly kind: 'memory'; readonly peakBytes: number };

/**
 * API and worker in one process of their own, so that its peak of memory is that of the product and not of the
 * benchmark. Any message is answered with the peak so far; it ends with the channel.
 */
keepHeapSmall();
await using up = new AsyncDisposableStack();
const config = loadConfig({ ...process.env, PORT: '0', LOG_LEVEL: 'silent' });
const opened = up.use(await openDatabase(config));
await migrateRunEngine(opened.ownerUrl);
const services = up.use(openServices(config, opened.appUrl, createLog('silent')));
up.use(await startRunWorker(services, { doStep: doStep(services) }));
const runEngine = await connectRunEngine(opened.appUrl, services.log);
up.defer(() => runEngine.close());
const app = await createServer(services, {
  routes: (route) => registerRoutes(route, { ...services, runEngine }),
  web: false,
});
up.defer(() => app.close());
const baseUrl = await app.listen({ host: '127.0.0.1', port: 0 });
const say = (message: SiteMessage) => process.send?.(message);
process.on('message', () => say({ kind: 'memory', peakBytes: process.resourceUsage().maxRSS * 1024 }));
say({ kind: 'ready', baseUrl, ownerUrl: opened.ownerUrl });
await new Promise((resolve) => {
  process.once('disconnect', resolve);
});
