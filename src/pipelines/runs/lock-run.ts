import type { MetadataTransaction } from '#platform/database/database';
import type { RowOf } from '#platform/database/tables';
import type { OrganizationId, RunId } from '#platform/ids';

/**
 * Locks a run's row: whoever changes a run or its steps does this first, so that a claim, an end and a cancellation
 * happen one after the other and never wait for each other in a circle.
 */
export function lockRun(
  trx: MetadataTransaction,
  organizationId: OrganizationId,
  runId: RunId,
): Promise<Omit<RowOf<'pipeline_runs'>, 'plan'> | undefined> {
  return trx
    .selectFrom('pipeline_runs')
    .select([
      'id',
      'organization_id',
      'pipeline_id',
      'pipeline_name',
      'trigger',
      'status',
      'retry_of',
      'scheduled_for',
      'requested_by',
      'cancel_requested_at',
      'error',
      'queued_at',
      'started_at',
      'finished_at',
    ])
    .where('organization_id', '=', organizationId)
    .where('id', '=', runId)
    .forUpdate()
    .executeTakeFirst();
}

export function hasEnded(status: string): boolean {
  return status !== 'queued' && status !== 'running';
}
