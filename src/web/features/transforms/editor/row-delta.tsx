'use client';

import { clsx } from 'clsx';
import { useFormat } from '../../../use-format.ts';
import { rowChange } from '../model/prefix-counts.ts';

interface RowDeltaProps {
  /** undefined: not known, or there is nothing before. */
  readonly before: number | undefined;
  readonly after: number | undefined;
}

/** "5,847 → 4,156 rows": what a step did, at a glance. */
export function RowDelta({ before, after }: RowDeltaProps) {
  const format = useFormat();
  if (after === undefined) return <span className="text-faint">Counting…</span>;
  const rows = after === 1 ? 'row' : 'rows';
  if (before === undefined || rowChange(before, after) === 'same') {
    return (
      <span data-numeric>
        {before === undefined ? '' : '= '}
        {format.number(after)} {rows}
      </span>
    );
  }
  return (
    <span data-numeric>
      {format.number(before)} <span aria-label="to">→</span>{' '}
      <span className={clsx('font-medium', after === 0 ? 'text-warning' : 'text-ink')}>
        {format.number(after)}
      </span>{' '}
      {rows}
    </span>
  );
}
