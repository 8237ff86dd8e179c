import type { FastifyRequest } from 'fastify';
import * as contract from '#contracts/accounts';
import * as apiKeys from '#contracts/api-keys';
import { listAudit as listAuditContract } from '#contracts/administration';
import type { RouteRegistrar } from '#platform/http-route';
import { AppError } from '#platform/errors';
import type { Services } from '#platform/services';
import { verifyAccessToken } from './access-token.ts';
import { createApiKey, deleteApiKey, listApiKeys } from './api-keys.ts';
import type { Client } from './audit.ts';
import { bearerToken } from './bearer-token.ts';
import { changePassword } from './change-password.ts';
import { getMe } from './get-me.ts';
import { listAudit } from './list-audit.ts';
import { logIn } from './log-in.ts';
import { logOut } from './log-out.ts';
import { addMember, changeMemberRole, listMembers, removeMember } from './members.ts';
import { clearRefreshCookie, refreshCookie, requireSameOrigin, setRefreshCookie } from './refresh-cookie.ts';
import { refreshSession } from './refresh-session.ts';
import { signUp } from './sign-up.ts';
import { updateOrganization } from './update-organization.ts';

function clientOf(request: FastifyRequest): Client {
  return { address: request.ip, userAgent: request.headers['user-agent'] };
}

/** The session of the access token, if there is a good one. */
async function sessionOfBearer(services: Services, request: FastifyRequest) {
  const token = bearerToken(request.headers.authorization);
  if (token === undefined) return undefined;
  try {
    return (await verifyAccessToken(services.config, services.clock, token)).sessionId;
  } catch (error) {
    // Logging out with a token that has run out is no mistake of the person.
    if (error instanceof AppError) return undefined;
    throw error;
  }
}

export function registerAccountRoutes(route: RouteRegistrar, services: Services): void {
  const { config } = services;

  route(contract.signup, {
    public: true,
    rateLimit: { perMinute: 30 },
    handler: async ({ body, request, reply }) => {
      const { session, refreshToken } = await signUp(services, body, clientOf(request));
      setRefreshCookie(reply, config, refreshToken);
      return session;
    },
  });

  route(contract.login, {
    public: true,
    rateLimit: { perMinute: 60, key: ({ body }) => body.email, perMinuteForKey: 10 },
    handler: async ({ body, request, reply }) => {
      const { session, refreshToken } = await logIn(services, body, clientOf(request), {
        replaces: refreshCookie(request),
      });
      setRefreshCookie(reply, config, refreshToken);
      return session;
    },
  });

  route(contract.refresh, {
    public: true,
    rateLimit: { perMinute: 120 },
    handler: async ({ request, reply }) => {
      requireSameOrigin(request, config);
      const token = refreshCookie(request);
      if (token === undefined) throw new AppError('unauthenticated', 'There is no session to renew.');
      try {
        const { session, refreshToken } = await refreshSession(services, token, clientOf(request));
        setRefreshCookie(reply, config, refreshToken);
        return session;
      } catch (error) {
        if (error instanceof AppError && error.code === 'session_expired') clearRefreshCookie(reply, config);
        throw error;
      }
    },
  });

  route(contract.logout, {
    public: true,
    handler: async ({ request, reply }) => {
      requireSameOrigin(request, config);
      await logOut(
        services,
        { refreshToken: refreshCookie(request), sessionId: await sessionOfBearer(services, request) },
        clientOf(request),
      );
      clearRefreshCookie(reply, config);
    },
  });

  route(contract.getMe, { authorize: null, handler: ({ actor }) => getMe(services, actor) });

  route(contract.changePassword, {
    authorize: null,
    rateLimit: { perMinute: 10 },
    handler: ({ actor, body, request, requireSession }) =>
      changePassword(services, actor, body, { sessionId: requireSession(), client: clientOf(request) }),
  });

  route(contract.updateOrganization, {
    authorize: 'organization:manage',
    handler: ({ actor, body }) => updateOrganization(services, actor, body),
  });

  route(apiKeys.listApiKeys, {
    authorize: null,
    handler: async ({ actor }) => ({ items: await listApiKeys(services, actor), next_cursor: null }),
  });
  route(apiKeys.createApiKey, {
    authorize: null,
    rateLimit: { perMinute: 30 },
    handler: async ({ actor, body, requireSession }) => {
      requireSession(); // a key that was lost must not be able to make others
      return createApiKey(services, actor, body);
    },
  });
  route(apiKeys.deleteApiKey, {
    authorize: null,
    handler: ({ actor, params }) => deleteApiKey(services, actor, params.id),
  });

  route(listAuditContract, {
    authorize: 'organization:manage',
    handler: ({ actor, query }) => listAudit(services, actor, query),
  });

  route(contract.listMembers, {
    authorize: 'organization:read',
    handler: async ({ actor }) => ({ items: [...(await listMembers(services, actor))], next_cursor: null }),
  });
  route(contract.addMember, {
    authorize: 'members:manage',
    rateLimit: { perMinute: 60 },
    handler: ({ actor, body }) => addMember(services, actor, body),
  });
  route(contract.updateMember, {
    authorize: 'members:manage',
    handler: ({ actor, params, body }) => changeMemberRole(services, actor, params.user_id, body.role),
  });
  route(contract.removeMember, {
    authorize: 'members:manage',
    handler: ({ actor, params }) => removeMember(services, actor, params.user_id),
  });
}
