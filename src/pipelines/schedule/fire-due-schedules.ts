import { emitEvent } from '#platform/database/emit-event';
import { AppError } from '#platform/errors';
import type { OrganizationId, PipelineId, RunId } from '#platform/ids';
import type { Services } from '#platform/services';
import type { MetadataTransaction } from '#platform/database/database';
import type { RowOf } from '#platform/database/tables';
import { createRun } from '../runs/create-run.ts';
import { freezePlan } from '../runs/freeze-plan.ts';
import { pipelineContent } from '../pipeline-content.ts';
import { nextRuns } from './next-runs.ts';

export interface FiredRun {
  readonly organizationId: OrganizationId;
  readonly runId: RunId;
}

/**
 * Creates the runs of the schedules that are due. Any number of schedulers may do this at once: a due schedule is
 * locked by one and passed over by the others, and (pipeline, time) is unique.
 *
 * Times that passed while nothing ran fire once, not once each. While a run of the pipeline is still waiting to begin,
 * a time passes without another: two would do the same on the same data. One that is running does not hold it up, the
 * new run begins after it.
 *
 * @returns the runs, for the caller to start.
 */
export async function fireDueSchedules(
  services: Pick<Services, 'database' | 'clock' | 'newId' | 'log'>,
): Promise<FiredRun[]> {
  const due = await services.database.withSystem((trx) =>
    trx
      .selectFrom('schedules')
      .select(['organization_id', 'pipeline_id'])
      .where('is_active', '=', true)
      .where('next_run_at', '<=', new Date(services.clock.now()))
      .orderBy('next_run_at')
      .limit(100)
      .execute(),
  );
  const fired: FiredRun[] = [];
  for (const { organization_id: organizationId, pipeline_id: pipelineId } of due) {
    // Each in its own organization's scope and its own transaction: one that fails does not hold up the others.
    const runId = await services.database
      .withOrganization(organizationId, (trx) => fireOne(services, trx, organizationId, pipelineId))
      .catch((error: unknown) => {
        services.log.error(
          { err: error, pipeline: pipelineId },
          'a schedule could not fire; it is tried again',
        );
        return null;
      });
    if (runId !== null) fired.push({ organizationId, runId });
  }
  return fired;
}

async function fireOne(
  services: Pick<Services, 'clock' | 'newId' | 'log'>,
  trx: MetadataTransaction,
  organizationId: OrganizationId,
  pipelineId: PipelineId,
): Promise<RunId | null> {
  const now = services.clock.now();
  const schedule = await trx
    .selectFrom('schedules')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .where('pipeline_id', '=', pipelineId)
    .where('is_active', '=', true)
    .where('next_run_at', '<=', new Date(now))
    .forUpdate()
    .skipLocked()
    .executeTakeFirst();
  if (schedule?.next_run_at == null) return null; // another scheduler was quicker
  const scheduledFor = latestDue(schedule, schedule.next_run_at, now);
  await trx
    .updateTable('schedules')
    .set({ next_run_at: followingRun(schedule, now), last_fired_at: scheduledFor })
    .where('organization_id', '=', organizationId)
    .where('pipeline_id', '=', pipelineId)
    .execute();
  await emitEvent(trx, organizationId, { type: 'changed', kind: 'pipeline', ref_id: pipelineId });

  const waiting = await trx
    .selectFrom('pipeline_runs')
    .select('id')
    .where('organization_id', '=', organizationId)
    .where('pipeline_id', '=', pipelineId)
    .where((where) => where.or([where('status', '=', 'queued'), where('scheduled_for', '=', scheduledFor)]))
    .executeTakeFirst();
  if (waiting !== undefined) return null;
  const pipeline = await trx
    .selectFrom('pipelines')
    .select(['id', 'name'])
    .where('organization_id', '=', organizationId)
    .where('id', '=', pipelineId)
    .executeTakeFirstOrThrow();
  const content = await pipelineContent(trx, organizationId, pipelineId);
  if (content.sourceIds.length + content.transformationIds.length === 0) return null;
  const plan = await freezePlan(trx, organizationId, content, services.newId);
  return createRun(trx, services.newId, {
    organizationId,
    pipeline,
    trigger: 'schedule',
    plan,
    requestedBy: null,
    scheduledFor,
  });
}

/** The newest of the times that have passed; the older ones were missed while nothing ran. */
function latestDue(schedule: RowOf<'schedules'>, first: Date, now: number): Date {
  // Only the last day matters for the name of the run; what is older than that is passed over in one go.
  const from = Math.max(first.getTime() - 1, now - 86_400_000);
  const passed = nextRuns(schedule, from, 1500).filter((time) => time <= now);
  return new Date(passed.at(-1) ?? first.getTime());
}

/** The next time, or null when there is none any more. */
function followingRun(schedule: RowOf<'schedules'>, now: number): Date | null {
  try {
    const [next] = nextRuns(schedule, now, 1);
    return next === undefined ? null : new Date(next);
  } catch (error) {
    // The zone left the runtime's database: better silent than stuck in an endless loop.
    if (error instanceof AppError) return null;
    throw error;
  }
}
