import { sql } from 'kysely';
import type { Role, Session, User, Organization } from '#contracts/accounts';
import type { MetadataTransaction } from '#platform/database/database';
import type { OrganizationId, SessionId, UserId } from '#platform/ids';
import type { Services } from '#platform/services';
import { accessTokenSeconds, signAccessToken } from './access-token.ts';
import type { Client } from './audit.ts';
import { newRefreshToken } from './refresh-token.ts';

/** Channel on which servers hear of ended sessions, so that their web sockets close at once; payload: session id. */
export const SESSION_ENDED_CHANNEL = 'dalgo_session_ended';

const DAY = 86_400_000;

/**
 * A refresh token that is not used for REFRESH_TOKEN_EXPIRE_DAYS is dead (idle limit); a session lives four times as
 * long whatever happens (absolute limit).
 */
const ABSOLUTE_FACTOR = 4;

/** Answer of signing in: what the API says, and the refresh token for the cookie. */
export interface SignedIn {
  readonly session: Session;
  readonly refreshToken: string;
}

export function refreshTokenIsIdle(services: Services, issuedAt: Date): boolean {
  return issuedAt.getTime() + services.config.refreshTokenDays * DAY <= services.clock.now();
}

/** Opens a session: the family of refresh tokens, and its first one. Needs a system transaction. */
export async function openSession(
  trx: MetadataTransaction,
  services: Services,
  who: { readonly userId: UserId; readonly organizationId: OrganizationId; readonly client: Client },
): Promise<{ readonly sessionId: SessionId; readonly refreshToken: string }> {
  const sessionId = services.newId<SessionId>();
  const now = services.clock.now();
  await trx
    .insertInto('sessions')
    .values({
      id: sessionId,
      user_id: who.userId,
      organization_id: who.organizationId,
      created_at: new Date(now),
      last_used_at: new Date(now),
      expires_at: new Date(now + services.config.refreshTokenDays * ABSOLUTE_FACTOR * DAY),
      user_agent: who.client.userAgent?.slice(0, 500) ?? null,
    })
    .execute();
  return { sessionId, refreshToken: await addRefreshToken(trx, services, sessionId) };
}

export async function addRefreshToken(
  trx: MetadataTransaction,
  services: Services,
  sessionId: SessionId,
): Promise<string> {
  const { token, hash } = newRefreshToken();
  await trx
    .insertInto('refresh_tokens')
    .values({ token_hash: hash, session_id: sessionId, issued_at: new Date(services.clock.now()) })
    .execute();
  return token;
}

export async function presentSession(
  services: Services,
  parts: {
    readonly sessionId: SessionId;
    readonly userId: UserId;
    readonly organizationId: OrganizationId;
    readonly role: Role;
    readonly user: User;
    readonly organization: Organization;
  },
): Promise<Session> {
  return {
    access_token: await signAccessToken(services.config, services.clock, parts),
    token_type: 'Bearer',
    expires_in: accessTokenSeconds(services.config),
    user: parts.user,
    organization: parts.organization,
  };
}

export type EndReason = 'logout' | 'token_reuse' | 'password_changed' | 'member_removed' | 'new_login';

/** Ends the sessions that match and are not ended yet; the servers close their sockets. Needs a system transaction. */
export async function endSessions(
  trx: MetadataTransaction,
  services: Services,
  which: {
    readonly sessionId?: SessionId;
    readonly userId?: UserId;
    readonly organizationId?: OrganizationId;
    readonly exceptSessionId?: SessionId;
  },
  reason: EndReason,
): Promise<
  readonly { readonly id: SessionId; readonly userId: UserId; readonly organizationId: OrganizationId }[]
> {
  if (which.sessionId === undefined && which.userId === undefined) {
    throw new Error('endSessions needs a session or a user');
  }
  let update = trx
    .updateTable('sessions')
    .set({ revoked_at: new Date(services.clock.now()), revoked_reason: reason })
    .where('revoked_at', 'is', null);
  if (which.sessionId !== undefined) update = update.where('id', '=', which.sessionId);
  if (which.userId !== undefined) update = update.where('user_id', '=', which.userId);
  if (which.organizationId !== undefined) update = update.where('organization_id', '=', which.organizationId);
  if (which.exceptSessionId !== undefined) update = update.where('id', '!=', which.exceptSessionId);
  const ended = await update
    .returning(['id', 'user_id as userId', 'organization_id as organizationId'])
    .execute();
  for (const session of ended) {
    await sql`SELECT pg_notify(${SESSION_ENDED_CHANNEL}, ${session.id})`.execute(trx);
  }
  return ended;
}
