import type { FastifyInstance, FastifyRequest } from 'fastify';
import { bearerToken } from '#accounts';
import { receiveReport, receiveRunRequest, type PipelineServices } from '#pipelines';
import { createRateLimiter } from './rate-limit.ts';

/** Requests of one address in a minute: a job system that tells of each state of many runs stays far below. */
const PER_MINUTE = 600;

/**
 * The token of a request: as a bearer, or in the header that Prefect's webhook block is configured with. Never in the
 * address, which proxies write down.
 */
function tokenOf(request: FastifyRequest): string | undefined {
  const key = request.headers['x-notification-key'];
  return bearerToken(request.headers.authorization) ?? (typeof key === 'string' ? key : undefined);
}

/** Where other programs post to, outside of the API: they have keys, not sessions. */
export function registerWebhooks(app: FastifyInstance, services: PipelineServices): void {
  const limit = createRateLimiter(app, 'webhooks', PER_MINUTE);
  const onRequest = (request: FastifyRequest): Promise<void> => limit(request);
  for (const url of ['/webhooks/v1/notification/', '/webhooks/v1/notification']) {
    app.post(url, { onRequest, bodyLimit: 256 * 1024 }, async (request, reply) => {
      const run = await receiveReport(services, tokenOf(request), request.body);
      return reply.code(200).send({ status: 'ok', run });
    });
  }
  app.post<{ Params: { id: string } }>(
    '/webhooks/v1/pipelines/:id/run',
    { onRequest, bodyLimit: 256 * 1024 },
    async (request, reply) =>
      reply.code(202).send(await receiveRunRequest(services, tokenOf(request), request.params.id)),
  );
}
