import { sql } from 'kysely';
import type { Actor } from '#platform/actor';
import type { MetadataTransaction } from '#platform/database/database';
import type { RowOf } from '#platform/database/tables';
import { AppError } from '#platform/errors';
import type { Services } from '#platform/services';
import type { WarehouseTable } from '#contracts/warehouse';

export function presentTable(row: RowOf<'warehouse_tables'>): WarehouseTable {
  return {
    name: row.name,
    display_name: row.display_name,
    kind: row.kind,
    source_id: row.source_id,
    transformation_id: row.transformation_id,
    description: row.description,
    columns: row.columns,
    row_count: row.row_count,
    size_bytes: row.size_bytes,
    updated_at: row.updated_at.toISOString(),
  };
}

/** Tables by name; `cursor` is the last name of the page before. */
export async function listTables(
  services: Services,
  actor: Actor,
  page: { limit: number; cursor?: string | undefined },
): Promise<{ items: WarehouseTable[]; next_cursor: string | null }> {
  const rows = await services.database.withOrganization(actor.organizationId, (trx) => {
    const query = trx
      .selectFrom('warehouse_tables')
      .selectAll()
      .orderBy('name')
      .limit(page.limit + 1);
    return (page.cursor === undefined ? query : query.where('name', '>', page.cursor)).execute();
  });
  const items = rows.slice(0, page.limit).map(presentTable);
  return { items, next_cursor: rows.length > page.limit ? (items.at(-1)?.name ?? null) : null };
}

/** A table of the organization by its physical name. @throws AppError not_found */
export async function findTable(
  trx: MetadataTransaction,
  name: string,
  options: { readonly lock?: boolean } = {},
): Promise<RowOf<'warehouse_tables'>> {
  const query = trx.selectFrom('warehouse_tables').selectAll().where('name', '=', name);
  const row = await (options.lock === true ? query.forUpdate() : query).executeTakeFirst();
  if (row === undefined) throw new AppError('not_found', 'There is no table with this name.');
  return row;
}

/** One table with the transformations that read it and the pipelines that write it. */
export async function getTable(services: Services, actor: Actor, name: string) {
  return services.database.withOrganization(actor.organizationId, async (trx) => {
    const table = await findTable(trx, name);
    const transformations = await trx
      .selectFrom('transformations')
      .select(['id', 'name'])
      .where(sql<boolean>`${name} = any(reads)`)
      .orderBy('name')
      .execute();
    const pipelines = await trx
      .selectFrom('pipelines')
      .select(['id', 'name'])
      .where((where) =>
        where.or([
          where.exists(
            where
              .selectFrom('pipeline_sources')
              .select('source_id')
              .whereRef('pipeline_sources.pipeline_id', '=', 'pipelines.id')
              .where('pipeline_sources.source_id', '=', table.source_id),
          ),
          where.exists(
            where
              .selectFrom('pipeline_transformations')
              .select('transformation_id')
              .whereRef('pipeline_transformations.pipeline_id', '=', 'pipelines.id')
              .where('pipeline_transformations.transformation_id', '=', table.transformation_id),
          ),
        ]),
      )
      .orderBy('name')
      .execute();
    return {
      ...presentTable(table),
      parts: await partsOf(trx, table),
      used_by: [
        ...transformations.map((item) => ({
          kind: 'transformation' as const,
          id: item.id as string,
          name: item.name,
        })),
        ...pipelines.map((item) => ({ kind: 'pipeline' as const, id: item.id as string, name: item.name })),
      ],
    };
  });
}

const partName = /^(.+)__part_(\d+)$/;

/** All tables of one that was too wide, by the names that the loader gives them; empty for one that is whole. */
async function partsOf(trx: MetadataTransaction, table: RowOf<'warehouse_tables'>) {
  if (table.source_id === null) return [];
  const rows = await trx
    .selectFrom('warehouse_tables')
    .select(['name', 'display_name', 'columns'])
    .where('source_id', '=', table.source_id)
    .execute();
  const root = partName.exec(table.name)?.[1] ?? table.name;
  const parts = rows.flatMap(({ name, display_name, columns }) => {
    const [, of, place] = partName.exec(name) ?? [];
    // A list may be called "part 2" too: its rows have a parent.
    const isList = columns.some((column) => column.name === '_dlt_parent_id');
    const own = columns.filter((column) => !column.name.startsWith('_dlt_')).length;
    if (name !== root && (of !== root || isList)) return [];
    return [{ name, display_name, columns: own, place: Number(place ?? 1) }];
  });
  if (parts.length < 2 || !parts.some(({ name }) => name === table.name)) return [];
  return parts.toSorted((a, b) => a.place - b.place).map(({ place: _place, ...part }) => part);
}
