'use client';

import {
  CellStyleModule,
  ColumnApiModule,
  EventApiModule,
  InfiniteRowModelModule,
  ModuleRegistry,
  RenderApiModule,
  RowApiModule,
  ScrollApiModule,
  TooltipModule,
  type ColDef,
  type GridApi,
  type IDatasource,
  type IGetRowsParams,
} from 'ag-grid-community';
import { AgGridReact } from 'ag-grid-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { Row, TableColumn } from '#contracts/warehouse';
import { describeError } from '../../api-error.ts';
import { useFormat } from '../../use-format.ts';
import type { DataGridProps, GridCellPosition } from '../data-grid.tsx';
import { MenuAt } from '../menu.tsx';
import { ErrorState } from '../states.tsx';
import { CellReader } from './cell-reader.tsx';
import { plainText } from './cell-text.ts';
import { FindColumn } from './find-column.tsx';
import { gridColumn, rowNumberColumn, rowNumberId } from './grid-columns.tsx';
import { gridTheme, rowHeight } from './grid-theme.ts';
import { tabFromCell, tabFromHead } from './tab-stops.ts';
import { useCellRange } from './use-cell-range.ts';

ModuleRegistry.registerModules([
  InfiniteRowModelModule,
  CellStyleModule,
  ColumnApiModule,
  RowApiModule,
  ScrollApiModule,
  RenderApiModule,
  EventApiModule,
  TooltipModule,
]);

const blockSize = 100;

interface Reading {
  readonly total: number | null | undefined;
  readonly estimate: number | null;
  readonly error: unknown;
}

const unread: Reading = { total: undefined, estimate: null, error: undefined };

/** The grid exists in the browser only, so the document is there. */
function isRtl(): boolean {
  return document.documentElement.dir === 'rtl';
}

/** Indexes of the first and last row that can be seen; the grid's own numbers include those it draws beyond the edges. */
function visibleRows(api: GridApi<Row>): readonly [first: number, last: number] {
  const { top, bottom } = api.getVerticalPixelRange();
  const last = Math.max(api.getDisplayedRowCount() - 1, 0);
  return [Math.min(Math.round(top / rowHeight), last), Math.min(Math.ceil(bottom / rowHeight) - 1, last)];
}

