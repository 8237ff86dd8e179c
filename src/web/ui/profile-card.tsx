'use client';

import type { TableColumn, TableProfile } from '#contracts/warehouse';
import { useFormat } from '../use-format.ts';
import { Button } from './button.tsx';
import { columnTypeLabels, ColumnTypeIcon } from './column-type.tsx';
import { cellText } from './grid/cell-text.ts';
import { Histogram } from './histogram.tsx';
import { ErrorState, Skeleton } from './states.tsx';

interface ProfileCardProps {
  readonly column: TableColumn;
  /** Of this column alone; undefined while it is counted for the first time. */
  readonly profile: TableProfile | undefined;
  readonly error: unknown;
  readonly isPending: boolean;
  /** null when every row was asked for already. */
  readonly onCountAll: (() => void) | null;
}

/** How much of a column is filled and right, how its values spread, and which are the most frequent. */
export function ProfileCard({ column, profile, error, isPending, onCountAll }: ProfileCardProps) {
  const format = useFormat();
  const found = profile?.columns[0];
  if (error !== undefined && found === undefined) {
    return <ErrorState title="The column could not be examined" error={error} />;
  }
  if (profile === undefined || found === undefined) {
    return (
      <div role="status" className="flex flex-col gap-3">
        <span className="sr-only">Counting…</span>
        {Array.from({ length: 6 }, (_, index) => (
          <Skeleton key={index} className="h-5 w-full" />
        ))}
      </div>
    );
  }
  const show = (value: unknown) => cellText(value, column.type, format.settings) ?? '—';
  const share = (count: number) => format.percent(found.row_count === 0 ? 0 : count / found.row_count);
  const facts: readonly (readonly [string, string])[] = [
    [
      'Filled',
      `${format.number(found.row_count - found.empty_count)} (${share(found.row_count - found.empty_count)})`,
    ],
    ['Empty', `${format.number(found.empty_count)} (${share(found.empty_count)})`],
    ...(found.looks_like === null
      ? []
      : [[`Not ${found.looks_like}, unlike the others`, format.number(found.invalid_count)] as const]),
    ...(found.looks_like === null && found.invalid_count > 0
      ? [['Not a number', format.number(found.invalid_count)] as const]
      : []),
    ...(found.untrimmed_count > 0
      ? [['With spaces at an end', format.number(found.untrimmed_count)] as const]
      : []),
    ...(found.distinct_count === null
      ? []
      : [['Different values', format.number(found.distinct_count)] as const]),
    ...(found.min === null ? [] : [['Smallest', show(found.min)] as const]),
    ...(found.max === null ? [] : [['Largest', show(found.max)] as const]),
    ...(found.mean === null ? [] : [['Average', show(found.mean)] as const]),
  ];
  const most = Math.max(...found.top.map(({ count }) => count), 1);
  return (
    <div className="flex flex-col gap-4">
      <div className="flex min-h-8 flex-wrap items-center gap-x-3 gap-y-1 text-sm text-muted">
        <span className="flex items-center gap-1.5">
          <ColumnTypeIcon type={column.type} /> {columnTypeLabels[column.type]}
        </span>
        <span role="status">
          {isPending
            ? 'Counting all rows…'
            : profile.sampled
              ? `On a sample of ${format.count(profile.sample_rows, ['row', 'rows'])}`
              : `On all ${format.count(profile.sample_rows, ['row', 'rows'])}`}
        </span>
        {profile.sampled && onCountAll !== null ? (
          <Button size="sm" onClick={onCountAll}>
            Count all rows
          </Button>
        ) : null}
      </div>
      {found.histogram.length > 1 ? (
        <div>
          <Histogram bins={found.histogram} className="h-24 w-full" />
          <p data-numeric className="mt-1 flex justify-between border-t border-line pt-1 text-xs text-muted">
            <span>{show(found.min)}</span>
            <span>{show(found.max)}</span>
          </p>
        </div>
      ) : null}
      <dl data-numeric className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-1 text-base">
        {facts.map(([term, value]) => (
          <div key={term} className="contents">
            <dt className="text-muted">{term}</dt>
            <dd className="text-end wrap-anywhere">
              <bdi>{value}</bdi>
            </dd>
          </div>
        ))}
      </dl>
      {found.top.length === 0 ? null : (
        <div>
          <h3 className="mb-1 text-sm font-semibold">Most frequent</h3>
          <ul aria-label="Most frequent" className="flex flex-col gap-0.5">
            {found.top.map(({ value, count }) => (
              <li key={show(value)} className="relative flex justify-between gap-4 px-2 py-0.5">
                <span
                  aria-hidden
                  className="absolute inset-y-0 start-0 rounded-sm bg-accent-soft"
                  style={{ width: `${(count / most) * 100}%` }}
                />
                <bdi className="relative min-w-0 truncate">{show(value)}</bdi>
                <span data-numeric className="relative">
                  {format.number(count)}
                </span>
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}
