import type { ColumnType } from '#contracts/column-types';
import type { TableColumn } from '#contracts/warehouse';
import type { StreamInfo } from '#sources';
import type { WriteMethod } from './decide-write.ts';
import type { KnownTable, RecordColumn, RecordTable } from './record-table.ts';
import type { TablePart } from './split-wide-table.ts';

export interface LoadedRecordTable {
  readonly name: string;
  /** Of the stream, and of the list within it. */
  readonly label: readonly string[];
  readonly columns: readonly TableColumn[];
}

/** The type of a column after a load: `keepsTypes` where rows or the contract hold on to what is known. */
export function typeOfColumn(table: RecordTable, keepsTypes: boolean): (column: RecordColumn) => ColumnType {
  return (column) => table.typeOf(column, keepsTypes);
}

/** A table as it is remembered from this load on. */
export function knownTable(table: RecordTable, parts: readonly TablePart[]): KnownTable {
  const placed = parts.flatMap(({ columns }, part) =>
    columns.map(({ column, index, type }) => ({ column, index, type, part })),
  );
  return {
    path: table.path,
    name: table.name,
    display_name: table.displayName,
    ...(parts.length > 1 ? { parts: parts.slice(1).map(({ name }) => name) } : {}),
    columns: placed
      .toSorted((a, b) => a.index - b.index)
      .map(({ column, type, part }) => ({
        path: column.path,
        name: column.name,
        display_name: column.displayName,
        type,
        ...(part === 0 ? {} : { part }),
      })),
  };
}

/** By which the rows of tables that were split are put together. */
export const rowId: TableColumn = { name: '_dlt_id', display_name: 'Row id', type: 'text' };
const versions: readonly TableColumn[] = [
  { name: '_dlt_valid_from', display_name: 'Valid from', type: 'timestamptz' },
  { name: '_dlt_valid_to', display_name: 'Valid until', type: 'timestamptz' },
];
const listColumns: readonly TableColumn[] = [
  { name: '_dlt_parent_id', display_name: 'Row id of the parent', type: 'text' },
  { name: '_dlt_list_idx', display_name: 'Position in the list', type: 'integer' },
];

/** With the loader's own columns where they are needed to join a list, or a further part, to what it belongs to. */
export function describeTables(
  info: StreamInfo,
  tables: readonly KnownTable[],
  method: WriteMethod | undefined,
): LoadedRecordTable[] {
  const isParent = (table: KnownTable) =>
    (table.parts?.length ?? 0) > 0 ||
    tables.some(
      ({ path }) => path.length > table.path.length && table.path.every((key, at) => path[at] === key),
    );
  return tables.flatMap((table) => {
    const columnsOf = (wanted: number) =>
      table.columns
        .filter(({ part }) => (part ?? 0) === wanted)
        .map(({ name, display_name, type }) => ({ name, display_name, type }));
    const label = table.path.length === 0 ? [info.title] : [info.title, table.display_name];
    return [
      {
        name: table.name,
        label,
        columns: [
          ...columnsOf(0),
          ...(method === 'scd2' && table.path.length === 0 ? versions : []),
          ...(isParent(table) ? [rowId] : []),
          ...(table.path.length === 0 ? [] : listColumns),
        ],
      },
      ...(table.parts ?? []).map((name, at) => ({
        name,
        label: [...label, `part ${at + 2}`],
        columns: [...columnsOf(at + 1), rowId],
      })),
    ];
  });
}