/** The grid itself; pages use `DataGrid`, which loads this when it is needed. */
export function GridView(props: DataGridProps) {
  const { columns, version, label, isSortable = false, headerHeight = 36 } = props;
  const format = useFormat();
  const [api, setApi] = useState<GridApi<Row>>();
  const [reading, setReading] = useState<Reading>(unread);
  const [attempt, setAttempt] = useState(0);
  const [visible, setVisible] = useState<readonly [first: number, last: number]>([0, -1]);
  const [openCell, setOpenCell] = useState<{ title: string; text: string }>();
  const [menu, setMenu] = useState<{ cell: GridCellPosition; point: { x: number; y: number } }>();
  const range = useCellRange(api, columns);
  // The newest functions without a new datasource: a parent that renders again must not read the rows again.
  const latest = useRef(props);
  useEffect(() => {
    latest.current = props;
  });

  useEffect(() => {
    if (!api) return;
    let isCurrent = true;
    setReading(unread);
    const datasource: IDatasource = {
      getRows: (request) => void answer(request),
    };
    async function answer(request: IGetRowsParams): Promise<void> {
      const { startRow, endRow, sortModel } = request;
      const sort = sortModel.map(({ colId, sort: direction }) => ({
        column: colId,
        descending: direction === 'desc',
      }));
      try {
        const page = await latest.current.fetchRows({ start: startRow, end: endRow, sort });
        const { rows, total } = page;
        if (!isCurrent) {
          release(request);
          return;
        }
        const isLast = rows.length < endRow - startRow;
        const known = total ?? (isLast ? startRow + rows.length : null);
        setReading((old) => ({
          total: known ?? old.total ?? null,
          estimate: page.estimate ?? old.estimate,
          error: undefined,
        }));
        request.successCallback([...rows], known ?? undefined);
      } catch (error) {
        if (isCurrent) setReading((old) => ({ ...old, error }));
        release(request);
      }
    }
    api.setGridOption('datasource', datasource);
    return () => {
      isCurrent = false;
    };
  }, [api, version, attempt]);

  useEffect(() => {
    // The grid does not pass an `aria-label` of its component on.
    api?.setGridAriaProperty('label', label);
  }, [api, label]);

  const firstHighlighted = props.highlightedColumns?.[0];
  useEffect(() => {
    // A new column is mostly the last one, beyond the edge.
    if (api && firstHighlighted !== undefined) api.ensureColumnVisible(firstHighlighted);
  }, [api, firstHighlighted, version]);

  const columnDefs = useMemo<ColDef<Row>[]>(
    () => [
      rowNumberColumn(format.settings),
      ...columns.map((column) =>
        gridColumn(column, {
          settings: format.settings,
          isSortable,
          isHighlighted: props.highlightedColumns?.includes(column.name) ?? false,
          isSelected: range.isSelected,
          renderColumnMenu:
            props.renderColumnMenu && ((one: TableColumn) => latest.current.renderColumnMenu?.(one)),
          renderColumnSummary:
            props.renderColumnSummary && ((one: TableColumn) => latest.current.renderColumnSummary?.(one)),
        }),
      ),
    ],
    // oxlint-disable-next-line react/exhaustive-deps -- functions are read through `latest`
    [columns, format.settings, isSortable, props.highlightedColumns, range.isSelected],
  );

  useEffect(() => {
    // Menus and summaries are drawn from the parent's state; headers do not know when it changed.
    if (props.renderColumnSummary || props.renderColumnMenu) api?.refreshHeader();
  }, [api, props.renderColumnSummary, props.renderColumnMenu]);

  const retry = () => setAttempt((count) => count + 1);
  const [first, last] = visible;
  const { total, estimate } = reading;
  return (
    <div
      className={`flex min-h-0 flex-1 flex-col overflow-hidden rounded-md border border-line bg-surface ${props.className ?? ''}`}
    >
      {/* oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- keys bubble up from the grid's cells */}
      <div className="relative min-h-0 flex-1" onKeyDownCapture={range.onKeyDown}>
        <AgGridReact<Row>
          theme={gridTheme}
          rowModelType="infinite"
          enableRtl={isRtl()}
          columnDefs={columnDefs}
          headerHeight={headerHeight}
          cacheBlockSize={blockSize}
          maxBlocksInCache={30}
          blockLoadDebounceMillis={60}
          maxConcurrentDatasourceRequests={2}
          infiniteInitialRowCount={25}
          suppressMovableColumns
          enableBrowserTooltips
          alwaysShowVerticalScroll
          suppressDragLeaveHidesColumns
          ensureDomOrder
          tabToNextCell={tabFromCell}
          tabToNextHeader={tabFromHead}
          onGridReady={(event) => setApi(event.api)}
          onModelUpdated={(event) => setVisible(visibleRows(event.api))}
          onBodyScroll={(event) => setVisible(visibleRows(event.api))}
          onCellMouseDown={(event) => range.onMouseDown(event)}
          onCellMouseOver={(event) => range.onMouseOver(event)}
          onCellFocused={(event) => {
            if (event.rowIndex === null || typeof event.column !== 'object' || event.column === null) return;
            const name = event.column.getColId();
            const row = event.api.getDisplayedRowAtIndex(event.rowIndex)?.data;
            range.onFocus(event.rowIndex, name);
            if (row && name !== rowNumberId) {
              latest.current.onCellFocus?.({ column: name, rowIndex: event.rowIndex, value: row[name] });
            }
          }}
          preventDefaultOnContextMenu={props.renderCellMenu !== undefined}
          onCellContextMenu={({ colDef, rowIndex, value, event, data }) => {
            if (data === undefined || rowIndex === null || colDef.colId === undefined) return;
            if (colDef.colId === rowNumberId || !props.renderCellMenu) return;
            setMenu({ cell: { column: colDef.colId, rowIndex, value }, point: pointOf(event) });
          }}
          onCellDoubleClicked={({ colDef, value }) => {
            if (colDef.colId !== rowNumberId)
              setOpenCell({ title: colDef.headerName ?? '', text: plainText(value) });
          }}
          onCellKeyDown={(event) => {
            const key = event.event instanceof KeyboardEvent ? event.event.key : '';
            if (key !== 'Enter' || !('value' in event) || event.colDef.colId === rowNumberId) return;
            setOpenCell({ title: event.colDef.headerName ?? '', text: plainText(event.value) });
          }}
        />
        {reading.error !== undefined && total === undefined ? (
          <div className="absolute inset-0 z-10 bg-surface p-4">
            <ErrorState title="The rows could not be read" error={reading.error} onRetry={retry} />
          </div>
        ) : null}
        {total === 0 ? (
          <p className="pointer-events-none absolute inset-x-0 top-24 text-center text-muted">
            {props.emptyText ?? 'There are no rows.'}
          </p>
        ) : null}
      </div>
      <div
        data-numeric
        className="flex h-7 shrink-0 items-center gap-2 overflow-hidden border-t border-line bg-sunken px-2.5 text-xs whitespace-nowrap text-muted"
      >
        <span aria-live="off">
          {total === undefined
            ? 'Reading…'
            : total === 0
              ? 'No rows'
              : `${format.number(first + 1)}–${format.number(Math.max(first, last) + 1)} of ${total === null ? (estimate === null ? 'many' : `about ${format.number(estimate)}`) : format.number(total)}`}
        </span>
        <span aria-hidden>·</span>
        <span>{format.count(columns.length, ['column', 'columns'])}</span>
        <FindColumn api={api} columns={columns} />
        {/* What is to be said may be nothing, and then there is nothing to divide it from. */}
        <span className="flex items-center gap-2 before:content-['·'] empty:hidden">{props.statusExtra}</span>
        {reading.error === undefined ? null : (
          <button type="button" className="text-danger underline" onClick={retry}>
            Some rows could not be read: {describeError(reading.error).message} Try again
          </button>
        )}
        <output className="ms-auto">{range.summary}</output>
      </div>
      <MenuAt
        point={menu?.point}
        onClose={() => {
          setMenu(undefined);
          if (menu && api) api.setFocusedCell(menu.cell.rowIndex, menu.cell.column);
        }}
      >
        {menu ? props.renderCellMenu?.(menu.cell) : null}
      </MenuAt>
      <CellReader cell={openCell} onClose={() => setOpenCell(undefined)} />
    </div>
  );
}

/** Where the pointer is, or, when the menu was asked for by a key, the cell. */
function pointOf(event: Event | null | undefined): { x: number; y: number } {
  if (event instanceof MouseEvent && (event.clientX !== 0 || event.clientY !== 0)) {
    return { x: event.clientX, y: event.clientY };
  }
  const target = event?.target;
  const { left, bottom } = (target instanceof HTMLElement ? target : document.body).getBoundingClientRect();
  return { x: left, y: bottom };
}

/** The grid counts requests across datasources: one that is never answered would keep its place for good. */
function release(request: IGetRowsParams): void {
  request.failCallback();
}
