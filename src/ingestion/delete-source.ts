import { sql } from 'kysely';
import { fileConfig } from '#contracts/sources';
import type { Actor } from '#platform/actor';
import type { MetadataTransaction } from '#platform/database/database';
import { emitEvent } from '#platform/database/emit-event';
import type { RowOf } from '#platform/database/tables';
import { AppError, type ErrorDetail } from '#platform/errors';
import type { UploadId } from '#platform/ids';
import { forgetFiles } from './load/file-memory.ts';
import { forgetStreams } from './records/stream-memory.ts';
import { findSource, removeUpload } from '#sources';
import { dropTables, forgetTables, type WarehouseServices } from '#warehouse';

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
  const { source, tables } = await services.database.withOrganization(actor.organizationId, async (trx) => {
    const found = await findSource(trx, id);
    const tableNames = await tablesOf(trx, found);
    if (!force) await refuseIfUsed(trx, found, tableNames);
    await trx.deleteFrom('sources').where('id', '=', found.id).execute();
    await emitEvent(trx, actor.organizationId, { type: 'changed', kind: 'source', ref_id: found.id });
    for (const name of tableNames) {
      await emitEvent(trx, actor.organizationId, { type: 'changed', kind: 'table', ref_id: name });
    }
    return { source: found, tables: tableNames };
  });
  // The table goes last: a table without a source is only garbage, a source without its table would be a lie.
  const warehouse = await services.warehouse.forOrganization(actor.organizationId);
  const lostViews = await dropTables(warehouse, tables);
  await services.database.withOrganization(actor.organizationId, (trx) =>
    forgetTables(trx, actor.organizationId, lostViews),
  );
  await forgetStreams(warehouse, source.id);
  await forgetFiles(warehouse, source.warehouse_table_name);
  await removeUnusedFiles(services, actor, source);
}

/** Its own table, and those of its further streams and lists. */
async function tablesOf(trx: MetadataTransaction, source: RowOf<'sources'>): Promise<string[]> {
  const rows = await trx
    .selectFrom('warehouse_tables')
    .select('name')
    .where('source_id', '=', source.id)
    .orderBy('name')
    .execute();
  return [...new Set([source.warehouse_table_name, ...rows.map(({ name }) => name)])];
}

async function refuseIfUsed(
  trx: MetadataTransaction,
  source: RowOf<'sources'>,
  tables: readonly string[],
): Promise<void> {
  const transformations = await trx
    .selectFrom('transformations')
    .select(['id', 'name'])
    .where(sql<boolean>`reads && ${tables}::text[]`)
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

async function removeUnusedFiles(
  services: WarehouseServices,
  actor: Actor,
  source: RowOf<'sources'>,
): Promise<void> {
  const file = fileConfig.safeParse(source.config);
  if (!file.success) return;
  for (const { upload_id: uploadId } of [file.data, ...(file.data.additions ?? [])]) {
    const isUsed = await services.database.withOrganization(actor.organizationId, (trx) =>
      trx
        .selectFrom('sources')
        .select('id')
        .where(
          sql<boolean>`config ->> 'upload_id' = ${uploadId} OR config -> 'additions' @> jsonb_build_array(jsonb_build_object('upload_id', ${uploadId}::text))`,
        )
        .limit(1)
        .executeTakeFirst(),
    );
    if (isUsed === undefined) await removeUpload(services, actor.organizationId, uploadId as UploadId); // of our own config
  }
}
