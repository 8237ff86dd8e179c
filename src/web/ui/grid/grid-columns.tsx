import type { ColDef } from 'ag-grid-community';
import type { ReactNode } from 'react';
import type { ColumnType } from '#contracts/column-types';
import type { Row, TableColumn } from '#contracts/warehouse';
import { formatNumber, type FormatSettings } from '../../format.ts';
import { isNumericType } from '../column-type.tsx';
import { cellText, exactNumber } from './cell-text.ts';
import { GridHeader } from './grid-header.tsx';

/** Id of the column of row numbers; no column of a table can have it. */
export const rowNumberId = '#';

const widths: Record<ColumnType, number> = {
  text: 190,
  integer: 120,
  decimal: 130,
  float: 130,
  boolean: 110,
  date: 130,
  timestamp: 180,
  timestamptz: 180,
  time: 110,
  json: 220,
};

interface ColumnContext {
  readonly settings: FormatSettings;
  readonly isSortable: boolean;
  readonly isHighlighted: boolean;
  readonly isSelected: (rowIndex: number, column: string) => boolean;
  readonly renderColumnMenu: ((column: TableColumn) => ReactNode) | undefined;
  readonly renderColumnSummary: ((column: TableColumn) => ReactNode) | undefined;
}

/**
 * One column for AG Grid. Cells are plain text with classes instead of React components: a thousand of them scroll by
 * in a second.
 */
export function gridColumn(column: TableColumn, context: ColumnContext): ColDef<Row> {
  const { settings, isSortable, isHighlighted, isSelected, renderColumnMenu, renderColumnSummary } = context;
  const roomForName = column.display_name.length * 7.5 + (renderColumnMenu ? 76 : 48);
  return {
    colId: column.name,
    headerName: column.display_name,
    // A getter, since `field` would read dots in a name as a path.
    valueGetter: ({ data }) => data?.[column.name],
    valueFormatter: ({ data, value }) =>
      data === undefined ? '' : (cellText(value, column.type, settings) ?? '—'),
    tooltipValueGetter: ({ value }) => exactNumber(value, column.type, settings),
    width: Math.round(Math.min(Math.max(widths[column.type], roomForName), 320)),
    minWidth: 72,
    resizable: true,
    sortable: isSortable,
    headerComponent: GridHeader,
    headerComponentParams: { tableColumn: column, renderColumnMenu, renderColumnSummary },
    headerClass: isHighlighted ? 'grid-new' : '',
    cellClass: isNumericType(column.type) ? 'grid-number' : '',
    cellClassRules: {
      'grid-loading': ({ data }) => data === undefined,
      'grid-empty': ({ data, value }) => data !== undefined && (value === null || value === undefined),
      'grid-selected': ({ rowIndex }) => isSelected(rowIndex, column.name),
      'grid-new': () => isHighlighted,
    },
    suppressHeaderKeyboardEvent: ({ event }) => openMenu(event),
    suppressKeyboardEvent: ({ event }) => event.shiftKey && event.key.startsWith('Arrow'),
  };
}

export function rowNumberColumn(settings: FormatSettings): ColDef<Row> {
  return {
    colId: rowNumberId,
    headerName: 'Row number',
    headerComponent: () => <span className="sr-only">Row number</span>,
    valueGetter: ({ node }) => (node?.rowIndex ?? 0) + 1,
    valueFormatter: ({ value }) => formatNumber(Number(value), settings),
    pinned: document.documentElement.dir === 'rtl' ? 'right' : 'left',
    lockPosition: true,
    width: 64,
    resizable: false,
    sortable: false,
    cellClass: 'grid-number grid-row-number',
  };
}

/** Alt+↓ on a header presses the button of its menu. */
function openMenu(event: KeyboardEvent): boolean {
  if (event.key !== 'ArrowDown' || !event.altKey || !(event.target instanceof HTMLElement)) return false;
  const button = event.target.closest('.ag-header-cell')?.querySelector('[data-column-menu] button');
  if (!(button instanceof HTMLElement)) return false;
  button.click();
  event.preventDefault();
  return true;
}
