'use client';

import { createContext, use } from 'react';
import type { Row, TableColumn } from '#contracts/warehouse';
import { Histogram } from '../../../ui/histogram.tsx';
import { useFormat } from '../../../use-format.ts';
import { useColumnFacts } from './column-facts.tsx';

const FirstRowsContext = createContext<readonly Row[] | undefined>(undefined);
/** The first rows of the data; undefined while they are read. A context, since headers are not drawn anew for them. */
export const FirstRows = FirstRowsContext.Provider;

/**
 * How a column's values spread and how much of it is filled, as a small histogram over a thin bar. Told from a sample, or
 * from the first rows while that is counted, and it says so.
 */
export function ColumnFill({ column }: { readonly column: TableColumn }) {
  const rows = use(FirstRowsContext);
  const { byName, profile } = useColumnFacts();
  const format = useFormat();
  const found = byName.get(column.name);
  const of = (count: number) =>
    found === undefined
      ? `the first ${format.count(count, ['row', 'rows'])}`
      : profile?.sampled
        ? `a sample of ${format.count(count, ['row', 'rows'])}`
        : format.count(count, ['row', 'rows']);
  const total = found?.row_count ?? rows?.length ?? 0;
  const empty =
    found?.empty_count ??
    rows?.filter((row) => row[column.name] === null || row[column.name] === '').length ??
    0;
  const invalid = found?.invalid_count ?? 0;
  const words = [
    empty === 0 ? 'No empty cells' : format.count(empty, ['empty cell', 'empty cells']),
    invalid === 0 ? '' : `, ${format.count(invalid, ['wrong value', 'wrong values'])}`,
    found?.distinct_count === null || found === undefined
      ? ''
      : `, ${format.count(found.distinct_count, ['different value', 'different values'])}`,
    ` in ${of(total)}`,
  ].join('');
  return (
    <div className="flex flex-col gap-0.5">
      <div className="h-3.5">
        <Histogram bins={found?.histogram ?? noBins} className="h-full w-full opacity-60" />
      </div>
      {total === 0 ? (
        <div className="h-0.5 rounded-full bg-hover" />
      ) : (
        <div
          title={words}
          role="img"
          aria-label={words}
          className="flex h-0.5 overflow-hidden rounded-full bg-warning"
        >
          <div className="h-full bg-accent" style={{ width: `${(1 - (empty + invalid) / total) * 100}%` }} />
          <div className="h-full bg-danger" style={{ width: `${(invalid / total) * 100}%` }} />
        </div>
      )}
    </div>
  );
}

const noBins: readonly never[] = [];

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
