import type { MetadataTransaction } from '#platform/database/database';
import { newId, type OrganizationId, type PipelineId, type RunId } from '#platform/ids';
import { queuePipelineRun } from './queue-pipeline-run.ts';

/** Pipelines that run after this one. */
export function followersOf(
  trx: MetadataTransaction,
  organizationId: OrganizationId,
  pipelineId: PipelineId,
) {
  return trx
    .selectFrom('schedules')
    .innerJoin('pipelines', 'pipelines.id', 'schedules.pipeline_id')
    .select(['pipelines.id', 'pipelines.name', 'schedules.overlap'])
    .where('schedules.organization_id', '=', organizationId)
    .where('schedules.frequency', '=', 'after')
    .where('schedules.is_active', '=', true)
    .where('schedules.after_pipeline_id', '=', pipelineId)
    .orderBy('pipelines.id')
    .execute();
}

/**
 * Queues the runs of the pipelines that run after this one, in the transaction in which its run succeeds: so each runs
 * once for it, whatever dies. The workers' reconciliation starts them.
 */
export async function queueFollowers(
  trx: MetadataTransaction,
  organizationId: OrganizationId,
  run: { readonly id: RunId; readonly pipelineId: PipelineId },
): Promise<void> {
  for (const follower of await followersOf(trx, organizationId, run.pipelineId)) {
    await queuePipelineRun(trx, newId, {
      organizationId,
      pipelineId: follower.id,
      trigger: 'after',
      overlap: follower.overlap,
      because: `after ${run.id}`,
    });
  }
}
