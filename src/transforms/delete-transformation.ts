import { sql } from 'kysely';
import type { Actor } from '#platform/actor';
import { emitEvent } from '#platform/database/emit-event';
import { AppError } from '#platform/errors';
import { dropTables, forgetTables, type WarehouseServices } from '#warehouse';
import { transformTable } from './load-catalog.ts';
import { findTransformation } from './queries.ts';

/**
 * Deletes a transformation, its versions and its table.
 *
 * @param options.force also when other transformations read its table or pipelines run it.
 * @throws AppError not_found; in_use with what depends on it
 */
export async function deleteTransformation(
  services: WarehouseServices,
  actor: Actor,
  id: string,
  options: { readonly force: boolean },
): Promise<void> {
  const table = await services.database.withOrganization(actor.organizationId, async (trx) => {
    const row = await findTransformation(trx, id, { lock: true });
    const name = transformTable(row.id);
    if (!options.force) {
      const readers = await trx
        .selectFrom('transformations')
        .select(['id', 'name'])
        .where(sql<boolean>`${name} = any(reads)`)
        .where('id', '<>', row.id)
        .execute();
      const pipelines = await trx
        .selectFrom('pipelines')
        .innerJoin('pipeline_transformations', 'pipeline_transformations.pipeline_id', 'pipelines.id')
        .select(['pipelines.id', 'pipelines.name'])
        .where('pipeline_transformations.transformation_id', '=', row.id)
        .execute();
      const dependents = [
        ...readers.map((each) => ({
          path: `transformations.${each.id}`,
          message: `The transformation “${each.name}” reads its table.`,
        })),
        ...pipelines.map((each) => ({
          path: `pipelines.${each.id}`,
          message: `The pipeline “${each.name}” runs it.`,
        })),
      ];
      if (dependents.length > 0) {
        throw new AppError(
          'in_use',
          `“${row.name}” is still used: ${dependents.map((each) => each.message).join(' ')}`,
          {
            errors: dependents,
          },
        );
      }
    }
    await trx.deleteFrom('transformations').where('id', '=', row.id).execute();
    await emitEvent(trx, actor.organizationId, { type: 'changed', kind: 'transformation', ref_id: row.id });
    await emitEvent(trx, actor.organizationId, { type: 'changed', kind: 'table', ref_id: name });
    return name;
  });
  const warehouse = await services.warehouse.forOrganization(actor.organizationId);
  const lostViews = await dropTables(warehouse, [table]);
  await services.database.withOrganization(actor.organizationId, (trx) =>
    forgetTables(trx, actor.organizationId, lostViews),
  );
}
