import type { ColumnType } from '#contracts/column-types';

const numbers: ReadonlySet<ColumnType> = new Set(['integer', 'decimal', 'float']);

export function isNumber(type: ColumnType): boolean {
  return numbers.has(type);
}

/** The type in which values of two types meet without losing anything, or null: text is never guessed at. */
export function commonType(left: ColumnType, right: ColumnType): ColumnType | null {
  if (left === right) return left;
  if (isNumber(left) && isNumber(right)) return 'decimal';
  if ((left === 'date' && right === 'timestamp') || (left === 'timestamp' && right === 'date'))
    return 'timestamp';
  return null;
}
