import type { TableProfile } from '#contracts/warehouse';
import type { Actor } from '#platform/actor';
import { exportColumns } from './export/export-cell.ts';
import { profileColumns } from './profile-columns.ts';
import { findTable } from './queries.ts';
import type { WarehouseServices } from './services.ts';

const SAMPLE_ROWS = 100_000;
const TOP_VALUES = 8;
const TIMEOUT_MS = 60_000;

/**
 * Statistics of every column: of all rows up to 100,000 or when that is asked for, else of a sample of about as many
 * whole pages, the same sample each time, and labelled as one.
 */
export async function profileTable(
  services: WarehouseServices,
  actor: Actor,
  name: string,
  query: { readonly full: boolean },
  signal: AbortSignal,
): Promise<TableProfile> {
  const table = await services.database.withOrganization(actor.organizationId, (trx) => findTable(trx, name));
  const warehouse = await services.warehouse.forOrganization(actor.organizationId);
  const { dialect } = warehouse.capabilities;
  const rows = table.row_count ?? 0;
  const sampled = rows > SAMPLE_ROWS && !query.full;
  const quoted = dialect.quoteTable({ schema: warehouse.schema, name: table.name });
  const from = sampled
    ? `${quoted} TABLESAMPLE SYSTEM (${((100 * SAMPLE_ROWS) / rows).toFixed(4)}) REPEATABLE (1)`
    : quoted;
  const own = new Set(exportColumns(table.columns).map((column) => column.name));
  const profile = await profileColumns(
    warehouse,
    table.columns.filter((column) => own.has(column.name)),
    { withClause: '', from },
    TOP_VALUES,
    { signal, timeoutMs: TIMEOUT_MS },
  );
  return { columns: profile.columns, sampled, sample_rows: profile.rows };
}
