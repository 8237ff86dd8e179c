import { sql } from 'kysely';
import type { MetadataTransaction } from '#platform/database/database';
import type { NewId, OrganizationId, PipelineId, RunId } from '#platform/ids';
import { AppError } from '#platform/errors';
import { notify } from '../notifications/notify.ts';
import { pipelineContent } from '../pipeline-content.ts';
import { createRun } from '../runs/create-run.ts';
import { freezePlan } from '../runs/freeze-plan.ts';
import { logLine } from '../runs/log-line.ts';
import type { RunPlan } from '../runs/run-plan.ts';
import { CANCEL_CHANNEL } from '../worker/watch-cancellations.ts';

/**
 * Queues a run that nobody asked for by hand, as the schedule says for the case that another one still goes on: after
 * it, not at all, or in its place. While one waits to begin there is no second: it would do the same on the same data.
 *
 * @returns null when nothing is queued; why it cannot run is told to people.
 */
export async function queuePipelineRun(
  trx: MetadataTransaction,
  newId: NewId,
  wanted: {
    readonly organizationId: OrganizationId;
    readonly pipelineId: PipelineId;
    readonly trigger: 'schedule' | 'after' | 'arrival';
    readonly overlap: 'queue' | 'skip' | 'cancel_old';
    readonly scheduledFor?: Date;
    /** What asks for it, by a name that comes once. */
    readonly because: string;
  },
): Promise<RunId | null> {
  const { organizationId, pipelineId } = wanted;
  const unfinished = await trx
    .selectFrom('pipeline_runs')
    .select(['id', 'status', 'part'])
    .where('organization_id', '=', organizationId)
    .where('pipeline_id', '=', pipelineId)
    .where('status', 'in', ['queued', 'running'])
    .where('cancel_requested_at', 'is', null)
    .execute();
  if (unfinished.some((run) => run.status === 'queued' && run.part === null)) return null;
  if (unfinished.length > 0 && wanted.overlap === 'skip') return null;
  const pipeline = await trx
    .selectFrom('pipelines')
    .select(['id', 'name', 'on_failure'])
    .where('organization_id', '=', organizationId)
    .where('id', '=', pipelineId)
    .executeTakeFirstOrThrow();
  const content = await pipelineContent(trx, organizationId, pipelineId);
  if (content.sourceIds.length + content.transformationIds.length === 0) return null;
  let plan: RunPlan;
  try {
    plan = await freezePlan(trx, organizationId, content, newId);
  } catch (error) {
    // Trying again would not help, and what it hangs on (the schedule, the run before) must go on.
    if (!(error instanceof AppError)) throw error;
    await notify(trx, organizationId, {
      occurrence: `did_not_run ${pipelineId} ${wanted.because}`,
      kind: 'did_not_run',
      severity: 'error',
      title: `“${pipeline.name}” could not run`,
      content: { reason: error.message, affected: [pipeline.name], advice: error.hint },
      path: `/pipelines/${pipelineId}`,
      pipelineId,
      runId: null,
    });
    return null;
  }
  if (wanted.overlap === 'cancel_old') {
    for (const { id: runId } of unfinished) {
      await trx
        .updateTable('pipeline_runs')
        .set({ cancel_requested_at: sql<Date>`now()` })
        .where('organization_id', '=', organizationId)
        .where('id', '=', runId)
        .execute();
      await logLine(
        trx,
        { organizationId, runId },
        { level: 'warning', message: 'Cancelled, since the next run takes its place.' },
      );
      // Leaves with the commit.
      await sql`SELECT pg_notify(${CANCEL_CHANNEL}, ${runId})`.execute(trx);
    }
  }
  return createRun(trx, newId, {
    organizationId,
    pipeline,
    trigger: wanted.trigger,
    plan: { ...plan, on_failure: pipeline.on_failure },
    requestedBy: null,
    ...(wanted.scheduledFor === undefined ? {} : { scheduledFor: wanted.scheduledFor }),
  });
}
