import type { WarehouseTable } from '#contracts/warehouse';

export interface FoundTable {
  readonly table: WarehouseTable;
  /** Names of columns that match when the table's own name does not. */
  readonly columns: readonly string[];
}

/** Tables whose name or description, or one of whose columns, contains what was typed; names first. */
export function searchTables(tables: readonly WarehouseTable[], search: string): FoundTable[] {
  const word = search.trim().toLocaleLowerCase();
  if (word === '') return tables.map((table) => ({ table, columns: [] }));
  const has = (text: string) => text.toLocaleLowerCase().includes(word);
  const byName = tables.filter(
    (table) => has(table.display_name) || has(table.name) || has(table.description ?? ''),
  );
  const byColumn = tables
    .filter((table) => !byName.includes(table))
    .map((table) => ({
      table,
      columns: table.columns
        .filter((column) => has(column.display_name) || has(column.description ?? ''))
        .map((column) => column.display_name),
    }))
    .filter(({ columns }) => columns.length > 0);
  return [...byName.map((table) => ({ table, columns: [] })), ...byColumn];
}
