import { sql } from 'kysely';
import type { Services } from '#platform/services';
import { LEASE_LOCK } from './hold-lease.ts';
import { mayBeAlive, processScope } from './worker-identity.ts';

export interface HeartbeatTimes {
  /** Milliseconds between two signs of life. */
  readonly beatMs: number;
  /** Milliseconds of silence after which a worker counts as dead. */
  readonly silenceMs: number;
  /** The same of one whose lease the database does not see any more: its process is gone, or its connection broke. */
  readonly silenceWithoutLeaseMs: number;
}
/**
 * A worker elsewhere is taken for dead after 2.5 s when its process died, after 5 s when it hangs or its machine is gone;
 * one of this machine as soon as its process is gone.
 */
export const defaultHeartbeatTimes: HeartbeatTimes = {
  beatMs: 1_000,
  silenceMs: 5_000,
  silenceWithoutLeaseMs: 2_500,
};

/** Writes the first sign of life. Before the engine starts, so that nobody takes the new worker for dead. */
export async function registerWorker(
  services: Pick<Services, 'database'>,
  worker: { readonly id: string; readonly applicationVersion: string },
): Promise<void> {
  await services.database.withSystem((trx) =>
    trx
      .insertInto('workers')
      .values({
        id: worker.id,
        hostname: processScope(),
        pid: process.pid,
        application_version: worker.applicationVersion,
      })
      .execute(),
  );
}

/** The database's clock is used throughout: those of the workers may differ. */
export async function beat(services: Pick<Services, 'database'>, workerId: string): Promise<void> {
  await services.database.withSystem((trx) =>
    trx
      .updateTable('workers')
      .set({ heartbeat_at: sql<Date>`now()` })
      .where('id', '=', workerId)
      .execute(),
  );
}

export async function signOff(services: Pick<Services, 'database'>, workerId: string): Promise<void> {
  await services.database.withSystem((trx) =>
    trx
      .updateTable('workers')
      .set({ stopped_at: sql<Date>`now()` })
      .where('id', '=', workerId)
      .execute(),
  );
}

/** Workers that may still be working: everything else is dead, and its runs are taken over. */
export async function livingWorkers(
  services: Pick<Services, 'database'>,
  times: Pick<HeartbeatTimes, 'silenceMs' | 'silenceWithoutLeaseMs'>,
): Promise<ReadonlySet<string>> {
  const beating = await services.database.withSystem((trx) =>
    trx
      .selectFrom('workers')
      .select(['id', 'hostname', 'pid'])
      .where('stopped_at', 'is', null)
      .where(
        sql<boolean>`heartbeat_at > now() - ${times.silenceMs} * interval '1 millisecond'
          AND (heartbeat_at > now() - ${times.silenceWithoutLeaseMs} * interval '1 millisecond'
               OR hashtext(id) IN (
                 SELECT objid::bigint::bit(32)::integer FROM pg_locks
                  WHERE locktype = 'advisory' AND granted AND classid = ${LEASE_LOCK}
                    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())))`,
      )
      .execute(),
  );
  const here = processScope();
  return new Set(
    beating.filter((worker) => worker.hostname !== here || mayBeAlive(worker.pid)).map((worker) => worker.id),
  );
}

/** Any fixed number: the lock of the one worker that takes over. */
const TAKE_OVER_LOCK = 7_263_402;

/**
 * Runs `fn` unless another worker is running it: two that take over the same run would take it from each other.
 *
 * @returns null when another one is at it.
 */
export async function oneAtATime<T>(
  services: Pick<Services, 'database'>,
  fn: () => Promise<T>,
): Promise<T | null> {
  return services.database.withSystem(async (trx) => {
    const lock = await sql<{
      mine: boolean;
    }>`SELECT pg_try_advisory_xact_lock(${TAKE_OVER_LOCK}) AS mine`.execute(trx);
    return lock.rows[0]?.mine === true ? fn() : null;
  });
}

/** Forgets workers that have been gone for a day. */
export async function forgetOldWorkers(services: Pick<Services, 'database'>): Promise<void> {
  await services.database.withSystem((trx) =>
    trx
      .deleteFrom('workers')
      .where(sql<boolean>`heartbeat_at < now() - interval '1 day'`)
      .execute(),
  );
}
