'use client';

import { createContext, use } from 'react';
import type { Row, TableColumn } from '#contracts/warehouse';
import { useFormat } from '../../../use-format.ts';

const FirstRowsContext = createContext<readonly Row[] | undefined>(undefined);
/** The first rows of the data; undefined while they are read. A context, since headers are not drawn anew for them. */
export const FirstRows = FirstRowsContext.Provider;

/** How much of a column is filled, as a thin bar under its name. Told from the first rows, and it says so. */
export function ColumnFill({ column }: { readonly column: TableColumn }) {
  const rows = use(FirstRowsContext);
  const format = useFormat();
  if (rows === undefined || rows.length === 0) return <div className="h-0.5 rounded-full bg-hover" />;
  const empty = rows.filter((row) => row[column.name] === null || row[column.name] === '').length;
  const words =
    empty === 0
      ? `No empty cells in the first ${format.count(rows.length, ['row', 'rows'])}`
      : `${format.count(empty, ['empty cell', 'empty cells'])} in the first ${format.count(rows.length, ['row', 'rows'])}`;
  return (
    <div
      title={words}
      role="img"
      aria-label={words}
      className="flex h-0.5 overflow-hidden rounded-full bg-warning"
    >
      <div className="h-full bg-accent" style={{ width: `${(1 - empty / rows.length) * 100}%` }} />
    </div>
  );
}

/** The different texts in the first rows of a column, with how often each is there. */
export function useFirstTexts(
  column: TableColumn,
): readonly { readonly value: string; readonly count: number }[] {
  const rows = use(FirstRowsContext);
  if (column.type !== 'text') return [];
  const counts = new Map<string, number>();
  for (const row of rows ?? []) {
    const value = row[column.name];
    if (typeof value === 'string' && value.trim() !== '') counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return Array.from(counts, ([value, count]) => ({ value, count }));
}
