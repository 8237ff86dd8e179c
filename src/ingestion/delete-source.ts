import { sql } from 'kysely';
import type { Actor } from '#platform/actor';
import type { MetadataTransaction } from '#platform/database/database';
import { emitEvent } from '#platform/database/emit-event';
import type { RowOf } from '#platform/database/tables';
import { AppError, type ErrorDetail } from '#platform/errors';
import type { UploadId } from '#platform/ids';
import { findSource, removeUpload } from '#sources';
import type { WarehouseServices } from '#warehouse';

/**
 * Deletes a source, its table and its file.
 *
 * @param force also when transformations read its table or pipelines sync it.
 * @throws AppError not_found, in_use with what depends on it.
 */
export async function deleteSource(
  services: WarehouseServices,
  actor: Actor,
  id: string,
  force: boolean,
): Promise<void> {
  const source = await services.database.withOrganization(actor.organizationId, async (trx) => {
    const found = await findSource(trx, id);
    if (!force) await refuseIfUsed(trx, found);
    await trx.deleteFrom('sources').where('id', '=', found.id).execute();
    await emitEvent(trx, actor.organizationId, { type: 'changed', kind: 'source', ref_id: found.id });
    await emitEvent(trx, actor.organizationId, {
      type: 'changed',
      kind: 'table',
      ref_id: found.warehouse_table_name,
    });
    return found;
  });
  // The table goes last: a table without a source is only garbage, a source without its table would be a lie.
  const warehouse = await services.warehouse.forOrganization(actor.organizationId);
  const table = warehouse.capabilities.dialect.quoteTable({
    schema: warehouse.schema,
    name: source.warehouse_table_name,
  });
  await warehouse.transaction((session) => session.query(`DROP TABLE IF EXISTS ${table}`));
  await removeUnusedFile(services, actor, source);
}

async function refuseIfUsed(trx: MetadataTransaction, source: RowOf<'sources'>): Promise<void> {
  const transformations = await trx
    .selectFrom('transformations')
    .select(['id', 'name'])
    .where(sql<boolean>`${source.warehouse_table_name} = any(depends_on)`)
    .orderBy('name')
    .execute();
  const pipelines = await trx
    .selectFrom('pipelines')
    .innerJoin('pipeline_sources', 'pipeline_sources.pipeline_id', 'pipelines.id')
    .select(['pipelines.id', 'pipelines.name'])
    .where('pipeline_sources.source_id', '=', source.id)
    .orderBy('pipelines.name')
    .execute();
  const errors: ErrorDetail[] = [
    ...transformations.map((item) => ({
      path: `transformations.${item.id}`,
      message: `The transformation “${item.name}” reads it`,
      name: item.name,
    })),
    ...pipelines.map((item) => ({
      path: `pipelines.${item.id}`,
      message: `The pipeline “${item.name}” loads it`,
      name: item.name,
    })),
  ];
  if (errors.length === 0) return;
  throw new AppError(
    'in_use',
    `“${source.name}” is used by ${errors.map((error) => `“${String(error['name'])}”`).join(', ')}.`,
    {
      errors,
    },
  );
}

async function removeUnusedFile(
  services: WarehouseServices,
  actor: Actor,
  source: RowOf<'sources'>,
): Promise<void> {
  const uploadId = source.config['upload_id'];
  if (typeof uploadId !== 'string') return;
  const isUsed = await services.database.withOrganization(actor.organizationId, (trx) =>
    trx
      .selectFrom('sources')
      .select('id')
      .where(sql<boolean>`config ->> 'upload_id' = ${uploadId}`)
      .limit(1)
      .executeTakeFirst(),
  );
  if (isUsed === undefined) await removeUpload(services, actor.organizationId, uploadId as UploadId); // of our own config
}
