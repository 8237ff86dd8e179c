import type { Actor } from '#platform/actor';
import { AppError } from '#platform/errors';
import type { OrganizationId, SessionId, UserId } from '#platform/ids';
import type { Services } from '#platform/services';
import { verifyAccessToken } from './access-token.ts';

export interface Authenticated {
  readonly actor: Actor & { readonly userId: UserId };
  readonly sessionId: SessionId;
}

/**
 * The actor of a session in an organization, as it is at this moment: the session is open, the account enabled, and
 * the role is the membership's. So logging out, removing a person or changing a role has its effect on the next
 * request, not when a token runs out.
 *
 * @throws AppError session_expired, account_disabled, forbidden
 */
export async function actorOfSession(
  services: Services,
  of: { readonly userId: UserId; readonly sessionId: SessionId; readonly organizationId: OrganizationId },
): Promise<Authenticated> {
  const { userId, sessionId, organizationId } = of;
  const row = await services.database.withSystem((trx) =>
    trx
      .selectFrom('sessions')
      .innerJoin('users', 'users.id', 'sessions.user_id')
      .leftJoin('organization_members as member', (join) =>
        join.onRef('member.user_id', '=', 'users.id').on('member.organization_id', '=', organizationId),
      )
      .select(['sessions.revoked_at', 'sessions.expires_at', 'users.disabled_at', 'member.role'])
      .where('sessions.id', '=', sessionId)
      .where('sessions.user_id', '=', userId)
      .executeTakeFirst(),
  );
  if (row === undefined || row.revoked_at !== null || row.expires_at.getTime() <= services.clock.now()) {
    throw new AppError('session_expired', 'The session has ended.');
  }
  if (row.disabled_at !== null) throw new AppError('account_disabled', 'This account is disabled.');
  if (row.role === null) {
    // The same for an organization that does not exist: its existence is nobody else's business.
    throw new AppError('forbidden', 'You are not a member of this organization.');
  }
  return { actor: { organizationId, userId, role: row.role }, sessionId };
}

/**
 * Who asks, and as what: the access token's signature first, then its session.
 *
 * @param requestedOrganization of the header X-Dalgo-Org; the session's own unless given.
 * @throws AppError unauthenticated, session_expired, account_disabled, forbidden
 */
export async function authenticate(
  services: Services,
  token: string,
  requestedOrganization?: string,
): Promise<Authenticated> {
  const claims = await verifyAccessToken(services.config, services.clock, token);
  return actorOfSession(services, {
    ...claims,
    // Compared as text with what is in the database; any other text matches nothing.
    organizationId: (requestedOrganization ?? claims.organizationId) as OrganizationId,
  });
}
