/** Cells of a sheet, counted from 1, both ends among them. */
export interface CellRange {
  readonly firstRow: number;
  readonly lastRow: number;
  readonly firstColumn: number;
  readonly lastColumn: number;
}

/** "B3:C7"; null when it is no range. */
export function readRange(text: string): CellRange | null {
  const [, from, first, to, last] = /^([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})$/.exec(text) ?? [];
  if (from === undefined || first === undefined || to === undefined || last === undefined) return null;
  return {
    firstRow: Number(first),
    lastRow: Number(last),
    firstColumn: columnNumber(from),
    lastColumn: columnNumber(to),
  };
}

function columnNumber(letters: string): number {
  let column = 0;
  for (const letter of letters) column = column * 26 + letter.charCodeAt(0) - 64;
  return column;
}

/**
 * The merged cells whose value belongs to every row beside them. A cell that stands beside one over several columns is
 * a name in a header of several rows, which is read as such.
 */
export function rangesToFill(merged: readonly CellRange[]): readonly CellRange[] {
  const wideRows = new Set(
    merged.filter((range) => range.lastColumn > range.firstColumn).map((range) => range.firstRow),
  );
  return merged
    .filter((range) => range.lastRow > range.firstRow && range.lastColumn === range.firstColumn)
    .filter((range) => !wideRows.has(range.firstRow))
    .toSorted((a, b) => a.firstRow - b.firstRow);
}

/** Gives the rows of a merged cell its value; asked for each row, from the top. */
export class MergeFiller {
  readonly #ranges: readonly CellRange[];
  #next = 0;
  #active: { readonly range: CellRange; readonly value: string }[] = [];

  /** @param ranges by their first row. */
  constructor(ranges: readonly CellRange[]) {
    this.#ranges = ranges;
  }

  /** What a row lacks, by column. */
  valuesOf(row: number, cells: readonly string[]): readonly (readonly [column: number, value: string])[] {
    if (this.#ranges.length === 0) return [];
    this.#active = this.#active.filter(({ range }) => range.lastRow >= row);
    const values = this.#active.map(({ range, value }) => [range.firstColumn, value] as const);
    for (let range = this.#ranges[this.#next]; range !== undefined; range = this.#ranges[this.#next]) {
      if (range.firstRow > row) break;
      const value = range.firstRow === row ? (cells[range.firstColumn - 1] ?? '') : '';
      if (value !== '') this.#active.push({ range, value });
      this.#next += 1;
    }
    return values.filter(([column]) => (cells[column - 1] ?? '') === '');
  }
}
