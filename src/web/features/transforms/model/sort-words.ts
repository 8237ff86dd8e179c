import type { ColumnType } from '#contracts/column-types';

/** "A to Z", "largest first", "newest first". */
export function directionWords(type: ColumnType, isDescending: boolean): string {
  switch (type) {
    case 'integer':
    case 'decimal':
    case 'float':
      return isDescending ? 'largest first' : 'smallest first';
    case 'date':
    case 'timestamp':
    case 'timestamptz':
    case 'time':
      return isDescending ? 'latest first' : 'earliest first';
    case 'boolean':
      return isDescending ? 'Yes first' : 'No first';
    case 'text':
    case 'json':
      return isDescending ? 'Z to A' : 'A to Z';
  }
}
