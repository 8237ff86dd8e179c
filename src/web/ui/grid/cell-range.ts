import { plainText } from './cell-text.ts';

/** A cell by the index of its row and of its column among the shown ones. */
export interface CellIndex {
  readonly row: number;
  readonly column: number;
}

/** From the cell where a selection began to the one where it now ends, in any direction. */
export interface CellRange {
  readonly from: CellIndex;
  readonly to: CellIndex;
}

export function rangeBounds({ from, to }: CellRange): {
  readonly top: number;
  readonly bottom: number;
  readonly start: number;
  readonly end: number;
} {
  return {
    top: Math.min(from.row, to.row),
    bottom: Math.max(from.row, to.row),
    start: Math.min(from.column, to.column),
    end: Math.max(from.column, to.column),
  };
}

export function isInRange(range: CellRange, cell: CellIndex): boolean {
  const { top, bottom, start, end } = rangeBounds(range);
  return cell.row >= top && cell.row <= bottom && cell.column >= start && cell.column <= end;
}

export function rangeSize(range: CellRange): number {
  const { top, bottom, start, end } = rangeBounds(range);
  return (bottom - top + 1) * (end - start + 1);
}

/** Moves the end of a range by one cell, or to an edge of the table; the grid's `last` is its last cell. */
export function extendRange(
  range: CellRange,
  key: string,
  toEdge: boolean,
  last: CellIndex,
): CellRange | undefined {
  const { row, column } = range.to;
  const moved: Record<string, CellIndex> = {
    ArrowUp: { row: toEdge ? 0 : row - 1, column },
    ArrowDown: { row: toEdge ? last.row : row + 1, column },
    ArrowLeft: { row, column: toEdge ? 0 : column - 1 },
    ArrowRight: { row, column: toEdge ? last.column : column + 1 },
  };
  const to = moved[key];
  if (!to) return undefined;
  return {
    from: range.from,
    to: {
      row: Math.min(Math.max(to.row, 0), last.row),
      column: Math.min(Math.max(to.column, 0), last.column),
    },
  };
}

/**
 * Cells as spreadsheets exchange them: tabs between, a line per row, quotes around what holds one of either.
 * @param valueAt undefined for a row that is not loaded, which ends the copy there
 */
export function rangeAsText(
  range: CellRange,
  valueAt: (cell: CellIndex) => { readonly value: unknown } | undefined,
): { readonly text: string; readonly cells: number } {
  const { top, bottom, start, end } = rangeBounds(range);
  const lines: string[] = [];
  for (let row = top; row <= bottom; row += 1) {
    const cells: string[] = [];
    for (let column = start; column <= end; column += 1) {
      const found = valueAt({ row, column });
      if (!found) return { text: lines.join('\r\n'), cells: lines.length * (end - start + 1) };
      cells.push(quote(plainText(found.value)));
    }
    lines.push(cells.join('\t'));
  }
  return { text: lines.join('\r\n'), cells: lines.length * (end - start + 1) };
}

function quote(text: string): string {
  return /[\t\r\n"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
