import { sql } from 'kysely';
import type { RunError } from '#contracts/primitives';
import type { MetadataTransaction } from '#platform/database/database';
import type { OrganizationId, RunId, SourceId, StepId, TransformationId } from '#platform/ids';
import type { PlanStep } from './run-plan.ts';

/**
 * Queues the record of a step's own work: each load is a row of sync_runs and each execution one of
 * transformation_runs, under the id of the step, from the moment it is asked for.
 */
export async function queueStepRecord(
  trx: MetadataTransaction,
  run: {
    readonly organizationId: OrganizationId;
    readonly runId: RunId;
    readonly trigger: 'manual' | 'pipeline';
  },
  step: PlanStep,
): Promise<void> {
  const common = {
    // Ids lose their brand in a plan's JSON.
    id: step.id as StepId,
    organization_id: run.organizationId,
    run_id: run.runId,
    status: 'queued',
    trigger: run.trigger,
  } as const;
  if (step.kind === 'sync') {
    await trx
      .insertInto('sync_runs')
      .values({ ...common, source_id: step.ref_id as SourceId }) // as above
      .execute();
  } else {
    await trx
      .insertInto('transformation_runs')
      .values({
        ...common,
        transformation_id: step.ref_id as TransformationId, // as above
        version: step.version,
        table_name: `transform_${step.ref_id}`,
      })
      .execute();
  }
}

/** Ends the record of a step that ended without its own work saying so: cancelled, skipped, or its worker was lost. */
export async function closeStepRecord(
  trx: MetadataTransaction,
  organizationId: OrganizationId,
  stepId: StepId,
  status: 'failed' | 'cancelled',
  error: RunError | null,
): Promise<void> {
  const ended = {
    status,
    error: error === null ? null : JSON.stringify(error),
    finished_at: sql<Date>`clock_timestamp()`,
  };
  await trx
    .updateTable('sync_runs')
    .set(ended)
    .where('organization_id', '=', organizationId)
    .where('id', '=', stepId)
    .where('status', 'in', ['queued', 'running'])
    .execute();
  await trx
    .updateTable('transformation_runs')
    .set(ended)
    .where('organization_id', '=', organizationId)
    .where('id', '=', stepId)
    .where('status', 'in', ['queued', 'running'])
    .execute();
}
