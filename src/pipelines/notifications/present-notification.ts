import type { Notification } from '#contracts/notifications';
import type { RowOf } from '#platform/database/tables';

export function presentNotification(
  row: Omit<RowOf<'notifications'>, 'organization_id' | 'occurrence'> & { readonly read_at: Date | null },
): Notification {
  return {
    id: row.id,
    kind: row.kind,
    severity: row.severity,
    title: row.title,
    reason: row.content.reason,
    affected: [...row.content.affected],
    advice: row.content.advice,
    path: row.path,
    pipeline_id: row.pipeline_id,
    run_id: row.run_id,
    times: row.times,
    created_at: row.created_at.toISOString(),
    last_at: row.last_at.toISOString(),
    read_at: row.read_at?.toISOString() ?? null,
  };
}
