interface LayeredItem {
  readonly key: string;
  readonly from: readonly string[];
}

/**
 * Items in columns by dependency: each stands one column after the last of what it is made from. Within a column they
 * are ordered by the middle of what they are made from, which keeps the lines short and mostly uncrossed. Something
 * that waits for itself (which the server refuses) stays in the first column instead of hanging the page.
 */
export function layers<Item extends LayeredItem>(items: readonly Item[]): readonly (readonly Item[])[] {
  const byKey = new Map(items.map((item) => [item.key, item]));
  const depths = new Map<string, number>();
  const depthOf = (item: Item, path: readonly string[]): number => {
    const known = depths.get(item.key);
    if (known !== undefined) return known;
    if (path.includes(item.key)) return 0;
    const before = item.from.flatMap((key) => byKey.get(key) ?? []);
    const depth =
      before.length === 0 ? 0 : 1 + Math.max(...before.map((one) => depthOf(one, [...path, item.key])));
    depths.set(item.key, depth);
    return depth;
  };
  const columns: Item[][] = [];
  for (const item of items) {
    const depth = depthOf(item, []);
    while (columns.length <= depth) columns.push([]);
    columns[depth]?.push(item);
  }
  const filled = columns.filter((column) => column.length > 0);
  const rows = new Map<string, number>();
  return filled.map((column, index) => {
    const ordered = index === 0 ? column : column.toSorted((a, b) => middle(a, rows) - middle(b, rows));
    ordered.forEach((item, row) => rows.set(item.key, row));
    return ordered;
  });
}

function middle(item: LayeredItem, rows: ReadonlyMap<string, number>): number {
  const known = item.from.flatMap((key) => rows.get(key) ?? []);
  return known.length === 0 ? 0 : known.reduce((sum, row) => sum + row, 0) / known.length;
}
