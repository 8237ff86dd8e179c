'use client';

import { ArrowDown, ArrowUp } from 'lucide-react';
import type { CustomHeaderProps } from 'ag-grid-react';
import { useEffect, useState, type ReactNode } from 'react';
import type { TableColumn } from '#contracts/warehouse';
import { columnTypeLabels, ColumnTypeIcon, isNumericType } from '../column-type.tsx';

interface GridHeaderProps extends CustomHeaderProps {
  readonly tableColumn: TableColumn;
  readonly renderColumnMenu?: (column: TableColumn) => ReactNode;
  readonly renderColumnSummary?: (column: TableColumn) => ReactNode;
}

/** Type, name, sort and menu of a column. A click or Enter sorts: ascending, descending, not at all. */
export function GridHeader({
  tableColumn,
  renderColumnMenu,
  renderColumnSummary,
  column,
  enableSorting,
  progressSort,
}: GridHeaderProps) {
  const [sort, setSort] = useState(column.getSort());
  useEffect(() => {
    const read = () => setSort(column.getSort());
    column.addEventListener('sortChanged', read);
    return () => column.removeEventListener('sortChanged', read);
  }, [column]);
  const Arrow = sort === 'asc' ? ArrowUp : ArrowDown;
  const about = [tableColumn.display_name, columnTypeLabels[tableColumn.type], tableColumn.description]
    .filter(Boolean)
    .join(' · ');
  return (
    <div className="flex size-full min-w-0 flex-col justify-center gap-1">
      <div className="flex min-w-0 items-center gap-1.5">
        {/* The keyboard reaches the sort by Enter on the header cell itself, which the grid handles. */}
        {/* oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions */}
        <div
          title={about}
          onClick={(event) => (enableSorting ? progressSort(event.shiftKey) : undefined)}
          className={`flex min-w-0 flex-1 items-center gap-1.5 ${enableSorting ? 'cursor-pointer' : ''} ${isNumericType(tableColumn.type) && !renderColumnMenu ? 'justify-end' : ''}`}
        >
          <ColumnTypeIcon type={tableColumn.type} isLabelled />
          <bdi className="truncate">{tableColumn.display_name}</bdi>
          {sort ? <Arrow aria-hidden className="size-3.5 shrink-0 text-accent-ink" /> : null}
        </div>
        {renderColumnMenu ? <div data-column-menu>{renderColumnMenu(tableColumn)}</div> : null}
      </div>
      {renderColumnSummary?.(tableColumn)}
    </div>
  );
}
