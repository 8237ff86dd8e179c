import type { PipelineRun } from '#contracts/pipelines';
import type { Actor } from '#platform/actor';
import { AppError } from '#platform/errors';
import type { PipelineId, RunId } from '#platform/ids';
import type { Services } from '#platform/services';
import { readCursor, writeCursor } from '../page-cursor.ts';
import { presentRuns, runColumns } from './present-run.ts';

/** One run with its steps. @throws AppError not_found */
export function getRun(services: Pick<Services, 'database'>, actor: Actor, id: string): Promise<PipelineRun> {
  const { organizationId } = actor;
  return services.database.withOrganization(organizationId, async (trx) => {
    const row = await trx
      .selectFrom('pipeline_runs')
      .select(runColumns)
      .where('organization_id', '=', organizationId)
      .where('id', '=', id as RunId) // ids lose their brand in a URL
      .executeTakeFirst();
    const [run] = row === undefined ? [] : await presentRuns(trx, organizationId, [row]);
    if (run === undefined) throw new AppError('not_found', 'There is no run with this id.');
    return run;
  });
}

/** Runs of a pipeline, newest first. @throws AppError not_found */
export function listPipelineRuns(
  services: Pick<Services, 'database'>,
  actor: Actor,
  pipelineId: string,
  page: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<{ items: PipelineRun[]; next_cursor: string | null }> {
  const { organizationId } = actor;
  const id = pipelineId as PipelineId; // ids lose their brand in a URL
  return services.database.withOrganization(organizationId, async (trx) => {
    const pipeline = await trx
      .selectFrom('pipelines')
      .select('id')
      .where('organization_id', '=', organizationId)
      .where('id', '=', id)
      .executeTakeFirst();
    if (pipeline === undefined) throw new AppError('not_found', 'There is no pipeline with this id.');
    let query = trx
      .selectFrom('pipeline_runs')
      .select(runColumns)
      .where('organization_id', '=', organizationId)
      .where('pipeline_id', '=', id)
      .orderBy('queued_at', 'desc')
      .orderBy('id', 'desc')
      .limit(page.limit + 1);
    if (page.cursor !== undefined) {
      const [, lastId] = readCursor(page.cursor);
      // The database keeps microseconds and a Date milliseconds, so the run itself says when it was queued.
      query = query.where((where) =>
        where(
          where.refTuple('queued_at', 'id'),
          '<',
          where
            .selectFrom('pipeline_runs as last')
            .select(['last.queued_at', 'last.id'])
            .where('last.id', '=', lastId as RunId) // as above
            .$asTuple('queued_at', 'id'),
        ),
      );
    }
    const rows = await query.execute();
    const shown = rows.slice(0, page.limit);
    const last = shown.at(-1);
    return {
      items: await presentRuns(trx, organizationId, shown),
      next_cursor: rows.length > page.limit && last !== undefined ? writeCursor(['run', last.id]) : null,
    };
  });
}
