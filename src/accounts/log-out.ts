import type { SessionId } from '#platform/ids';
import type { Services } from '#platform/services';
import { recordAudit, type Client } from './audit.ts';
import { sessionOfRefreshToken } from './refresh-session.ts';
import { endSessions } from './sessions.ts';

/** Ends the session of a refresh token or of an access token, whichever is there; a token that is unknown ends nothing. */
export async function logOut(
  services: Services,
  by: { readonly refreshToken?: string | undefined; readonly sessionId?: SessionId | undefined },
  client: Client,
): Promise<void> {
  await services.database.withSystem(async (trx) => {
    const ofCookie =
      by.refreshToken === undefined ? undefined : await sessionOfRefreshToken(trx, by.refreshToken);
    for (const sessionId of new Set([ofCookie?.sessionId, by.sessionId])) {
      if (sessionId === undefined) continue;
      for (const session of await endSessions(trx, services, { sessionId }, 'logout')) {
        await recordAudit(trx, {
          organizationId: session.organizationId,
          userId: session.userId,
          action: 'logged_out',
          client,
        });
      }
    }
  });
}
