import type { Services } from '#platform/services';

/** Kept for so long after their end, for the question who was logged in when. */
const KEPT_MS = 30 * 86_400_000;

/** Deletes sessions that ended long ago, with their refresh tokens. @returns how many. */
export async function forgetOldSessions(services: Services): Promise<number> {
  const before = new Date(services.clock.now() - KEPT_MS);
  const deleted = await services.database.withSystem((trx) =>
    trx
      .deleteFrom('sessions')
      .where((eb) => eb.or([eb('expires_at', '<', before), eb('revoked_at', '<', before)]))
      .executeTakeFirst(),
  );
  return Number(deleted.numDeletedRows);
}
