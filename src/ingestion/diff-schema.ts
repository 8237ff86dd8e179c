import type { z } from 'zod';
import type { schemaChange } from '#contracts/sources';
import type { TableColumn } from '#contracts/warehouse';

export type SchemaChange = z.infer<typeof schemaChange>;

/** What is different between two states of a table's columns, by name. The order of columns is not a change. */
export function diffSchema(before: readonly TableColumn[], after: readonly TableColumn[]): SchemaChange[] {
  const old = new Map(before.map((column) => [column.name, column.type]));
  const present = new Set(after.map((column) => column.name));
  return [
    ...after.flatMap((column): SchemaChange[] => {
      const from = old.get(column.name);
      if (from === undefined)
        return [{ kind: 'column_added', column: column.name, from: null, to: column.type }];
      return from === column.type
        ? []
        : [{ kind: 'type_changed', column: column.name, from, to: column.type }];
    }),
    ...before.flatMap((column): SchemaChange[] =>
      present.has(column.name)
        ? []
        : [{ kind: 'column_removed', column: column.name, from: column.type, to: null }],
    ),
  ];
}
