export interface StackedColumns {
  /** Names that every table has. */
  readonly shared: number;
  /** Names that only some have, and in which tables: the others' cells stay empty there. */
  readonly partial: readonly { readonly name: string; readonly tables: readonly string[] }[];
}

/**
 * How the columns of tables fall together when their rows are put below one another: by name, without regard to
 * capital letters, as the step itself does.
 */
export function stackedColumns(
  tables: readonly {
    readonly name: string;
    readonly columns: readonly { readonly display_name: string }[];
  }[],
): StackedColumns {
  const found = new Map<string, { readonly name: string; readonly tables: string[] }>();
  for (const table of tables) {
    for (const { display_name } of table.columns) {
      const key = display_name.toLowerCase();
      const entry = found.get(key) ?? { name: display_name, tables: [] };
      if (!entry.tables.includes(table.name)) entry.tables.push(table.name);
      found.set(key, entry);
    }
  }
  const all = [...found.values()];
  const partial = all.filter((entry) => entry.tables.length < tables.length);
  return { shared: all.length - partial.length, partial };
}
