import type { MetadataTransaction } from '#platform/database/database';
import { AppError } from '#platform/errors';
import type { NewId, OrganizationId, SourceId, StepId, TransformationId } from '#platform/ids';
import { hostOfSource } from '#sources';
import { orderSteps } from './order-steps.ts';
import type { PlanStep, RunPlan } from './run-plan.ts';

export interface PlanContent {
  readonly sourceIds: readonly SourceId[];
  readonly transformationIds: readonly TransformationId[];
}

/**
 * Freezes what a run is to do: every source and transformation is a step, a transformation comes after the steps whose
 * tables it reads. Tables that are made outside of the plan are read as they stand.
 *
 * @throws AppError not_found when something does not exist in the organization; recipe_cycle
 */
export async function freezePlan(
  trx: MetadataTransaction,
  organizationId: OrganizationId,
  content: PlanContent,
  newId: NewId,
): Promise<RunPlan> {
  const sources = await trx
    .selectFrom('sources')
    .select(['id', 'name', 'type', 'config', 'warehouse_table_name'])
    .where('organization_id', '=', organizationId)
    .where('id', 'in', [...content.sourceIds, ''] as SourceId[]) // '' since `IN ()` is not SQL
    .execute();
  const transformations = await trx
    .selectFrom('transformations')
    .select(['id', 'name', 'version', 'recipe', 'output_table_name', 'depends_on'])
    // While somebody works on the next version, the one that was published runs.
    .select(['published_version', 'published_recipe', 'published_depends_on'])
    .where('organization_id', '=', organizationId)
    .where('id', 'in', [...content.transformationIds, ''] as TransformationId[]) // as above
    .execute();
  const sourceById = new Map(sources.map((source) => [source.id, source]));
  const transformationById = new Map(transformations.map((each) => [each.id, each]));

  const madeBy = new Map<string, StepId>();
  const syncs = content.sourceIds.map((id): PlanStep => {
    const source = sourceById.get(id);
    if (source === undefined)
      throw new AppError('not_found', 'There is no source with this id.', { where: { source: id } });
    const stepId = newId<StepId>();
    madeBy.set(source.warehouse_table_name, stepId);
    const host = hostOfSource(source.type, source.config);
    return { kind: 'sync', id: stepId, ref_id: id, name: source.name, after: [], ...(host && { host }) };
  });
  const planned = content.transformationIds.map((id) => {
    const transformation = transformationById.get(id);
    if (transformation === undefined) {
      throw new AppError('not_found', 'There is no transformation with this id.', {
        where: { transformation: id },
      });
    }
    const stepId = newId<StepId>();
    madeBy.set(`transform_${id}`, stepId);
    return { stepId, transformation };
  });
  const transforms = planned.map(({ stepId, transformation }): PlanStep => ({
    kind: 'transform',
    id: stepId,
    ref_id: transformation.id,
    name: transformation.name,
    after: [
      ...new Set(
        (transformation.published_depends_on ?? transformation.depends_on).flatMap(
          (table) => madeBy.get(mainTable(table)) ?? [],
        ),
      ),
    ],
    version: transformation.published_version ?? transformation.version,
    recipe: transformation.published_recipe ?? transformation.recipe,
    output_table_name: transformation.output_table_name,
  }));
  return { format: 1, steps: orderSteps([...syncs, ...transforms]) };
}

/** A source's further tables are called `source_<id>__<list>`, and are written together with `source_<id>`. */
function mainTable(name: string): string {
  return name.startsWith('source_') ? (name.split('__')[0] ?? name) : name;
}
