import { sql } from 'kysely';
import type { StoredThing } from '#contracts/administration';
import type { Actor } from '#platform/actor';
import type { Services } from '#platform/services';
import { UPLOAD_KEPT_DAYS } from '#sources';

/** What an organization keeps, how large it is, and for how long. */
export async function getStorage(
  services: Pick<Services, 'config' | 'database'>,
  actor: Actor,
): Promise<{ items: StoredThing[] }> {
  const { organizationId } = actor;
  const { keptDays } = services.config;
  const { rows } = await services.database.withOrganization(organizationId, (trx) =>
    sql<{ kind: StoredThing['kind']; count: number; bytes: number }>`
      SELECT 'tables' AS kind, count(*)::float8 AS count, coalesce(sum(size_bytes), 0)::float8 AS bytes
        FROM warehouse_tables WHERE organization_id = ${organizationId}
      UNION ALL SELECT 'uploads', count(*)::float8, coalesce(sum(size_bytes), 0)::float8
        FROM uploads WHERE organization_id = ${organizationId}
      UNION ALL SELECT 'rejected_rows', count(*)::float8, coalesce(sum(pg_column_size(t.*)), 0)::float8
        FROM rejected_rows t WHERE organization_id = ${organizationId}
      UNION ALL SELECT 'run_logs', count(*)::float8, coalesce(sum(pg_column_size(t.*)), 0)::float8
        FROM run_logs t WHERE organization_id = ${organizationId}
      UNION ALL SELECT 'events', count(*)::float8, coalesce(sum(pg_column_size(t.*)), 0)::float8
        FROM events t WHERE organization_id = ${organizationId}
      UNION ALL SELECT 'notifications', count(*)::float8, coalesce(sum(pg_column_size(t.*)), 0)::float8
        FROM notifications t WHERE organization_id = ${organizationId}`.execute(trx),
  );
  const days: Readonly<Record<StoredThing['kind'], number | null>> = {
    tables: null,
    // Of what no source uses.
    uploads: UPLOAD_KEPT_DAYS,
    rejected_rows: keptDays.rejectedRows,
    run_logs: keptDays.runLogs,
    events: keptDays.events,
    notifications: keptDays.notifications,
  };
  return { items: rows.map((row) => ({ ...row, kept_days: days[row.kind] })) };
}
