import type { Frequency, Schedule } from '#contracts/pipelines';
import type { Actor } from '#platform/actor';
import { emitEvent } from '#platform/database/emit-event';
import { AppError } from '#platform/errors';
import type { PipelineId } from '#platform/ids';
import type { Services } from '#platform/services';
import { nextRuns, type ScheduleTimes } from './next-runs.ts';
import { presentSchedule } from './present-schedule.ts';

export interface ScheduleInput {
  readonly frequency: Frequency;
  readonly run_at?: string | null | undefined;
  readonly day_of_week?: number | null | undefined;
  readonly cron?: string | null | undefined;
  readonly timezone?: string | undefined;
  readonly is_active?: boolean | undefined;
}

/** Early enough that people find the result when they come, late enough that the day before is complete. */
const DEFAULT_TIME = '06:00';

/** Keeps of the input what the frequency uses, so that a schedule says nothing that does not hold. */
function timesOf(input: ScheduleInput, timezone: string): ScheduleTimes {
  const { frequency } = input;
  const timed = frequency === 'hourly' || frequency === 'daily' || frequency === 'weekly';
  if (frequency === 'cron' && (input.cron ?? '').trim() === '') {
    throw new AppError('schedule_invalid', 'Give the cron expression.', {
      errors: [{ path: 'cron', message: 'For instance 0 6 * * mon-fri' }],
    });
  }
  return {
    frequency,
    run_at: timed ? (input.run_at ?? (frequency === 'hourly' ? '00:00' : DEFAULT_TIME)) : null,
    day_of_week: frequency === 'weekly' ? (input.day_of_week ?? 0) : null,
    cron: frequency === 'cron' ? (input.cron ?? '').trim() : null,
    timezone,
  };
}

/**
 * Sets when a pipeline runs by itself, in the organization's timezone unless another is given.
 *
 * @throws AppError not_found; schedule_invalid when it can never fire
 */
export async function setSchedule(
  services: Pick<Services, 'database' | 'clock'>,
  actor: Actor,
  pipelineId: string,
  input: ScheduleInput,
): Promise<Schedule> {
  const { organizationId } = actor;
  const id = pipelineId as PipelineId; // ids lose their brand in a URL
  const now = services.clock.now();
  return services.database.withOrganization(organizationId, async (trx) => {
    const pipeline = await trx
      .selectFrom('pipelines')
      .innerJoin('organizations', 'organizations.id', 'pipelines.organization_id')
      .leftJoin('schedules', 'schedules.pipeline_id', 'pipelines.id')
      .select(['organizations.timezone', 'schedules.is_active'])
      .where('pipelines.organization_id', '=', organizationId)
      .where('pipelines.id', '=', id)
      .executeTakeFirst();
    if (pipeline === undefined) throw new AppError('not_found', 'There is no pipeline with this id.');
    const times = timesOf(input, input.timezone ?? pipeline.timezone);
    // Refused here, also when it is paused: it would be refused when it is resumed.
    const [next] = nextRuns(times, now, 1);
    const isActive = input.is_active ?? pipeline.is_active ?? true;
    const values = {
      ...times,
      is_active: isActive,
      next_run_at: isActive && next !== undefined ? new Date(next) : null,
      updated_at: new Date(now),
    };
    const row = await trx
      .insertInto('schedules')
      .values({ pipeline_id: id, organization_id: organizationId, ...values })
      .onConflict((conflict) => conflict.column('pipeline_id').doUpdateSet(values))
      .returningAll()
      .executeTakeFirstOrThrow();
    await emitEvent(trx, organizationId, { type: 'changed', kind: 'pipeline', ref_id: id });
    return presentSchedule(row, now);
  });
}
