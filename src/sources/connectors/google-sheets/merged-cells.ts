import type { Cell } from './sheets-api.ts';

/** A merged area, from 0; the ends are the first row and column behind it. */
export interface Merge {
  readonly startRowIndex: number;
  readonly endRowIndex: number;
  readonly startColumnIndex: number;
  readonly endColumnIndex: number;
}

type Rows = readonly (readonly Cell[])[];

export interface SheetHeader {
  /** Names of the columns. */
  readonly names: readonly Cell[];
  /** The first row below them. */
  readonly bodyRow: number;
}

const isWide = (merge: Merge): boolean => merge.endColumnIndex - merge.startColumnIndex > 1;
const covers = (merge: Merge, row: number): boolean => merge.startRowIndex <= row && row < merge.endRowIndex;
const isFilled = (cell: Cell | undefined): boolean => cell !== undefined && cell !== null && cell !== '';

/**
 * The names in a header as people see them: a merged cell names all its columns, and one over a row of further names
 * stands before each of them, as in “Household – Adults”.
 *
 * @param header row of the header, as it was found without a look at merged cells.
 */
export function readHeader(rows: Rows, merges: readonly Merge[], header: number): SheetHeader {
  const width = Math.max(0, ...rows.slice(0, header + 2).map((row) => row.length));
  // A cell over the whole width is a title.
  const wideAt = (row: number) =>
    merges.filter(
      (merge) => covers(merge, row) && isWide(merge) && merge.endColumnIndex - merge.startColumnIndex < width,
    );
  const value = (row: number, column: number): Cell => {
    const merge = merges.find(
      (one) => covers(one, row) && one.startColumnIndex <= column && column < one.endColumnIndex,
    );
    return merge === undefined
      ? (rows[row]?.[column] ?? null)
      : (rows[merge.startRowIndex]?.[merge.startColumnIndex] ?? null);
  };
  const groups = (row: number) => wideAt(row).filter((merge) => merge.endRowIndex === row + 1);
  const hasNamesBelow = (row: number) =>
    groups(row).length > 0 &&
    groups(row).every((merge) =>
      (rows[row + 1] ?? [])
        .slice(merge.startColumnIndex, merge.endColumnIndex)
        .some((cell) => typeof cell === 'string' && cell !== ''),
    ) &&
    (rows[row + 1] ?? []).every((cell) => typeof cell === 'string' || cell === null);
  const groupRow =
    header > 0 && groups(header - 1).length > 0 ? header - 1 : hasNamesBelow(header) ? header : undefined;
  if (groupRow === undefined) {
    return { names: columnsOf(width).map((column) => value(header, column)), bodyRow: header + 1 };
  }
  const grouped = groups(groupRow);
  const names = columnsOf(width).map((column) => {
    const own = value(groupRow + 1, column);
    const group = value(groupRow, column);
    const isGrouped = grouped.some(
      (merge) => merge.startColumnIndex <= column && column < merge.endColumnIndex,
    );
    if (!isFilled(own)) return group;
    return isGrouped && isFilled(group) ? `${String(group)} – ${String(own)}` : own;
  });
  return { names, bodyRow: groupRow + 2 };
}

const columnsOf = (width: number): number[] => Array.from({ length: width }, (_, index) => index);

/**
 * Gives every row of a cell that is merged downwards its value: what stands beside it belongs to all of them. Rows come
 * in pieces, from the top.
 */
export function fillDownwards(merges: readonly Merge[]): (rows: Rows, firstRow: number) => Rows {
  const tall = merges.filter((merge) => merge.endRowIndex - merge.startRowIndex > 1);
  const values = new Map<Merge, Cell>();
  return (rows, firstRow) => {
    if (tall.length === 0) return rows;
    const filled = rows.map((row) => [...row]);
    for (const merge of tall) {
      const column = merge.startColumnIndex;
      const start = filled[merge.startRowIndex - firstRow];
      if (start !== undefined) values.set(merge, start[column] ?? null);
      const value = values.get(merge);
      if (!isFilled(value)) continue;
      const from = Math.max(merge.startRowIndex, firstRow);
      for (let row = from; row < Math.min(merge.endRowIndex, firstRow + rows.length); row += 1) {
        const cells = filled[row - firstRow];
        if (cells === undefined) continue;
        while (cells.length <= column) cells.push('');
        cells[column] = value ?? null;
      }
    }
    return filled;
  };
}
