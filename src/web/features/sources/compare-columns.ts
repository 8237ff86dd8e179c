import type { ColumnType } from '#contracts/column-types';
import { columnTypeLabels } from '../../ui/column-type.tsx';

interface NamedColumn {
  readonly name: string;
  readonly display_name: string;
  readonly type: ColumnType;
}

/** What is different in a newer file, in sentences: it may break what uses the table. */
export function compareColumns(now: readonly NamedColumn[], next: readonly NamedColumn[]): string[] {
  const nextByName = new Map(next.map((column) => [column.name, column]));
  const nowNames = new Set(now.map((column) => column.name));
  return [
    ...now
      .filter((column) => !nextByName.has(column.name))
      .map(
        (column) => `Column “${column.display_name}” is not in this file. What uses it will stop working.`,
      ),
    ...now.flatMap((column) => {
      const other = nextByName.get(column.name);
      return other && other.type !== column.type
        ? [
            `“${column.display_name}” is ${columnTypeLabels[other.type]} in this file, until now ${columnTypeLabels[column.type]}.`,
          ]
        : [];
    }),
    ...next
      .filter((column) => !nowNames.has(column.name))
      .map((column) => `Column “${column.display_name}” is new.`),
  ];
}
