'use client';

import { CircleAlert, CircleCheck, CircleDashed, TriangleAlert } from 'lucide-react';
import type { DataTestResult } from '#contracts/data-tests';
import type { TableColumn } from '#contracts/warehouse';
import { Badge } from '../../ui/badge.tsx';
import { cellText } from '../../ui/grid/cell-text.ts';
import { useFormat } from '../../use-format.ts';

/** How a test ended, with icon and word. */
export function TestBadge({ result }: { readonly result: DataTestResult | null }) {
  if (result === null)
    return (
      <Badge icon={<CircleDashed aria-hidden />} className="shrink-0">
        Not asked yet
      </Badge>
    );
  if (result.status === 'passed')
    return (
      <Badge tone="success" icon={<CircleCheck aria-hidden />}>
        Passed
      </Badge>
    );
  const isStop = result.severity === 'stop';
  return (
    <Badge
      tone={isStop ? 'danger' : 'warning'}
      icon={isStop ? <CircleAlert aria-hidden /> : <TriangleAlert aria-hidden />}
    >
      {result.status === 'error' ? 'Could not be asked' : isStop ? 'Failed' : 'Warning'}
    </Badge>
  );
}

interface FailingRowsProps {
  readonly result: DataTestResult;
  readonly columns: readonly TableColumn[];
  /** Columns that the test is about, which stand first. */
  readonly about?: readonly string[];
}

/** A few of the rows that did not pass, to be recognised and corrected where they come from. */
export function FailingRows({ result, columns, about = [] }: FailingRowsProps) {
  const format = useFormat();
  const order = [...about, ...columns.map((column) => column.name)];
  const placeOf = (name: string) => (order.includes(name) ? order.indexOf(name) : order.length);
  const names = Object.keys(result.sample[0] ?? {}).toSorted((a, b) => placeOf(a) - placeOf(b));
  if (names.length === 0) return null;
  const columnOf = (name: string) => columns.find((column) => column.name === name);
  return (
    <details className="mt-1">
      <summary className="cursor-pointer text-sm text-accent-ink">
        {result.sample.length === 1 ? 'Show the row' : `Show ${result.sample.length} of these rows`}
      </summary>
      <div
        role="region"
        aria-label="Rows that did not pass"
        // What scrolls must be reachable by keyboard.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        className="mt-1 max-h-64 overflow-auto rounded-md border border-line"
      >
        <table className="text-sm">
          <thead className="sticky top-0 bg-sunken">
            <tr>
              {names.map((name) => (
                <th key={name} scope="col" className="px-2 py-1 text-start font-medium whitespace-nowrap">
                  <bdi>{columnOf(name)?.display_name ?? name}</bdi>
                </th>
              ))}
            </tr>
          </thead>
          <tbody className="divide-y divide-line">
            {result.sample.map((row, index) => (
              // Rows have no identity of their own here.
              // oxlint-disable-next-line react/no-array-index-key
              <tr key={index}>
                {names.map((name) => (
                  <td key={name} className="max-w-60 truncate px-2 py-1">
                    {cellText(row[name], columnOf(name)?.type ?? 'text', format.settings) ?? (
                      <span className="text-faint">empty</span>
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
