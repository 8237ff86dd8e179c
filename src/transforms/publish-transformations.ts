import type { Transformation } from '#contracts/transformations';
import type { Actor } from '#platform/actor';
import type { MetadataTransaction } from '#platform/database/database';
import { emitEvent } from '#platform/database/emit-event';
import type { RowOf } from '#platform/database/tables';
import type { OrganizationId, TransformationId } from '#platform/ids';
import type { Services } from '#platform/services';
import { transformTable } from './load-catalog.ts';
import { findTransformation, readTransformation } from './queries.ts';

/** Nothing is apart: the newest version is what pipelines run. */
export const nothingApart = {
  published_version: null,
  published_recipe: null,
  published_depends_on: null,
} as const;

/**
 * What to keep apart when a row gets another recipe as a draft: the version that pipelines go on running. Before the
 * first result there is nothing that anybody relies on, and a draft is what runs.
 */
export async function keptApart(trx: MetadataTransaction, row: RowOf<'transformations'>) {
  if (row.published_version !== null) return {};
  const result = await trx
    .selectFrom('warehouse_tables')
    .select('name')
    .where('name', '=', transformTable(row.id))
    .executeTakeFirst();
  if (result === undefined) return nothingApart;
  return {
    published_version: row.version,
    published_recipe: JSON.stringify(row.recipe),
    published_depends_on: row.depends_on,
  };
}

/** From now on pipelines run the newest version of these transformations, in the caller's transaction. */
export async function publishTransformations(
  trx: MetadataTransaction,
  organizationId: OrganizationId,
  ids: readonly TransformationId[],
): Promise<void> {
  if (ids.length === 0) return;
  const published = await trx
    .updateTable('transformations')
    .set(nothingApart)
    .where('organization_id', '=', organizationId)
    .where('id', 'in', ids)
    .where('published_version', 'is not', null)
    .returning('id')
    .execute();
  for (const { id } of published) {
    // oxlint-disable-next-line no-await-in-loop -- a transaction does one thing at a time
    await emitEvent(trx, organizationId, { type: 'changed', kind: 'transformation', ref_id: id });
  }
}

/** @throws AppError not_found */
export function publishTransformation(services: Services, actor: Actor, id: string): Promise<Transformation> {
  return services.database.withOrganization(actor.organizationId, async (trx) => {
    const row = await findTransformation(trx, id, { lock: true });
    await publishTransformations(trx, actor.organizationId, [row.id]);
    return readTransformation(trx, actor, row.id);
  });
}
