import type { RecipeStep } from '#contracts/recipe';
import { foldIdentifier, shortenIdentifier } from '#warehouse';
import { visibleColumns, type CatalogTable } from '../catalog.ts';
import type { ColumnAlias, OrderKey, PlanColumn } from '../relation.ts';
import { PORTABLE_NAME_BYTES, type StepContext, type StepResult } from '../step-context.ts';

/** Names of a table's columns in a relation: the same, unless two differ in case only. */
function aliases(table: CatalogTable): { columns: PlanColumn[]; items: ColumnAlias[] } {
  const taken = new Set<string>();
  const columns: PlanColumn[] = [];
  const items: ColumnAlias[] = [];
  for (const column of visibleColumns(table)) {
    const name = shortenIdentifier(column.name, taken, PORTABLE_NAME_BYTES);
    taken.add(foldIdentifier(name));
    columns.push({ ...column, name });
    items.push({ from: column.name, to: name, type: column.type });
  }
  return { columns, items };
}

export function orderByAll(columns: readonly PlanColumn[]): OrderKey[] {
  return columns.map(({ name, type }) => ({ name, type, descending: false }));
}

export function planSource(step: Extract<RecipeStep, { type: 'source' }>, context: StepContext): StepResult {
  const table = context.table('table', step.table);
  if (table === undefined) return { output: { ...context.input, incomplete: true }, operation: null };
  const { columns, items } = aliases(table);
  const { totalOrder } = context.settings;
  const rowPosition = totalOrder && table.hasRowPosition ? `_dalgo_row_${context.index + 1}` : null;
  const position: OrderKey[] =
    rowPosition === null ? orderByAll(columns) : [{ name: rowPosition, type: null, descending: false }];
  return {
    output: {
      columns,
      hidden: rowPosition === null ? [] : [rowPosition],
      order: [],
      ties: totalOrder ? position : [],
      incomplete: false,
    },
    operation: { kind: 'scan', table: table.name, columns: items, rowPosition },
  };
}
