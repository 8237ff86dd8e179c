'use client';

import dynamic from 'next/dynamic';
import type { ReactNode } from 'react';
import type { Row, TableColumn } from '#contracts/warehouse';
import { Skeleton } from './states.tsx';

export interface GridSort {
  readonly column: string;
  readonly descending: boolean;
}

export interface GridRequest {
  /** Index of the first row, from 0. */
  readonly start: number;
  /** Index after the last row. */
  readonly end: number;
  readonly sort: readonly GridSort[];
}

export interface GridPage {
  readonly rows: readonly Row[];
  /** Rows in all; null when not known, then the grid goes on while pages come back full. */
  readonly total: number | null;
  /** About how many there are, while `total` is not known. */
  readonly estimate?: number | null;
}

export interface GridCellPosition {
  readonly column: string;
  readonly rowIndex: number;
  readonly value: unknown;
}

export interface DataGridProps {
  /** Name of the table, for screen readers. */
  readonly label: string;
  readonly columns: readonly TableColumn[];
  readonly fetchRows: (request: GridRequest) => Promise<GridPage>;
  /** What the rows depend on besides the sort; another value reads them anew. */
  readonly version: string;
  readonly isSortable?: boolean;
  /** Beside the name in a header: a menu of what can be done with the column. Alt+↓ on the header presses its button. */
  readonly renderColumnMenu?: (column: TableColumn) => ReactNode;
  /** Under the name in a header: a quality bar, a histogram, an example. Give `headerHeight` room for it. */
  readonly renderColumnSummary?: (column: TableColumn) => ReactNode;
  /** What can be done with a cell: opened by a right click, and by Shift+F10 or the menu key. */
  readonly renderCellMenu?: (cell: GridCellPosition) => ReactNode;
  readonly headerHeight?: number;
  /** Columns to set off, for instance those that a step has just made. */
  readonly highlightedColumns?: readonly string[];
  readonly onCellFocus?: (cell: GridCellPosition) => void;
  /** Said at the end of the status line: "3 errors". */
  readonly statusExtra?: ReactNode;
  readonly emptyText?: string;
  readonly className?: string;
}

/**
 * Rows of a table, read in blocks while one scrolls. Lazy: its library is larger than the rest of the page, so it comes
 * when a table is shown.
 *
 * @example
 * <DataGrid label="Visits" columns={table.columns} version={table.updated_at}
 *   fetchRows={async ({ start, end, sort }) => { …; return { rows, total }; }} />
 */
export const DataGrid = dynamic<DataGridProps>(async () => (await import('./grid/grid-view.tsx')).GridView, {
  ssr: false,
  loading: () => <GridSkeleton />,
});

/** The grid's own shape, for a page that still waits for its columns. */
export function GridSkeleton() {
  return (
    <div
      role="status"
      className="flex min-h-64 flex-1 flex-col overflow-hidden rounded-md border border-line bg-surface"
    >
      <span className="sr-only">Loading rows…</span>
      <div className="flex h-10 shrink-0 items-center gap-4 border-b border-line bg-sunken px-3">
        {Array.from({ length: 6 }, (_, index) => (
          <Skeleton key={index} className="h-3 flex-1" />
        ))}
      </div>
      {Array.from({ length: 12 }, (_, row) => (
        <div key={row} className="flex h-8 shrink-0 items-center gap-4 border-b border-line px-3">
          {Array.from({ length: 6 }, (_, index) => (
            <Skeleton key={index} className="h-2.5 flex-1" />
          ))}
        </div>
      ))}
    </div>
  );
}
