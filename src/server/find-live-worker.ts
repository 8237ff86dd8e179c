import { sql } from 'kysely';
import type { Services } from '#platform/services';

/** A worker counts as alive for so long after its last heartbeat. */
const aliveSeconds = 15;

/** One of the workers that are alive by the database's clock; undefined when none is. */
export async function findLiveWorker(
  services: Pick<Services, 'database'>,
): Promise<{ readonly id: string; readonly hostname: string } | undefined> {
  return services.database.withSystem((trx) =>
    trx
      .selectFrom('workers')
      .select(['id', 'hostname'])
      .where('stopped_at', 'is', null)
      .where('heartbeat_at', '>', sql<Date>`now() - make_interval(secs => ${aliveSeconds})`)
      .orderBy('heartbeat_at', 'desc')
      .limit(1)
      .executeTakeFirst(),
  );
}
