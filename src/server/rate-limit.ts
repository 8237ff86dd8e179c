import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '#platform/errors';

/** Requests that one address may make in a minute, over all routes: far above what a person or a test does. */
const GENERAL_PER_MINUTE = 30_000;

export type RateLimiter = (request: FastifyRequest) => Promise<void>;

/**
 * A limiter of its own counters.
 *
 * @param key what is counted; the client's address unless given.
 */
export function createRateLimiter(
  app: FastifyInstance,
  perMinute: number,
  key: (request: FastifyRequest) => string = (request) => request.ip,
): RateLimiter {
  const check = app.createRateLimit({ max: perMinute, timeWindow: 60_000, keyGenerator: key });
  return async (request) => {
    const result = await check(request);
    if (!result.isAllowed && result.isExceeded) {
      throw new AppError('rate_limited', `More than ${perMinute} requests in a minute.`, {
        retryAfterSeconds: Math.max(1, result.ttlInSeconds),
      });
    }
  };
}

export function createGeneralRateLimiter(app: FastifyInstance): RateLimiter {
  return createRateLimiter(app, GENERAL_PER_MINUTE);
}
