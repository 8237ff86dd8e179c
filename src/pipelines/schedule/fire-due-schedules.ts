import { sql } from 'kysely';
import { emitEvent } from '#platform/database/emit-event';
import { AppError } from '#platform/errors';
import type { OrganizationId, PipelineId, RunId } from '#platform/ids';
import type { Services } from '#platform/services';
import type { MetadataTransaction } from '#platform/database/database';
import type { RowOf } from '#platform/database/tables';
import { createSemaphore } from '../engine/semaphore.ts';
import { nextRuns } from './next-runs.ts';
import { queuePipelineRun } from './queue-pipeline-run.ts';
import { MISSED_AFTER_MS, tellOfMissedTimes } from './tell-of-missed-times.ts';

/** Schedules that are fired at the same time, each in a transaction of its own. */
const FIRED_AT_ONCE = 3;

export interface FiredRun {
  readonly organizationId: OrganizationId;
  readonly runId: RunId;
}

/**
 * Creates the runs of the schedules that are due. Any number of schedulers may do this at once: a due schedule is
 * locked by one and passed over by the others, and (pipeline, time) is unique.
 *
 * Times that passed while nothing ran fire once, not once each, or not at all, as the schedule says; people are told.
 * What happens while another run of the pipeline goes on, `queuePipelineRun` says.
 *
 * @param start is called with each run as soon as it is there; what it cannot start, the workers' reconciliation does.
 */
export async function fireDueSchedules(
  services: Pick<Services, 'database' | 'clock' | 'newId' | 'log'>,
  start: (organizationId: OrganizationId, runId: RunId) => Promise<void> = () => Promise.resolve(),
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
  const slots = createSemaphore(FIRED_AT_ONCE);
  const fire = async (organizationId: OrganizationId, pipelineId: PipelineId) => {
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
    if (runId === null) return;
    fired.push({ organizationId, runId });
    await start(organizationId, runId).catch((error: unknown) => {
      services.log.warn({ err: error, run_id: runId }, 'a run could not be started; it is tried again');
    });
  };
  await Promise.all(due.map((each) => slots.run(() => fire(each.organization_id, each.pipeline_id))));
  return fired;
}

/** Milliseconds until the next schedule is due: 0 or less when one is; undefined when none is set. */
export async function millisecondsUntilDue(
  services: Pick<Services, 'database'>,
): Promise<number | undefined> {
  const { rows } = await services.database.withSystem((trx) =>
    sql<{ ms: number | null }>`
      SELECT (extract(epoch FROM min(next_run_at) - clock_timestamp()) * 1000)::float8 AS ms
        FROM schedules WHERE is_active`.execute(trx),
  );
  return rows[0]?.ms ?? undefined;
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
  const times = dueTimes(schedule, schedule.next_run_at, now);
  const newest = times.at(-1) ?? now;
  const scheduledFor = new Date(newest);
  await trx
    .updateTable('schedules')
    .set({ next_run_at: followingRun(schedule, now), last_fired_at: scheduledFor })
    .where('organization_id', '=', organizationId)
    .where('pipeline_id', '=', pipelineId)
    .execute();
  await emitEvent(trx, organizationId, { type: 'changed', kind: 'pipeline', ref_id: pipelineId });
  const isSkipped = schedule.missed === 'skip' && now - newest > MISSED_AFTER_MS;
  await tellOfMissed(trx, organizationId, schedule, times, now, isSkipped);
  if (isSkipped) return null;
  const fired = await trx
    .selectFrom('pipeline_runs')
    .select('id')
    .where('organization_id', '=', organizationId)
    .where('pipeline_id', '=', pipelineId)
    .where('scheduled_for', '=', scheduledFor)
    .executeTakeFirst();
  if (fired !== undefined) return null;
  return queuePipelineRun(trx, services.newId, {
    organizationId,
    pipelineId,
    trigger: 'schedule',
    overlap: schedule.overlap,
    scheduledFor,
    because: scheduledFor.toISOString(),
  });
}

/** Tells that times were missed while nothing ran; the first of them is the one that the schedule was waiting for. */
async function tellOfMissed(
  trx: MetadataTransaction,
  organizationId: OrganizationId,
  schedule: RowOf<'schedules'>,
  times: readonly number[],
  now: number,
  isSkipped: boolean,
): Promise<void> {
  const [first, ...rest] = times.filter((time) => now - time > MISSED_AFTER_MS);
  if (first === undefined) return;
  const pipeline = await trx
    .selectFrom('pipelines')
    .select(['id', 'name'])
    .where('organization_id', '=', organizationId)
    .where('id', '=', schedule.pipeline_id)
    .executeTakeFirstOrThrow();
  await tellOfMissedTimes(trx, organizationId, {
    pipeline,
    timezone: schedule.timezone,
    times: [first, ...rest],
    outcome: isSkipped ? 'skipped' : 'runs_now',
  });
}

/**
 * The times that have passed, in order: the first that the schedule waited for, and those of the last day. What is
 * older than that is passed over in one go.
 */
function dueTimes(schedule: RowOf<'schedules'>, first: Date, now: number): number[] {
  const from = Math.max(first.getTime(), now - 86_400_000);
  const passed = nextRuns(schedule, from, 1500).filter((time) => time <= now);
  return [first.getTime(), ...passed];
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
