import type { FastifyInstance } from 'fastify';
import type { Authenticated } from '#accounts';
import type { Actor } from '#platform/actor';
import type { SharedCounters } from './shared-counters.ts';

declare module 'fastify' {
  interface FastifyInstance {
    /** What several servers count together; undefined when each counts by itself. */
    sharedCounters: SharedCounters | undefined;
  }
  interface FastifyRequest {
    authenticated: Authenticated | undefined;
    /** For the log line of the request. */
    actor: Actor | undefined;
    /** What the second rate limit of a route counts by. */
    rateLimitKey: string;
    /** Nonce of the page that is being made. */
    nonce: string;
  }
}

/** Declares what we keep on a request, so that all requests have one shape from the start. */
export function decorateRequests(app: FastifyInstance): void {
  app.decorateRequest('authenticated');
  app.decorateRequest('actor');
  app.decorateRequest('rateLimitKey', '');
  app.decorateRequest('nonce', '');
}
