import { sql } from 'kysely';
import type { OrganizationId, StepId } from '#platform/ids';
import { dropStagingTables, stagingPrefix, type WarehouseServices } from '#warehouse';

/**
 * Drops what a step left half made: a try that lost its connection cannot remove its own table, and when no other try
 * follows nobody does. Tables of steps that wait or go on are left alone. Where the organizations' tables are in the
 * database of the metadata its catalogue tells of all of them at once.
 *
 * @returns how many tables were found to be nobody's.
 */
export async function removeStaging(
  services: Pick<WarehouseServices, 'database' | 'warehouse'>,
  signal: AbortSignal,
): Promise<number> {
  const prefix = stagingPrefix('');
  const { rows } = await services.database.withSystem((trx) =>
    sql<{ organization_id: OrganizationId; step_id: StepId; tables: number }>`
      SELECT substr(spaces.nspname, 5) AS organization_id, staged.step_id, count(*)::int AS tables
        FROM pg_class tables
        JOIN pg_namespace spaces ON spaces.oid = tables.relnamespace
        CROSS JOIN LATERAL (SELECT split_part(substr(tables.relname, length(${prefix}::text) + 1), '_', 1) AS step_id) staged
       WHERE starts_with(spaces.nspname, 'org_') AND starts_with(tables.relname, ${prefix}) AND tables.relkind IN ('r', 'v')
         AND NOT EXISTS (SELECT FROM run_steps WHERE run_steps.id = staged.step_id AND run_steps.status IN ('queued', 'running'))
         AND EXISTS (SELECT FROM run_steps WHERE run_steps.id = staged.step_id)
       GROUP BY 1, 2`.execute(trx),
  );
  let removed = 0;
  for (const row of rows) {
    if (signal.aborted) break;
    const warehouse = await services.warehouse.forOrganization(row.organization_id);
    await dropStagingTables(warehouse, row.step_id);
    removed += row.tables;
  }
  return removed;
}
