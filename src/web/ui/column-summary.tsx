'use client';

import type { ColumnProfile } from '#contracts/warehouse';
import { useFormat } from '../use-format.ts';
import { Histogram } from './histogram.tsx';

/** Room for a name over its summary in the header of a grid, in pixels. */
export const summaryHeaderHeight = 60;

interface ColumnSummaryProps {
  /** Rows that were looked at. */
  readonly total: number;
  readonly empty: number;
  readonly profile: ColumnProfile | undefined;
  /** Which rows they are. */
  readonly of: 'first' | 'sample' | 'all';
}

/**
 * How a column's values spread and how much of it is filled, as a small histogram over a thin bar, which says in words
 * what it is told from.
 */
export function ColumnSummary({ total, empty, profile, of }: ColumnSummaryProps) {
  const format = useFormat();
  const rows = format.count(total, ['row', 'rows']);
  const invalid = profile?.invalid_count ?? 0;
  const distinct = profile?.distinct_count ?? null;
  const words = [
    empty === 0 ? 'No empty cells' : format.count(empty, ['empty cell', 'empty cells']),
    invalid === 0 ? '' : `, ${format.count(invalid, ['wrong value', 'wrong values'])}`,
    distinct === null ? '' : `, ${format.count(distinct, ['different value', 'different values'])}`,
    ` in ${of === 'first' ? `the first ${rows}` : of === 'sample' ? `a sample of ${rows}` : rows}`,
  ].join('');
  return (
    <div className="flex flex-col gap-0.5">
      <div className="h-3.5">
        <Histogram bins={profile?.histogram ?? noBins} className="h-full w-full opacity-60" />
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
