'use client';

import { createContext, use } from 'react';
import type { Row, TableColumn } from '#contracts/warehouse';
import { ColumnSummary } from '../../../ui/column-summary.tsx';
import { useColumnFacts } from './column-facts.tsx';

const FirstRowsContext = createContext<readonly Row[] | undefined>(undefined);
/** The first rows of the data; undefined while they are read. A context, since headers are not drawn anew for them. */
export const FirstRows = FirstRowsContext.Provider;

/** Told from a sample, or from the first rows while that is counted. */
export function ColumnFill({ column }: { readonly column: TableColumn }) {
  const rows = use(FirstRowsContext);
  const { byName, profile } = useColumnFacts();
  const found = byName.get(column.name);
  return (
    <ColumnSummary
      total={found?.row_count ?? rows?.length ?? 0}
      empty={
        found?.empty_count ??
        rows?.filter((row) => row[column.name] === null || row[column.name] === '').length ??
        0
      }
      profile={found}
      of={found === undefined ? 'first' : profile?.sampled ? 'sample' : 'all'}
    />
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
