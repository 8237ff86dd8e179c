import { sql } from 'kysely';
import type { Services } from '#platform/services';

/**
 * The same services with the clock of the database, read once. Whether a schedule is due must not depend on which
 * machine looks: one whose clock is wrong would fire it early, or not at all.
 */
export async function atDatabaseTime<T extends Pick<Services, 'database' | 'clock'>>(
  services: T,
): Promise<T> {
  const { rows } = await services.database.withSystem((trx) =>
    sql<{ now: Date }>`SELECT clock_timestamp() AS now`.execute(trx),
  );
  const now = rows[0]?.now.getTime() ?? services.clock.now();
  return { ...services, clock: { now: () => now } };
}
