import type { RunTrigger } from '#contracts/pipelines';
import type { MetadataTransaction } from '#platform/database/database';
import { newId, type OrganizationId, type PipelineId, type RunId, type SourceId } from '#platform/ids';
import { queuePipelineRun } from './queue-pipeline-run.ts';

/**
 * Queues the runs of the pipelines that run when new data has come: a source of theirs was loaded by something else, for
 * instance since somebody gave it a new file. In the transaction in which that run ends, so each runs once for it,
 * whatever dies. The workers' reconciliation starts them.
 *
 * What began by itself in this way, or after another pipeline, sets off no further arrival: two pipelines with the same
 * source would wake each other for ever.
 */
export async function queueArrivals(
  trx: MetadataTransaction,
  organizationId: OrganizationId,
  run: { readonly id: RunId; readonly pipelineId: PipelineId | null; readonly trigger: RunTrigger },
  loaded: readonly SourceId[],
): Promise<void> {
  if (loaded.length === 0 || run.trigger === 'arrival' || run.trigger === 'after') return;
  const waiting = await trx
    .selectFrom('schedules')
    .select(['pipeline_id', 'overlap'])
    .where('organization_id', '=', organizationId)
    .where('frequency', '=', 'arrival')
    .where('is_active', '=', true)
    .where((where) =>
      where.exists(
        where
          .selectFrom('pipeline_sources as read')
          .select('read.source_id')
          .whereRef('read.pipeline_id', '=', 'schedules.pipeline_id')
          .where('read.source_id', 'in', [...loaded]),
      ),
    )
    .orderBy('pipeline_id')
    .execute();
  for (const each of waiting) {
    if (each.pipeline_id === run.pipelineId) continue;
    await queuePipelineRun(trx, newId, {
      organizationId,
      pipelineId: each.pipeline_id,
      trigger: 'arrival',
      overlap: each.overlap,
      because: `arrival ${run.id}`,
    });
  }
}
