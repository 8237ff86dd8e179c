import { sql } from 'kysely';
import type { RunTrigger } from '#contracts/pipelines';
import type { RunError, RunStatus } from '#contracts/primitives';
import type { MetadataTransaction } from '#platform/database/database';
import { emitEvent } from '#platform/database/emit-event';
import type { OrganizationId, PipelineId, RunId, SourceId } from '#platform/ids';
import { tellOfRunEnd } from '../notifications/tell-of-run-end.ts';
import { queueArrivals } from '../schedule/queue-arrivals.ts';
import { queueFollowers } from '../schedule/queue-followers.ts';
import { logLine } from './log-line.ts';

/** Status of a run from those of its steps, all of which have ended. */
export function runStatusOf(
  steps: readonly { readonly status: string }[],
  cancelRequested: boolean,
): Exclude<RunStatus, 'queued' | 'running'> {
  const some = (status: string) => steps.some((step) => step.status === status);
  if (steps.every((step) => step.status === 'succeeded')) return 'succeeded';
  if (cancelRequested || some('cancelled')) return 'cancelled';
  return some('succeeded') ? 'partial' : 'failed';
}

const words: Record<Exclude<RunStatus, 'queued' | 'running'>, string> = {
  succeeded: 'Finished: every step succeeded.',
  partial: 'Finished: some steps failed; what succeeded is in place.',
  failed: 'Failed.',
  cancelled: 'Cancelled. What had been finished stays in place.',
};

/** Ends a run whose steps have all ended, and tells of it, also those who are not looking. The caller holds the run's row. */
export async function endRun(
  trx: MetadataTransaction,
  organizationId: OrganizationId,
  run: {
    readonly id: RunId;
    readonly pipeline_id: PipelineId | null;
    readonly pipeline_name: string | null;
    readonly part: object | null;
    readonly trigger: RunTrigger;
    readonly cancel_requested_at: Date | null;
  },
): Promise<void> {
  const steps = await trx
    .selectFrom('run_steps')
    .select(['id', 'name', 'status', 'error', 'kind', 'ref_id'])
    .where('organization_id', '=', organizationId)
    .where('run_id', '=', run.id)
    .orderBy('position')
    .execute();
  const open = steps.find((step) => step.status === 'queued' || step.status === 'running');
  if (open !== undefined) throw new Error(`Run ${run.id} cannot end: its step ${open.id} has not`);
  const status = runStatusOf(steps, run.cancel_requested_at !== null);
  const failed = steps.find((step) => step.status === 'failed');
  const error: RunError | null =
    failed === undefined || failed.error === null
      ? null
      : { ...failed.error, where: { ...failed.error.where, step: failed.name, step_id: failed.id } };
  await trx
    .updateTable('pipeline_runs')
    .set({
      status,
      error: error === null ? null : JSON.stringify(error),
      finished_at: sql<Date>`clock_timestamp()`,
    })
    .where('organization_id', '=', organizationId)
    .where('id', '=', run.id)
    .execute();
  await logLine(
    trx,
    { organizationId, runId: run.id },
    {
      level: status === 'succeeded' ? 'info' : status === 'failed' ? 'error' : 'warning',
      message: words[status],
    },
  );
  await emitEvent(trx, organizationId, { type: 'run', run_id: run.id, pipeline_id: run.pipeline_id, status });
  if (status === 'succeeded' && run.pipeline_id !== null && run.part === null) {
    await queueFollowers(trx, organizationId, { id: run.id, pipelineId: run.pipeline_id });
  }
  await queueArrivals(
    trx,
    organizationId,
    { id: run.id, pipelineId: run.pipeline_id, trigger: run.trigger },
    steps
      .filter((step) => step.kind === 'sync' && step.status === 'succeeded')
      .map((step) => step.ref_id as SourceId), // of a step of this kind
  );
  await tellOfRunEnd(trx, organizationId, { ...run, status, error, steps });
}
