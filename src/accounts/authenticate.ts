import type { Actor } from '#platform/actor';
import { AppError } from '#platform/errors';
import type { ApiKeyId, OrganizationId, SessionId, UserId } from '#platform/ids';
import type { Services } from '#platform/services';
import { verifyAccessToken } from './access-token.ts';
import { hashApiKey, includesRole, isApiKey } from './api-keys.ts';

/** By what somebody is known: the session of a person who logged in, or an API key. */
export type Credential =
  | { readonly kind: 'session'; readonly id: SessionId; readonly userId: UserId }
  | { readonly kind: 'api_key'; readonly id: ApiKeyId };

export interface Authenticated {
  readonly actor: Actor;
  readonly credential: Credential;
}

/**
 * The actor in an organization, as it is at this moment: the session is open or the key good, the account enabled, and
 * the role is the membership's. So logging out, taking a key back, removing a person or changing a role has its effect
 * on the next request, not when a token runs out.
 *
 * @throws AppError session_expired, account_disabled, forbidden, unauthenticated
 */
export async function actorOf(
  services: Services,
  credential: Credential,
  organizationId: OrganizationId,
): Promise<Actor> {
  return credential.kind === 'session'
    ? await actorOfSession(services, credential, organizationId)
    : await actorOfKey(services, { id: credential.id }, organizationId);
}

async function actorOfSession(
  services: Services,
  { id, userId }: Extract<Credential, { kind: 'session' }>,
  organizationId: OrganizationId,
): Promise<Actor> {
  const row = await services.database.withSystem((trx) =>
    trx
      .selectFrom('sessions')
      .innerJoin('users', 'users.id', 'sessions.user_id')
      .leftJoin('organization_members as member', (join) =>
        join.onRef('member.user_id', '=', 'users.id').on('member.organization_id', '=', organizationId),
      )
      .select(['sessions.revoked_at', 'sessions.expires_at', 'users.disabled_at', 'member.role'])
      .where('sessions.id', '=', id)
      .where('sessions.user_id', '=', userId)
      .executeTakeFirst(),
  );
  if (row === undefined || row.revoked_at !== null || row.expires_at.getTime() <= services.clock.now()) {
    throw new AppError('session_expired', 'The session has ended.');
  }
  if (row.disabled_at !== null) throw new AppError('account_disabled', 'This account is disabled.');
  // The same for an organization that does not exist: its existence is nobody else's business.
  if (row.role === null) throw notAMember();
  return { organizationId, userId, role: row.role };
}

/** @param requestedOrganization the key's own unless given. */
async function actorOfKey(
  services: Services,
  which: { readonly id: ApiKeyId } | { readonly tokenHash: Buffer },
  requestedOrganization: OrganizationId | undefined,
): Promise<Actor & { readonly apiKeyId: ApiKeyId }> {
  const now = new Date(services.clock.now());
  const row = await services.database.withSystem(async (trx) => {
    const found = await trx
      .selectFrom('api_keys as key')
      .leftJoin('users', 'users.id', 'key.user_id')
      .leftJoin('organization_members as member', (join) =>
        join
          .onRef('member.user_id', '=', 'key.user_id')
          .onRef('member.organization_id', '=', 'key.organization_id'),
      )
      .select([
        'key.id',
        'key.organization_id',
        'key.user_id',
        'key.role',
        'key.expires_at',
        'key.last_used_at',
      ])
      .select(['users.disabled_at', 'member.role as person_role'])
      .where((key) =>
        'id' in which ? key('key.id', '=', which.id) : key('key.token_hash', '=', which.tokenHash),
      )
      .executeTakeFirst();
    // To the minute: a program that asks a hundred times a second writes no more than that.
    if (found !== undefined && now.getTime() - (found.last_used_at?.getTime() ?? 0) > 60_000)
      await trx.updateTable('api_keys').set({ last_used_at: now }).where('id', '=', found.id).execute();
    return found;
  });
  if (row === undefined || (row.expires_at !== null && row.expires_at <= now)) {
    throw new AppError('unauthenticated', 'This API key is not valid, or has ended.', {
      hint: 'Make a new one in Settings → API keys.',
    });
  }
  if (row.disabled_at !== null) throw new AppError('account_disabled', 'This account is disabled.');
  if (requestedOrganization !== undefined && requestedOrganization !== row.organization_id)
    throw notAMember();
  const { person_role: personRole } = row;
  return {
    organizationId: row.organization_id,
    userId: row.user_id,
    // A person whose role became less does less with older keys, too.
    role: personRole === null || includesRole(personRole, row.role) ? row.role : personRole,
    apiKeyId: row.id,
  };
}

function notAMember(): AppError {
  return new AppError('forbidden', 'You are not a member of this organization.');
}

/**
 * Who asks, and as what: an API key, or an access token: its signature first, then its session.
 *
 * @param requestedOrganization of the header X-Dalgo-Org; the session's own, or the key's, unless given.
 * @throws AppError unauthenticated, session_expired, account_disabled, forbidden
 */
export async function authenticate(
  services: Services,
  token: string,
  requestedOrganization?: string,
): Promise<Authenticated> {
  // Compared as text with what is in the database; any other text matches nothing.
  const requested = requestedOrganization as OrganizationId | undefined;
  if (isApiKey(token)) {
    const actor = await actorOfKey(services, { tokenHash: hashApiKey(token) }, requested);
    return { actor, credential: { kind: 'api_key', id: actor.apiKeyId } };
  }
  const { userId, sessionId, organizationId } = await verifyAccessToken(
    services.config,
    services.clock,
    token,
  );
  const credential: Credential = { kind: 'session', id: sessionId, userId };
  return { actor: await actorOf(services, credential, requested ?? organizationId), credential };
}
