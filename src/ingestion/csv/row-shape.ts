import { kind } from './kind.ts';
import { kindOfValue } from './value-kind.ts';

/** What most values of a column are like, as far as the beginning of the file shows it. */
export interface ColumnProfile {
  /** Share of rows without a value. */
  readonly empty: number;
  /** Share of the values that are numbers or dates. */
  readonly typed: number;
}

/** What a row of a file looks like, so that one that is written wrongly can be told and put right. */
export interface RowShape {
  /** Cells of each row. */
  readonly width: number;
  readonly columns: readonly ColumnProfile[];
}

const encoder = new TextEncoder();
const typedKinds =
  kind.integer |
  kind.decimal |
  kind.commaDecimal |
  kind.commaThousand |
  kind.boolean |
  kind.date |
  kind.orderedDate |
  kind.timestamp |
  kind.zonedTimestamp |
  kind.orderedTimestamp |
  kind.groupedInteger |
  kind.groupedDecimal |
  kind.percent |
  kind.commaPercent |
  kind.negatedInteger |
  kind.negatedDecimal;

export function isTypedKind(found: number): boolean {
  return (found & typedKinds) !== 0;
}

/** The shape of the rows that have the right number of cells. */
export function describeShape(rows: readonly (readonly string[])[], width: number): RowShape {
  const fitting = rows.filter((cells) => cells.length === width);
  return {
    width,
    columns: Array.from({ length: width }, (_, column) => {
      let empty = 0;
      let typed = 0;
      for (const cells of fitting) {
        const bytes = encoder.encode(cells[column] ?? '');
        if (bytes.length === 0) empty += 1;
        else if (isTypedKind(kindOfValue(bytes, 0, bytes.length))) typed += 1;
      }
      const filled = fitting.length - empty;
      return {
        empty: fitting.length === 0 ? 0 : empty / fitting.length,
        typed: filled === 0 ? 0 : typed / filled,
      };
    }),
  };
}

/** How badly a cell fits its column: 0 well, 1 hardly. */
export function misfitOf(found: number, isEmpty: boolean, column: ColumnProfile): number {
  if (isEmpty) return column.empty < 0.02 ? 1 : 0;
  if (column.empty > 0.98) return 1;
  if (column.typed > 0.9) return isTypedKind(found) ? 0 : 1;
  return column.typed < 0.1 && isTypedKind(found) ? 0.5 : 0;
}

const maxExtraCells = 8;

/**
 * Which empty cells of a row are too many: those without which the others fit their columns best. A delimiter typed
 * twice shifts the rest of its row; empty cells at the end are no shift.
 *
 * @param kinds per cell what `kindOfValue` says of it; 0 when it is empty.
 * @returns indexes of the cells to leave out, rising; null when the row cannot be put right without a doubt.
 */
export function findExtraCells(
  kinds: readonly number[],
  isEmpty: readonly boolean[],
  shape: RowShape,
): readonly number[] | null {
  const extra = kinds.length - shape.width;
  if (extra < 1 || extra > maxExtraCells || isEmpty.filter(Boolean).length < extra) return null;
  // best[d] = least misfit of the cells so far when d of them were left out, and which.
  let best: ({ readonly misfit: number; readonly left: readonly number[] } | null)[] = [
    { misfit: 0, left: [] },
    ...Array.from({ length: extra }, () => null),
  ];
  for (const [cell, found] of kinds.entries()) {
    const next: typeof best = Array.from({ length: extra + 1 }, () => null);
    for (const [dropped, state] of best.entries()) {
      if (state === null) continue;
      const column = shape.columns[cell - dropped];
      if (column !== undefined) {
        const misfit = state.misfit + misfitOf(found, isEmpty[cell] === true, column);
        const known = next[dropped];
        if (known === null || known === undefined || misfit < known.misfit) {
          next[dropped] = { misfit, left: state.left };
        }
      }
      if (isEmpty[cell] === true && dropped < extra) {
        const known = next[dropped + 1];
        // Of equal choices the later cell goes: the cells before it stay where they stand.
        if (known === null || known === undefined || state.misfit <= known.misfit) {
          next[dropped + 1] = { misfit: state.misfit, left: [...state.left, cell] };
        }
      }
    }
    best = next;
  }
  const found = best[extra];
  return found === null || found === undefined || found.misfit > 0.5 ? null : found.left;
}
