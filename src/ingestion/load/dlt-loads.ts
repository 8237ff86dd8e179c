import { AppError } from '#platform/errors';
import type { OrganizationWarehouse } from '#warehouse';

function loadsTable(warehouse: OrganizationWarehouse): string {
  return warehouse.capabilities.dialect.quoteTable({ schema: warehouse.schema, name: '_dlt_loads' });
}

/** Makes `_dlt_loads`, dlt's own table: a load is whole when its row is there. */
export async function ensureLoadsTable(warehouse: OrganizationWarehouse): Promise<void> {
  const { dialect } = warehouse.capabilities;
  const table = loadsTable(warehouse);
  const { rows } = await warehouse.read(
    `SELECT to_regclass(${dialect.quoteLiteral({ type: 'text', value: table })}) IS NOT NULL AS there`,
  );
  if (rows[0]?.['there'] === true) return;
  try {
    await warehouse.transaction((session) =>
      session.query(
        `CREATE TABLE IF NOT EXISTS ${table} (load_id text NOT NULL, schema_name text, status bigint NOT NULL, inserted_at timestamptz NOT NULL, schema_version_hash text)`,
      ),
    );
  } catch (error) {
    // Another first load made it at the same moment; if not, the insert will say so.
    if (!(error instanceof AppError) || error.code !== 'warehouse_error') throw error;
  }
}

/** The row that says a load is whole. */
export function recordLoadSql(warehouse: OrganizationWarehouse, loadId: string, schemaName: string): string {
  const literal = (value: string) => warehouse.capabilities.dialect.quoteLiteral({ type: 'text', value });
  return `INSERT INTO ${loadsTable(warehouse)} (load_id, schema_name, status, inserted_at) VALUES (${literal(loadId)}, ${literal(schemaName)}, 0, now())`;
}
