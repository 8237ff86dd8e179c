import { sql } from 'kysely';
import type { Services } from '#platform/services';

/** Rows that one statement deletes: short transactions, so that nothing waits behind a large one. */
const BATCH = 5_000;
const DAY_MS = 86_400_000;

/** Days after which what runs leave behind is deleted. The runs themselves stay: they are small, and the history. */
export interface KeptDays {
  readonly runLogs: number;
  readonly rejectedRows: number;
  readonly events: number;
  readonly notifications: number;
}

/** Deletes what is older than it is kept. Any number of servers may do it at once. @returns how many rows. */
export async function removeOldRecords(
  services: Pick<Services, 'database' | 'clock'>,
  kept: KeptDays,
  signal: AbortSignal,
): Promise<number> {
  const before = (days: number) => new Date(services.clock.now() - days * DAY_MS);
  const statements = [
    sql`DELETE FROM run_logs WHERE id IN (SELECT id FROM run_logs WHERE at < ${before(kept.runLogs)} LIMIT ${BATCH})`,
    sql`DELETE FROM rejected_rows WHERE id IN (
      SELECT rejected.id FROM rejected_rows rejected JOIN sync_runs ON sync_runs.id = rejected.sync_run_id
       WHERE sync_runs.finished_at < ${before(kept.rejectedRows)} LIMIT ${BATCH})`,
    sql`DELETE FROM events WHERE id IN (SELECT id FROM events WHERE at < ${before(kept.events)} LIMIT ${BATCH})`,
    sql`DELETE FROM notifications WHERE id IN (
      SELECT id FROM notifications WHERE last_at < ${before(kept.notifications)} LIMIT ${BATCH})`,
    // Those whose notifications are gone, and which were settled long ago.
    sql`DELETE FROM notification_messages WHERE id IN (
      SELECT id FROM notification_messages WHERE status IN ('sent', 'failed', 'skipped')
         AND created_at < ${before(kept.notifications)} LIMIT ${BATCH})`,
  ];
  let removed = 0;
  for (const statement of statements) {
    for (let count = BATCH; count >= BATCH && !signal.aborted;) {
      const result = await services.database.withSystem((trx) => statement.execute(trx));
      count = Number(result.numAffectedRows ?? 0n);
      removed += count;
    }
  }
  return removed;
}
