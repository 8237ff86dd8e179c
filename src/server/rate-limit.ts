import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '#platform/errors';

/** Requests that one address may make in a minute, over all routes: far above what a person or a test does. */
const GENERAL_PER_MINUTE = 30_000;
const WINDOW_MS = 60_000;

export type RateLimiter = (request: FastifyRequest) => Promise<void>;

/**
 * A limiter of its own counters: of this process, and of all together where they share them.
 *
 * @param name unique among the limiters of the server.
 * @param key what is counted; the client's address unless given.
 */
export function createRateLimiter(
  app: FastifyInstance,
  name: string,
  perMinute: number,
  key: (request: FastifyRequest) => string = (request) => request.ip,
): RateLimiter {
  const check = app.createRateLimit({ max: perMinute, timeWindow: WINDOW_MS, keyGenerator: key });
  const refuse = (leftMs: number): never => {
    throw new AppError('rate_limited', `More than ${perMinute} requests in a minute.`, {
      retryAfterSeconds: Math.max(1, Math.ceil(leftMs / 1000)),
    });
  };
  return async (request) => {
    const result = await check(request);
    if (!result.isAllowed && result.isExceeded) refuse(result.ttl);
    const shared = await app.sharedCounters?.count(`limit:${name}:${key(request)}`, WINDOW_MS);
    if (shared !== undefined && shared.count > perMinute) refuse(shared.leftMs);
  };
}

export function createGeneralRateLimiter(app: FastifyInstance): RateLimiter {
  return createRateLimiter(app, 'all', GENERAL_PER_MINUTE);
}
