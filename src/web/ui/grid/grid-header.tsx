'use client';

import { ArrowDown, ArrowUp } from 'lucide-react';
import type { CustomHeaderProps } from 'ag-grid-react';
import { useEffect, useState, type MouseEvent, type ReactNode } from 'react';
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
  const sortNext = (event: MouseEvent) => {
    const { target, currentTarget } = event;
    // What is chosen in the column's menu comes by here as well, though the menu lies elsewhere on the page.
    const isHere = target instanceof Element && currentTarget.contains(target);
    if (enableSorting && isHere && !target.closest('[data-column-menu]')) progressSort(event.shiftKey);
  };
  return (
    // The keyboard reaches the sort by Enter on the header cell itself, which the grid handles.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions
    <div
      onClick={sortNext}
      className={`flex size-full min-w-0 flex-col justify-center gap-1 ${enableSorting ? 'cursor-pointer' : ''}`}
    >
      <div className="flex min-w-0 items-center gap-1.5">
        <div
          title={about}
          className={`flex min-w-0 flex-1 items-center gap-1.5 ${isNumericType(tableColumn.type) && !renderColumnMenu ? 'justify-end' : ''}`}
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
