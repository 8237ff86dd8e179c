import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { API_PREFIX } from './api-prefix.ts';
import { createOpenApiDocument } from './openapi.ts';
import { DOCS_CSP } from './security-headers.ts';

/** The API's description for programs, and as a page for people. */
export async function registerDocs(app: FastifyInstance): Promise<void> {
  const document = createOpenApiDocument();
  const text = JSON.stringify(document);
  app.get(`${API_PREFIX}/openapi.json`, (_request, reply) =>
    reply
      .header('content-type', 'application/json; charset=utf-8')
      .header('cache-control', 'no-cache')
      .send(text),
  );
  await app.register(swagger, {
    mode: 'static',
    // The plugin's type knows only documents of its own dependency's version; ours is plain JSON.
    specification: { document: document as never },
  });
  await app.register(swaggerUi, {
    routePrefix: '/api/docs',
    staticCSP: DOCS_CSP,
    // Without the bar at the top: it asks for the address of some other document.
    uiConfig: { docExpansion: 'none', deepLinking: true, layout: 'BaseLayout' },
    theme: { title: 'Dalgo Lite API' },
  });
}
