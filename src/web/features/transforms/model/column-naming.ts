import type { TableColumn, WarehouseTable } from '#contracts/warehouse';
import type { Naming } from './step-words.ts';

/**
 * Names for the words of a step. Columns are looked up nearest first: in what the step gets, then in what earlier steps
 * had, so that a step whose column went away still reads well.
 */
export function columnNaming(
  columnLists: readonly (readonly TableColumn[])[],
  tables: readonly WarehouseTable[],
): Naming {
  const find = (reference: string): TableColumn | undefined => {
    for (const columns of columnLists) {
      const found =
        columns.find((column) => column.name === reference) ??
        columns.find((column) => column.display_name === reference);
      if (found !== undefined) return found;
    }
    return broughtColumn(reference, tables);
  };
  return {
    column: (reference) => find(reference)?.display_name ?? reference,
    columnType: (reference) => find(reference)?.type,
    table: (reference) => tables.find((table) => table.name === reference)?.display_name ?? reference,
  };
}

/** A column that a step would have brought from another table: `<table>_<column>`, in names that nobody should see. */
function broughtColumn(reference: string, tables: readonly WarehouseTable[]): TableColumn | undefined {
  for (const table of tables) {
    if (!reference.startsWith(`${table.name}_`)) continue;
    const column = table.columns.find((one) => reference === `${table.name}_${one.name}`);
    if (column !== undefined)
      return { ...column, display_name: `${table.display_name}_${column.display_name}` };
  }
  return undefined;
}

/** Columns of a stored table without the loader's own, which recipes do not see. */
export function visibleColumns(table: WarehouseTable | undefined): readonly TableColumn[] {
  return table?.columns.filter((column) => !column.name.startsWith('_dlt_')) ?? [];
}
