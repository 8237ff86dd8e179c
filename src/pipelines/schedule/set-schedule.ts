import { sql } from 'kysely';
import type { Schedule } from '#contracts/pipelines';
import type { Actor } from '#platform/actor';
import type { MetadataTransaction } from '#platform/database/database';
import { emitEvent } from '#platform/database/emit-event';
import { AppError } from '#platform/errors';
import type { OrganizationId, PipelineId } from '#platform/ids';
import type { Services } from '#platform/services';
import { nextRuns } from './next-runs.ts';
import { presentSchedule } from './present-schedule.ts';
import { timesOf, type ScheduleInput } from './schedule-input.ts';

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
      .select(['organizations.timezone', 'schedules.is_active', 'schedules.missed', 'schedules.overlap'])
      .where('pipelines.organization_id', '=', organizationId)
      .where('pipelines.id', '=', id)
      .executeTakeFirst();
    if (pipeline === undefined) throw new AppError('not_found', 'There is no pipeline with this id.');
    const times = timesOf(input, input.timezone ?? pipeline.timezone);
    // Refused here, also when it is paused: it would be refused when it is resumed.
    const [next] = nextRuns(times, now, 1);
    const isActive = input.is_active ?? pipeline.is_active ?? true;
    const after = await leaderOf(trx, organizationId, id, input);
    const values = {
      ...times,
      after_pipeline_id: after,
      missed: input.missed ?? pipeline.missed ?? 'run_once',
      overlap: input.overlap ?? pipeline.overlap ?? 'queue',
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

/**
 * The pipeline after which this one is to run.
 *
 * @throws AppError schedule_invalid when there is none, or when pipelines would run after each other for ever
 */
async function leaderOf(
  trx: MetadataTransaction,
  organizationId: OrganizationId,
  id: PipelineId,
  input: ScheduleInput,
): Promise<PipelineId | null> {
  if (input.frequency !== 'after') return null;
  const refuse = (message: string) =>
    new AppError('schedule_invalid', message, { errors: [{ path: 'after_pipeline_id', message }] });
  // Two that are set to follow each other at the same moment.
  await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`followers:${organizationId}`}, 0))`.execute(trx);
  const leader = await trx
    .selectFrom('pipelines')
    .select('id')
    .where('organization_id', '=', organizationId)
    .where('id', '=', (input.after_pipeline_id ?? '') as PipelineId) // ids lose their brand in JSON
    .executeTakeFirst();
  if (leader === undefined) throw refuse('Choose the pipeline after which this one runs.');
  const { rows } = await sql<{ id: string }>`
    WITH RECURSIVE before AS (
      SELECT ${leader.id}::text AS id
      UNION
      SELECT schedules.after_pipeline_id FROM schedules JOIN before ON schedules.pipeline_id = before.id
       WHERE schedules.organization_id = ${organizationId} AND schedules.frequency = 'after'
         AND schedules.after_pipeline_id IS NOT NULL
    ) SELECT id FROM before WHERE id = ${id}`.execute(trx);
  if (rows.length > 0) throw refuse('These pipelines would run after each other without an end.');
  return leader.id;
}
