import { sql } from 'kysely';
import { IDLE_MS, type MetadataTransaction } from '#platform/database/database';
import type { OrganizationId, RunId } from '#platform/ids';
import { runColumns, type RunRow } from './present-run.ts';

/**
 * Locks a run's row: whoever changes a run or its steps does this first, so that a claim, an end and a cancellation
 * happen one after the other and never wait for each other in a circle.
 */
export function lockRun(
  trx: MetadataTransaction,
  organizationId: OrganizationId,
  runId: RunId,
): Promise<RunRow | undefined> {
  return (
    trx
      .selectFrom('pipeline_runs')
      .select(runColumns)
      // Nobody else gets at the run while this transaction goes on, also when its process is paused in the middle.
      .select(
        sql`set_config('idle_in_transaction_session_timeout', ${String(IDLE_MS.run)}, true)`.as('idle_ms'),
      )
      .where('organization_id', '=', organizationId)
      .where('id', '=', runId)
      .forUpdate()
      .executeTakeFirst()
  );
}

export function hasEnded(status: string): boolean {
  return status !== 'queued' && status !== 'running';
}
