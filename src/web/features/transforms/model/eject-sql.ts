import type { WarehouseTable } from '#contracts/warehouse';

/**
 * The SQL that steps compile to as one writes it in a SQL step: tables by the name of the table alone, since a step's
 * SQL sees only the organization's own.
 *
 * @param tables those whose physical names may stand in it
 */
export function ejectSql(sql: string, tables: readonly Pick<WarehouseTable, 'name'>[]): string {
  return tables.reduce(
    (text, { name }) => text.replaceAll(new RegExp(`"org_[a-z0-9]+"\\."${name}"`, 'g'), `"${name}"`),
    sql,
  );
}
