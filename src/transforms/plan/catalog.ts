import { nearestName } from './nearest-name.ts';
import type { PlanColumn } from './relation.ts';

/** A table that recipes may read. */
export interface CatalogTable {
  /** Physical name, `source_<id>` or `transform_<id>`. */
  readonly name: string;
  readonly displayName: string;
  readonly columns: readonly PlanColumn[];
  /** Its rows have a position that the engine can tell (a table has, a view has not). */
  readonly hasRowPosition: boolean;
  /** Why it cannot be read yet: it is known, but nothing has made it so far. */
  readonly notYet?: string;
}

export type Catalog = readonly CatalogTable[];

/** Columns that the loader adds to every table; recipes do not see them. */
const SYSTEM_COLUMNS: ReadonlySet<string> = new Set(['_dlt_load_id', '_dlt_id']);

export function visibleColumns(table: CatalogTable): readonly PlanColumn[] {
  return table.columns.filter((column) => !SYSTEM_COLUMNS.has(column.name));
}

export type TableLookup =
  | { readonly found: CatalogTable }
  | { readonly found: null; readonly message: string; readonly suggestion: string | null };

/** A table whose columns nobody knows yet cannot be planned with. */
function orNotYet(table: CatalogTable): TableLookup {
  if (table.columns.length > 0 || table.notYet === undefined) return { found: table };
  return { found: null, message: table.notYet, suggestion: null };
}

/** A table by its physical name, else by its display name when exactly one table is called so. */
export function findTable(catalog: Catalog, reference: string): TableLookup {
  const physical = catalog.find((table) => table.name === reference);
  if (physical !== undefined) return orNotYet(physical);
  const named = catalog.filter((table) => table.displayName === reference);
  if (named.length === 1 && named[0] !== undefined) return orNotYet(named[0]);
  if (named.length > 1) {
    return {
      found: null,
      message: `${named.length} tables are called “${reference}”. Choose one of them again.`,
      suggestion: named[0]?.name ?? null,
    };
  }
  const nearest = nearestName(
    reference,
    catalog.flatMap((table) => [table.name, table.displayName]),
  );
  return {
    found: null,
    message: `There is no table “${reference}”.${nearest === null ? '' : ` Did you mean “${nearest}”?`}`,
    suggestion: nearest,
  };
}
