import type { ColumnType } from '#contracts/column-types';
import type { RecordedChange } from '#contracts/streams';

/**
 * What happened to a table, as one would say it.
 * @param labels what the interface calls the types of columns.
 */
export function changeWords(
  { kind, column, from, to }: Pick<RecordedChange, 'kind' | 'column' | 'from' | 'to'>,
  labels: Readonly<Record<ColumnType, string>>,
): string {
  const of = (type: ColumnType | null) => (type === null ? '' : labels[type]);
  switch (kind) {
    case 'table_added':
      return 'A new list became a table';
    case 'table_split':
      return 'It became too wide for one table and goes on in another';
    case 'column_added':
      return `New column “${column ?? ''}”${to ? ` (${of(to)})` : ''}`;
    case 'column_removed':
      return `Column “${column ?? ''}” is gone`;
    case 'type_changed':
      return `“${column ?? ''}” changed${from ? ` from ${of(from)}` : ''}${to ? ` to ${of(to)}` : ''}`;
    default:
      return kind satisfies never;
  }
}
