import type { Actor } from '#platform/actor';
import type { Services } from '#platform/services';
import { nextRuns } from './next-runs.ts';
import { timesOf, type ScheduleInput } from './schedule-input.ts';

/** The next five times of a schedule that is not saved. @throws AppError schedule_invalid */
export async function previewSchedule(
  services: Pick<Services, 'database' | 'clock'>,
  actor: Actor,
  input: ScheduleInput,
): Promise<{ next_runs: string[] }> {
  const { timezone } = await services.database.withOrganization(actor.organizationId, (trx) =>
    trx
      .selectFrom('organizations')
      .select('timezone')
      .where('id', '=', actor.organizationId)
      .executeTakeFirstOrThrow(),
  );
  const times = nextRuns(timesOf(input, input.timezone ?? timezone), services.clock.now(), 5);
  return { next_runs: times.map((time) => new Date(time).toISOString()) };
}
