import { setTimeout as sleep } from 'node:timers/promises';
import type { TableProfile } from '#contracts/warehouse';
import type { Actor } from '#platform/actor';
import { AppError } from '#platform/errors';
import { exportColumns } from './export/export-cell.ts';
import { PROFILE_SAMPLE_ROWS, profileColumns } from './profile-columns.ts';
import { findTable } from './queries.ts';
import type { WarehouseServices } from './services.ts';

const TOP_VALUES = 8;
const TIMEOUT_MS = 60_000;
const AGAIN_MS = 300;

/**
 * Statistics of every column: of all rows up to 20,000 or when that is asked for, else of a sample of about as many
 * whole pages, the same sample each time, and labelled as one.
 */
export async function profileTable(
  services: WarehouseServices,
  actor: Actor,
  name: string,
  query: { readonly full: boolean },
  signal: AbortSignal,
): Promise<TableProfile> {
  try {
    return await profileOnce(services, actor, name, query, signal);
  } catch (error) {
    // The table may have been published anew this moment, with columns of other types; what is known of them follows.
    if (!(error instanceof AppError) || error.code !== 'warehouse_error') throw error;
    await sleep(AGAIN_MS, undefined, { signal });
    return profileOnce(services, actor, name, query, signal);
  }
}

async function profileOnce(
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
  const sampled = rows > PROFILE_SAMPLE_ROWS && !query.full;
  const quoted = dialect.quoteTable({ schema: warehouse.schema, name: table.name });
  const from = sampled
    ? `${quoted} TABLESAMPLE SYSTEM (${((100 * PROFILE_SAMPLE_ROWS) / rows).toFixed(4)}) REPEATABLE (1)`
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
