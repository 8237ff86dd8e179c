'use client';

import type { CellMouseDownEvent, CellMouseOverEvent, GridApi } from 'ag-grid-community';
import { useCallback, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import type { Row, TableColumn } from '#contracts/warehouse';
import { toast } from '../toast.tsx';
import { extendRange, isInRange, rangeAsText, rangeSize, type CellRange } from './cell-range.ts';
import { copyText } from './copy-text.ts';

/**
 * Marking cells as in a spreadsheet: click and drag, Shift+click, Shift+arrows (with Ctrl to the edge), Ctrl+A for what is
 * loaded, Ctrl+C to copy. The grid's own needs its paid edition.
 */
export function useCellRange(api: GridApi<Row> | undefined, columns: readonly TableColumn[]) {
  const range = useRef<CellRange>(undefined);
  const isDragging = useRef(false);
  const [size, setSize] = useState(1);
  const order = useMemo(() => new Map(columns.map((column, index) => [column.name, index])), [columns]);

  const select = useCallback(
    (next: CellRange | undefined) => {
      range.current = next;
      setSize(next ? rangeSize(next) : 1);
      api?.refreshCells({ force: true, suppressFlash: true });
    },
    [api],
  );

  const isSelected = useCallback(
    (row: number, name: string) => {
      const column = order.get(name);
      if (!range.current || column === undefined || rangeSize(range.current) < 2) return false;
      return isInRange(range.current, { row, column });
    },
    [order],
  );

  function cellOf(row: number | null, name: string) {
    const column = order.get(name);
    return row === null || column === undefined ? undefined : { row, column };
  }

  function onMouseDown(event: CellMouseDownEvent<Row>) {
    const cell = cellOf(event.rowIndex, event.column.getColId());
    if (!cell || !(event.event instanceof MouseEvent) || event.event.button !== 0) return;
    isDragging.current = true;
    window.addEventListener('mouseup', () => (isDragging.current = false), { once: true });
    select(
      event.event.shiftKey && range.current
        ? { from: range.current.from, to: cell }
        : { from: cell, to: cell },
    );
  }

  function onMouseOver(event: CellMouseOverEvent<Row>) {
    const cell = cellOf(event.rowIndex, event.column.getColId());
    if (isDragging.current && cell && range.current) select({ from: range.current.from, to: cell });
  }

  /** Moving the focus by keys without Shift begins a new range there. */
  function onFocus(row: number, name: string) {
    const cell = cellOf(row, name);
    if (!cell || isDragging.current) return;
    if (range.current && isInRange(range.current, cell) && rangeSize(range.current) > 1) return;
    select({ from: cell, to: cell });
  }

  async function copy() {
    if (!api || !range.current) return;
    const { text, cells } = rangeAsText(range.current, ({ row, column }) => {
      const data = api.getDisplayedRowAtIndex(row)?.data;
      const name = columns[column]?.name;
      return data && name !== undefined ? { value: data[name] } : undefined;
    });
    if (cells === 0 || !(await copyText(text))) return;
    const asked = rangeSize(range.current);
    if (cells < asked) {
      toast.info(`${cells} of ${asked} cells copied`, {
        description: 'The other rows are not loaded yet: scroll through them first, or use Export.',
      });
    } else toast.success(cells === 1 ? 'Cell copied' : `${cells} cells copied`, { id: 'grid-copy' });
  }

  function onKeyDown(event: KeyboardEvent) {
    if (!api || !(event.target instanceof HTMLElement) || !event.target.classList.contains('ag-cell')) return;
    const isCommand = event.ctrlKey || event.metaKey;
    const last = { row: Math.max(api.getDisplayedRowCount() - 1, 0), column: columns.length - 1 };
    if (isCommand && event.key.toLowerCase() === 'c' && (window.getSelection()?.toString() ?? '') === '') {
      event.preventDefault();
      void copy();
    } else if (isCommand && event.key.toLowerCase() === 'a') {
      event.preventDefault();
      select({ from: { row: 0, column: 0 }, to: last });
    } else if (event.shiftKey && range.current) {
      const next = extendRange(range.current, event.key, isCommand, last);
      if (!next) return;
      event.preventDefault();
      select(next);
      api.ensureIndexVisible(next.to.row);
      const name = columns[next.to.column]?.name;
      if (name !== undefined) api.ensureColumnVisible(name);
    } else if (event.key.startsWith('Arrow') && range.current && rangeSize(range.current) > 1) {
      select(undefined);
    }
  }

  return {
    isSelected,
    onMouseDown,
    onMouseOver,
    onFocus,
    onKeyDown,
    /** For the status line. */
    summary: size > 1 ? `${size} cells marked · Ctrl+C copies` : '',
  };
}
