import type { FastifyRequest } from 'fastify';
import * as contract from '#contracts/google';
import type { RouteRegistrar } from '#platform/http-route';
import { AppError } from '#platform/errors';
import type { Services } from '#platform/services';
import { deleteConnection, listConnections } from './connections.ts';
import { finishSignIn, startSignIn } from './sign-in.ts';

/** Signing in with Google. Coming back from there is a page of the web, which hands on what Google sent along. */
export function registerGoogleRoutes(route: RouteRegistrar, services: Services): void {
  route(contract.listGoogleConnections, {
    authorize: 'sources:read',
    handler: async ({ actor }) => ({
      items: await listConnections(services, actor),
      next_cursor: null,
      can_sign_in: services.config.googleOauthClient !== undefined,
    }),
  });
  route(contract.startGoogleSignIn, {
    authorize: 'sources:write',
    rateLimit: { perMinute: 30 },
    handler: ({ actor, body, requireSession, request }) =>
      startSignIn(services, actor, {
        access: body.access,
        sessionId: requireSession(),
        origin: originOf(request),
      }),
  });
  route(contract.finishGoogleSignIn, {
    authorize: 'sources:write',
    rateLimit: { perMinute: 30 },
    handler: ({ actor, body, requireSession, signal }) =>
      finishSignIn(services, actor, { ...body, sessionId: requireSession(), signal }),
  });
  route(contract.deleteGoogleConnection, {
    authorize: 'sources:write',
    handler: ({ actor, params, signal }) => deleteConnection(services, actor, params.id, signal),
  });

  /** Where the person sees the web. Google goes back to registered addresses only, whatever stands here. */
  function originOf(request: FastifyRequest): string {
    if (services.config.publicUrl !== undefined) return new URL(services.config.publicUrl).origin;
    const { origin } = request.headers;
    const own = `${request.protocol}://${request.headers.host ?? ''}`;
    const from = origin ?? own;
    if (!URL.canParse(from) || !URL.canParse(own) || new URL(from).host !== new URL(own).host)
      throw new AppError('forbidden', 'This request came from another site.');
    return new URL(from).origin;
  }
}
