import type { Pipeline } from '#contracts/pipelines';
import type { Actor } from '#platform/actor';
import type { MetadataTransaction } from '#platform/database/database';
import type { RowOf } from '#platform/database/tables';
import { AppError } from '#platform/errors';
import type { OrganizationId, PipelineId } from '#platform/ids';
import type { Services } from '#platform/services';
import { readCursor, writeCursor } from './page-cursor.ts';
import { presentRuns, runColumns } from './runs/present-run.ts';
import { presentSchedule } from './schedule/present-schedule.ts';

/** Pipelines as the API shows them, in the order given, with few statements for any number of them. */
async function presentPipelines(
  trx: MetadataTransaction,
  organizationId: OrganizationId,
  rows: readonly RowOf<'pipelines'>[],
  now: number,
): Promise<Pipeline[]> {
  if (rows.length === 0) return [];
  const ids = rows.map((row) => row.id);
  const sources = await trx
    .selectFrom('pipeline_sources')
    .select(['pipeline_id', 'source_id'])
    .where('organization_id', '=', organizationId)
    .where('pipeline_id', 'in', ids)
    .orderBy('position')
    .execute();
  const transformations = await trx
    .selectFrom('pipeline_transformations')
    .select(['pipeline_id', 'transformation_id'])
    .where('organization_id', '=', organizationId)
    .where('pipeline_id', 'in', ids)
    .orderBy('position')
    .execute();
  const schedules = await trx
    .selectFrom('schedules')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .where('pipeline_id', 'in', ids)
    .execute();
  const lastRows = await trx
    .selectFrom('pipeline_runs')
    .distinctOn('pipeline_id')
    .select(runColumns)
    .where('organization_id', '=', organizationId)
    .where('pipeline_id', 'in', ids)
    .orderBy('pipeline_id')
    .orderBy('queued_at', 'desc')
    .orderBy('id', 'desc')
    .execute();
  const lastRuns = new Map(
    (await presentRuns(trx, organizationId, lastRows)).map((run) => [run.pipeline_id, run]),
  );
  const scheduleOf = new Map(schedules.map((schedule) => [schedule.pipeline_id, schedule]));
  return rows.map((row) => {
    const schedule = scheduleOf.get(row.id);
    const lastRun = lastRuns.get(row.id) ?? null;
    return {
      id: row.id,
      name: row.name,
      source_ids: sources.filter((each) => each.pipeline_id === row.id).map((each) => each.source_id),
      transformation_ids: transformations
        .filter((each) => each.pipeline_id === row.id)
        .map((each) => each.transformation_id),
      on_failure: row.on_failure,
      schedule: schedule === undefined ? null : presentSchedule(schedule, now),
      last_run_at: lastRun === null ? null : (lastRun.started_at ?? lastRun.queued_at),
      last_run: lastRun,
      created_at: row.created_at.toISOString(),
    };
  });
}

/** One pipeline, in the caller's transaction. @throws AppError not_found */
export async function readPipeline(
  trx: MetadataTransaction,
  organizationId: OrganizationId,
  id: PipelineId,
  now: number,
): Promise<Pipeline> {
  const row = await trx
    .selectFrom('pipelines')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .executeTakeFirst();
  const [pipeline] = row === undefined ? [] : await presentPipelines(trx, organizationId, [row], now);
  if (pipeline === undefined) throw new AppError('not_found', 'There is no pipeline with this id.');
  return pipeline;
}

/** @throws AppError not_found */
export function getPipeline(
  services: Pick<Services, 'database' | 'clock'>,
  actor: Actor,
  id: string,
): Promise<Pipeline> {
  return services.database.withOrganization(
    actor.organizationId,
    (trx) => readPipeline(trx, actor.organizationId, id as PipelineId, services.clock.now()), // ids lose their brand in a URL
  );
}

/** Pipelines by name. */
export function listPipelines(
  services: Pick<Services, 'database' | 'clock'>,
  actor: Actor,
  page: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<{ items: Pipeline[]; next_cursor: string | null }> {
  const { organizationId } = actor;
  return services.database.withOrganization(organizationId, async (trx) => {
    let query = trx
      .selectFrom('pipelines')
      .selectAll()
      .where('organization_id', '=', organizationId)
      .orderBy('name')
      .orderBy('id')
      .limit(page.limit + 1);
    if (page.cursor !== undefined) {
      const [name, id] = readCursor(page.cursor);
      query = query.where((where) =>
        where(where.refTuple('name', 'id'), '>', where.tuple(name, id as PipelineId)),
      ); // as above
    }
    const rows = await query.execute();
    const shown = rows.slice(0, page.limit);
    const last = shown.at(-1);
    return {
      items: await presentPipelines(trx, organizationId, shown, services.clock.now()),
      next_cursor: rows.length > page.limit && last !== undefined ? writeCursor([last.name, last.id]) : null,
    };
  });
}
