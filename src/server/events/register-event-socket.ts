import type { WebSocket } from '@fastify/websocket';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { authenticate, isOwnOrigin, type Authenticated } from '#accounts';
import { AppError } from '#platform/errors';
import type { Services } from '#platform/services';
import { API_PREFIX } from '../api-prefix.ts';
import { createRateLimiter } from '../rate-limit.ts';
import { authenticateRequest } from '../route.ts';
import { CLOSE, closeCode } from './close-codes.ts';
import type { EventHub } from './event-hub.ts';
import { streamEvents } from './event-stream.ts';

const AUTH_MS = 5000;
/** Tabs of one browser, with room. */
const MAX_SOCKETS_OF_SESSION = 30;

const authMessage = z.object({
  type: z.literal('auth'),
  access_token: z.string().min(1),
  organization_id: z.string().min(1).optional(),
});

function readAuthMessage(text: string): z.output<typeof authMessage> | undefined {
  try {
    return authMessage.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** Waits for the first message; undefined when the socket was closed instead, by either side. */
async function firstMessage(socket: WebSocket): Promise<string | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => socket.close(CLOSE.authTimeout, 'no token came'), AUTH_MS);
    socket.once('message', (data: Buffer) => {
      clearTimeout(timer);
      resolve(data.toString());
    });
    socket.once('close', () => {
      clearTimeout(timer);
      resolve(undefined);
    });
  });
}

/**
 * `GET /api/v1/events?since=<event id>` as a web socket. A browser cannot send headers with it, and a token in the
 * address would end up in logs, so it sends `{"type":"auth","access_token":…,"organization_id"?}` first, within 5 s.
 * A program may use the Authorization header. The answer is `{"type":"ready","last_event_id":…}`, then events.
 */
export function registerEventSocket(app: FastifyInstance, services: Services, hub: EventHub): void {
  const limit = createRateLimiter(app, 'events', 600);

  async function identify(
    socket: WebSocket,
    fromHeader: Authenticated | undefined,
  ): Promise<Authenticated | undefined> {
    if (fromHeader !== undefined) return fromHeader;
    const text = await firstMessage(socket);
    if (text === undefined) return undefined;
    const message = readAuthMessage(text);
    if (message === undefined)
      throw new AppError('unauthenticated', 'The first message must bring an access token.');
    return authenticate(services, message.access_token, message.organization_id);
  }

  async function serve(socket: WebSocket, fromHeader: Authenticated | undefined, since: number | undefined) {
    try {
      const who = await identify(socket, fromHeader);
      if (who === undefined) return;
      if (hub.countOf(who.credential.id) >= MAX_SOCKETS_OF_SESSION) {
        socket.close(CLOSE.tooMany, 'too many connections');
        return;
      }
      await streamEvents(services, hub, socket, who, since);
    } catch (error) {
      if (!(error instanceof AppError)) services.log.error({ err: error }, 'a web socket failed');
      socket.close(closeCode(error), error instanceof AppError ? error.code : 'internal');
    }
  }

  app.get<{ Querystring: { since?: string } }>(
    `${API_PREFIX}/events`,
    {
      websocket: true,
      onRequest: async (request) => {
        await limit(request);
        const { origin, authorization } = request.headers;
        // Web sockets know no CORS: this is what keeps another site from opening one.
        if (origin !== undefined && !isOwnOrigin(request, services.config, origin)) {
          throw new AppError('forbidden', 'This request came from another site.');
        }
        if (authorization !== undefined) request.authenticated = await authenticateRequest(services, request);
      },
    },
    (socket, request) => {
      const since = /^\d{1,15}$/.test(request.query.since ?? '') ? Number(request.query.since) : undefined;
      void serve(socket, request.authenticated, since);
    },
  );
}
