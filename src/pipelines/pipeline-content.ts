import type { MetadataTransaction } from '#platform/database/database';
import type { OrganizationId, PipelineId } from '#platform/ids';
import type { PlanContent } from './runs/freeze-plan.ts';

/** What a pipeline runs, in the order in which people put it. */
export async function pipelineContent(
  trx: MetadataTransaction,
  organizationId: OrganizationId,
  pipelineId: PipelineId,
): Promise<PlanContent> {
  const sources = await trx
    .selectFrom('pipeline_sources')
    .select('source_id')
    .where('organization_id', '=', organizationId)
    .where('pipeline_id', '=', pipelineId)
    .orderBy('position')
    .execute();
  const transformations = await trx
    .selectFrom('pipeline_transformations')
    .select('transformation_id')
    .where('organization_id', '=', organizationId)
    .where('pipeline_id', '=', pipelineId)
    .orderBy('position')
    .execute();
  return {
    sourceIds: sources.map((row) => row.source_id),
    transformationIds: transformations.map((row) => row.transformation_id),
  };
}
