import type { TableColumn } from '#contracts/warehouse';
import type { MetadataTransaction } from '#platform/database/database';
import { emitEvent } from '#platform/database/emit-event';
import type { OrganizationId, SourceId, TransformationId } from '#platform/ids';
import type { OrganizationWarehouse } from './port.ts';

export interface TableRecord {
  readonly organizationId: OrganizationId;
  readonly name: string;
  readonly displayName: string;
  readonly kind: 'source' | 'transform' | 'view';
  readonly sourceId?: SourceId;
  readonly transformationId?: TransformationId;
  readonly columns: readonly TableColumn[];
  /** null for a view, whose rows are those of this moment. */
  readonly rowCount: number | null;
  readonly sizeBytes: number | null;
  /** Run that wrote the content. */
  readonly runToken: string;
  /** Views that the publication of this table ended. */
  readonly lostViews?: readonly string[];
}

/** Forgets tables that are no longer there. */
export async function forgetTables(
  trx: MetadataTransaction,
  organizationId: OrganizationId,
  names: readonly string[],
): Promise<void> {
  if (names.length === 0) return;
  await trx
    .deleteFrom('warehouse_tables')
    .where('organization_id', '=', organizationId)
    .where('name', 'in', names)
    .execute();
  for (const name of names) {
    await emitEvent(trx, organizationId, { type: 'changed', kind: 'table', ref_id: name });
  }
}

/**
 * Keeps what is known of a table after its content changed. Descriptions that people wrote stay with the column of
 * the same name.
 */
export async function recordTable(trx: MetadataTransaction, table: TableRecord): Promise<void> {
  const before = await trx
    .selectFrom('warehouse_tables')
    .select('columns')
    .where('organization_id', '=', table.organizationId)
    .where('name', '=', table.name)
    .forUpdate()
    .executeTakeFirst();
  const descriptions = new Map(before?.columns.map((column) => [column.name, column.description]));
  const columns = table.columns.map((column) => ({
    ...column,
    description: column.description ?? descriptions.get(column.name) ?? null,
  }));
  await forgetTables(trx, table.organizationId, table.lostViews ?? []);
  const content = {
    kind: table.kind,
    display_name: table.displayName,
    columns: JSON.stringify(columns),
    row_count: table.rowCount,
    size_bytes: table.sizeBytes,
    run_token: table.runToken,
    updated_at: new Date(),
  };
  await trx
    .insertInto('warehouse_tables')
    .values({
      organization_id: table.organizationId,
      name: table.name,
      source_id: table.sourceId ?? null,
      transformation_id: table.transformationId ?? null,
      ...content,
    })
    .onConflict((conflict) => conflict.columns(['organization_id', 'name']).doUpdateSet(content))
    .execute();
  await emitEvent(trx, table.organizationId, { type: 'changed', kind: 'table', ref_id: table.name });
}

/** Bytes on disk of a table with its indexes; null when the engine does not say. */
export async function tableSize(warehouse: OrganizationWarehouse, name: string): Promise<number | null> {
  const { dialect } = warehouse.capabilities;
  const table = dialect.quoteTable({ schema: warehouse.schema, name });
  const result = await warehouse.read(
    `SELECT pg_total_relation_size(${dialect.quoteLiteral({ type: 'text', value: table })}::regclass) AS size`,
  );
  const size = result.rows[0]?.['size'];
  return typeof size === 'number' ? size : null;
}
