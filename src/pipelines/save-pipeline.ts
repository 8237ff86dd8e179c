import type { OnFailure, Pipeline } from '#contracts/pipelines';
import type { Actor } from '#platform/actor';
import type { MetadataTransaction } from '#platform/database/database';
import { emitEvent } from '#platform/database/emit-event';
import { AppError, type ErrorDetail } from '#platform/errors';
import type { OrganizationId, PipelineId, SourceId, TransformationId } from '#platform/ids';
import type { Services } from '#platform/services';
import { readPipeline } from './queries.ts';

export interface PipelineInput {
  readonly name: string;
  readonly source_ids: readonly string[];
  readonly transformation_ids: readonly string[];
  readonly on_failure?: OnFailure | undefined;
}

/** @throws AppError invalid_input naming the ids that the organization does not have */
export async function createPipeline(
  services: Pick<Services, 'database' | 'newId' | 'clock'>,
  actor: Actor,
  input: PipelineInput,
): Promise<Pipeline> {
  const { organizationId } = actor;
  const id = services.newId<PipelineId>();
  return services.database.withOrganization(organizationId, async (trx) => {
    await trx
      .insertInto('pipelines')
      .values({
        id,
        organization_id: organizationId,
        name: input.name,
        on_failure: input.on_failure ?? 'continue',
        created_by: actor.userId,
      })
      .execute();
    await setSources(trx, organizationId, id, input.source_ids);
    await setTransformations(trx, organizationId, id, input.transformation_ids);
    await emitEvent(trx, organizationId, { type: 'changed', kind: 'pipeline', ref_id: id });
    return readPipeline(trx, organizationId, id, services.clock.now());
  });
}

/** Changes the fields that are given. @throws AppError not_found, invalid_input */
export async function updatePipeline(
  services: Pick<Services, 'database' | 'clock'>,
  actor: Actor,
  pipelineId: string,
  input: { readonly [Field in keyof PipelineInput]?: PipelineInput[Field] | undefined },
): Promise<Pipeline> {
  const { organizationId } = actor;
  const id = pipelineId as PipelineId; // ids lose their brand in a URL
  return services.database.withOrganization(organizationId, async (trx) => {
    const updated = await trx
      .updateTable('pipelines')
      .set({
        updated_at: new Date(services.clock.now()),
        ...(input.name === undefined ? {} : { name: input.name }),
        ...(input.on_failure === undefined ? {} : { on_failure: input.on_failure }),
      })
      .where('organization_id', '=', organizationId)
      .where('id', '=', id)
      .returning('id')
      .executeTakeFirst();
    if (updated === undefined) throw new AppError('not_found', 'There is no pipeline with this id.');
    if (input.source_ids !== undefined) await setSources(trx, organizationId, id, input.source_ids);
    if (input.transformation_ids !== undefined) {
      await setTransformations(trx, organizationId, id, input.transformation_ids);
    }
    await emitEvent(trx, organizationId, { type: 'changed', kind: 'pipeline', ref_id: id });
    return readPipeline(trx, organizationId, id, services.clock.now());
  });
}

/**
 * Deletes a pipeline with its schedule and its history; its tables stay.
 *
 * @throws AppError not_found; in_use while a run of it is under way
 */
export async function deletePipeline(
  services: Pick<Services, 'database'>,
  actor: Actor,
  pipelineId: string,
): Promise<void> {
  const { organizationId } = actor;
  const id = pipelineId as PipelineId; // ids lose their brand in a URL
  await services.database.withOrganization(organizationId, async (trx) => {
    const pipeline = await trx
      .selectFrom('pipelines')
      .select('id')
      .where('organization_id', '=', organizationId)
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirst();
    if (pipeline === undefined) throw new AppError('not_found', 'There is no pipeline with this id.');
    const running = await trx
      .selectFrom('pipeline_runs')
      .select('id')
      .where('organization_id', '=', organizationId)
      .where('pipeline_id', '=', id)
      .where('status', 'in', ['queued', 'running'])
      .executeTakeFirst();
    if (running !== undefined) {
      throw new AppError('in_use', 'A run of this pipeline is under way.', { hint: 'Cancel the run first.' });
    }
    await trx
      .deleteFrom('pipelines')
      .where('organization_id', '=', organizationId)
      .where('id', '=', id)
      .execute();
    await emitEvent(trx, organizationId, { type: 'changed', kind: 'pipeline', ref_id: id });
  });
}

async function setSources(
  trx: MetadataTransaction,
  organizationId: OrganizationId,
  id: PipelineId,
  wanted: readonly string[],
): Promise<void> {
  const sourceIds = [...new Set(wanted)] as SourceId[]; // ids lose their brand in JSON; looked up below
  const found = await trx
    .selectFrom('sources')
    .select('id')
    .where('organization_id', '=', organizationId)
    .where('id', 'in', [...sourceIds, '' as SourceId]) // '' since `IN ()` is not SQL
    .execute();
  refuseUnknown('source', 'source_ids', wanted, new Set(found.map((row) => row.id)));
  await trx
    .deleteFrom('pipeline_sources')
    .where('organization_id', '=', organizationId)
    .where('pipeline_id', '=', id)
    .execute();
  if (sourceIds.length === 0) return;
  await trx
    .insertInto('pipeline_sources')
    .values(
      sourceIds.map((sourceId, position) => ({
        organization_id: organizationId,
        pipeline_id: id,
        source_id: sourceId,
        position,
      })),
    )
    .execute();
}

async function setTransformations(
  trx: MetadataTransaction,
  organizationId: OrganizationId,
  id: PipelineId,
  wanted: readonly string[],
): Promise<void> {
  const transformationIds = [...new Set(wanted)] as TransformationId[]; // as for sources
  const found = await trx
    .selectFrom('transformations')
    .select('id')
    .where('organization_id', '=', organizationId)
    .where('id', 'in', [...transformationIds, '' as TransformationId]) // as for sources
    .execute();
  refuseUnknown('transformation', 'transformation_ids', wanted, new Set(found.map((row) => row.id)));
  await trx
    .deleteFrom('pipeline_transformations')
    .where('organization_id', '=', organizationId)
    .where('pipeline_id', '=', id)
    .execute();
  if (transformationIds.length === 0) return;
  await trx
    .insertInto('pipeline_transformations')
    .values(
      transformationIds.map((transformationId, position) => ({
        organization_id: organizationId,
        pipeline_id: id,
        transformation_id: transformationId,
        position,
      })),
    )
    .execute();
}

function refuseUnknown(
  what: string,
  field: string,
  wanted: readonly string[],
  found: ReadonlySet<string>,
): void {
  const errors = wanted.flatMap((id, index): ErrorDetail[] =>
    found.has(id) ? [] : [{ path: `${field}.${index}`, message: `There is no ${what} with this id.` }],
  );
  if (errors.length > 0) {
    throw new AppError('invalid_input', `Some of the ${what}s do not exist.`, { errors });
  }
}
