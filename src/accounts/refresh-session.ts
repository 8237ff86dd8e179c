import { AppError } from '#platform/errors';
import type { MetadataTransaction } from '#platform/database/database';
import type { SessionId, UserId } from '#platform/ids';
import type { Services } from '#platform/services';
import { recordAudit, type Client } from './audit.ts';
import { organizationColumns, presentOrganization, presentUser } from './present.ts';
import { hashRefreshToken } from './refresh-token.ts';
import {
  addRefreshToken,
  endSessions,
  presentSession,
  refreshTokenIsIdle,
  type SignedIn,
} from './sessions.ts';

/** Whose session a refresh token belongs to, spent or not. */
export async function sessionOfRefreshToken(
  trx: MetadataTransaction,
  token: string,
): Promise<{ readonly sessionId: SessionId; readonly userId: UserId } | undefined> {
  return trx
    .selectFrom('refresh_tokens')
    .innerJoin('sessions', 'sessions.id', 'refresh_tokens.session_id')
    .select(['sessions.id as sessionId', 'sessions.user_id as userId'])
    .where('refresh_tokens.token_hash', '=', hashRefreshToken(token))
    .executeTakeFirst();
}

const ended = (): AppError => new AppError('session_expired', 'The session has ended.');

type Outcome =
  | { readonly kind: 'reused' }
  | {
      readonly kind: 'renewed';
      readonly signedIn: Omit<SignedIn, 'session'> & { readonly parts: Parameters<typeof presentSession>[1] };
    };

async function rotate(services: Services, token: string, client: Client): Promise<SignedIn> {
  const now = new Date(services.clock.now());
  const outcome = await services.database.withSystem(async (trx): Promise<Outcome> => {
    const row = await trx
      .selectFrom('refresh_tokens as token')
      .innerJoin('sessions', 'sessions.id', 'token.session_id')
      .innerJoin('users', 'users.id', 'sessions.user_id')
      .innerJoin('organizations', 'organizations.id', 'sessions.organization_id')
      .innerJoin('organization_members as member', (join) =>
        join
          .onRef('member.organization_id', '=', 'sessions.organization_id')
          .onRef('member.user_id', '=', 'sessions.user_id'),
      )
      .select(organizationColumns.map((column) => `organizations.${column}` as const))
      .select([
        'token.token_hash',
        'token.issued_at',
        'token.used_at',
        'sessions.id as session_id',
        'sessions.expires_at',
        'sessions.revoked_at',
        'users.id as user_id',
        'users.email as user_email',
        'users.name as user_name',
        'users.disabled_at',
        'member.role',
      ])
      .where('token.token_hash', '=', hashRefreshToken(token))
      // Check and use are one: a second use waits here and then sees the first.
      .forUpdate(['token', 'sessions'])
      .executeTakeFirst();
    if (row === undefined || row.revoked_at !== null || row.expires_at <= now || row.disabled_at !== null)
      throw ended();
    if (row.used_at !== null) {
      await endSessions(trx, services, { sessionId: row.session_id }, 'token_reuse');
      await recordAudit(trx, {
        organizationId: row.id,
        userId: row.user_id,
        action: 'refresh_token_reused',
        target: row.session_id,
        client,
      });
      // Returned, not thrown: the end of the session must be committed.
      return { kind: 'reused' };
    }
    if (refreshTokenIsIdle(services, row.issued_at)) throw ended();
    await trx
      .updateTable('refresh_tokens')
      .set({ used_at: now })
      .where('token_hash', '=', row.token_hash)
      .execute();
    await trx.updateTable('sessions').set({ last_used_at: now }).where('id', '=', row.session_id).execute();
    const refreshToken = await addRefreshToken(trx, services, row.session_id);
    return {
      kind: 'renewed',
      signedIn: {
        refreshToken,
        parts: {
          sessionId: row.session_id,
          userId: row.user_id,
          organizationId: row.id,
          role: row.role,
          user: presentUser({ id: row.user_id, email: row.user_email, name: row.user_name }),
          organization: presentOrganization(row),
        },
      },
    };
  });
  if (outcome.kind === 'reused') {
    services.log.warn(
      { address: client.address },
      'a spent refresh token was used again; its session was ended',
    );
    throw new AppError(
      'session_expired',
      'The session was ended for safety: an old token of it was used again.',
    );
  }
  return {
    session: await presentSession(services, outcome.signedIn.parts),
    refreshToken: outcome.signedIn.refreshToken,
  };
}

/** Rotations under way in this process, by hash of the token. */
const underWay = new Map<string, Promise<SignedIn>>();

/**
 * Exchanges a refresh token for the next one and an access token. A spent token ends the whole session, without any
 * time of grace: whoever holds it, thief or owner, the other has the newer one.
 *
 * Two tabs that ask at the same moment with the same token are no theft. Requests that arrive while the first of them
 * is still unanswered share its answer; one that arrives later is reuse. (The web also takes a lock over its tabs, so
 * this is the exception.)
 *
 * @throws AppError session_expired
 */
export function refreshSession(services: Services, token: string, client: Client): Promise<SignedIn> {
  const key = hashRefreshToken(token).toString('base64');
  const present = underWay.get(key);
  if (present !== undefined) return present;
  const rotation = rotate(services, token, client).finally(() => underWay.delete(key));
  underWay.set(key, rotation);
  return rotation;
}
