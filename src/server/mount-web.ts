import { fileURLToPath } from 'node:url';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type nextModule from 'next';
import type { Config } from '#platform/config';
import { newNonce, pageCsp } from './security-headers.ts';

const WEB_DIRECTORY = fileURLToPath(new URL('../web', import.meta.url));

export type UpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** What is ours to answer; everything else is a page, or a file of one. */
export function isOurs(url: string): boolean {
  return /^\/(?:api|healthz|readyz|metrics|webhooks)(?:[/?#]|$)/.test(url);
}

/**
 * Lets Next answer every path that is not the API's, in this process. It gets the request before Fastify reads
 * anything of it, with a content security policy of its own nonce.
 *
 * @returns the handler of Next's own web sockets (hot reload), in development only.
 */
export async function mountWeb(
  app: FastifyInstance,
  config: Config,
  options: { readonly dev: boolean },
): Promise<UpgradeHandler | undefined> {
  process.env['NEXT_TELEMETRY_DISABLED'] = '1';
  // A CommonJS module whose types promise a default export inside of the module; at run time the module is the function.
  const next = (await import('next')).default as unknown as (typeof nextModule)['default'];
  const web = next({
    dev: options.dev,
    dir: WEB_DIRECTORY,
    hostname: config.host,
    port: config.port,
    httpServer: app.server,
  });
  await web.prepare();
  const handle = web.getRequestHandler();

  app.addHook('onRequest', async (request, reply) => {
    if (isOurs(request.url)) return;
    const csp = pageCsp(newNonce(), options.dev);
    // Next finds the nonce in this header of the request, and puts it on its own scripts.
    request.raw.headers['content-security-policy'] = csp;
    reply.header('content-security-policy', csp);
    for (const [name, value] of Object.entries(reply.getHeaders())) {
      if (value !== undefined) reply.raw.setHeader(name, value);
    }
    reply.hijack();
    await handle(request.raw, reply.raw);
  });
  app.addHook('onClose', () => web.close());

  if (!options.dev) return undefined;
  const upgrade = web.getUpgradeHandler();
  return (request, socket, head) => void upgrade(request, socket, head);
}
