import type { ColumnType } from '#contracts/column-types';
import { nameTable } from './name-path.ts';
import type { KnownTable, RecordColumn, RecordTable } from './record-table.ts';

/** A column with its place among the values of a row as it was read. */
export interface PlacedColumn {
  readonly column: RecordColumn;
  readonly index: number;
  readonly type: ColumnType;
}

/** A table of the warehouse: all columns of a table that was read, or, where that is too wide, some of them. */
export interface TablePart {
  readonly name: string;
  readonly displayName: string;
  readonly columns: readonly PlacedColumn[];
}

/** PostgreSQL takes 1,600 columns; ours and a margin are left free. */
export const maxColumns = 1_550;
/** PostgreSQL's limit of 8,160 bytes, less the row's header and the loader's own columns. */
const maxRowBytes = 8_000;
/** So many fit whatever their values are: each takes 24 bytes of a row at most. */
export const partColumns = 300;

/** @param widestRow as {@link bytesInPage} says; 0 when rows are known to fit. */
export function fitsOneTable(columns: number, widestRow: number): boolean {
  return columns <= maxColumns && widestRow <= maxRowBytes - Math.ceil(columns / 8);
}

/** Into how many tables a wide one is split. */
export function tablesFor(columns: number): number {
  return Math.ceil(columns / partColumns);
}

/**
 * Bytes that a row needs in a page at most: what is longer than 24 is moved out of it, numbers and dates take 8.
 * Names of 20 letters in 388 columns are what breaks first.
 *
 * @param missing how a value that is not there is written.
 */
export function bytesInPage(values: readonly string[], missing: string): number {
  let bytes = 0;
  for (const value of values) {
    if (value !== missing) bytes += Math.max(8, Math.min(24, Buffer.byteLength(value) + 1));
  }
  return bytes;
}

/**
 * The tables of the warehouse for one table that was read: itself, or the first of several that share its `_dlt_id`
 * when it has more columns, or longer rows, than PostgreSQL takes. A column stays where it was; a table that was split
 * once stays so.
 */
export function splitWideTable(
  table: RecordTable,
  options: {
    readonly typeOf: (column: RecordColumn) => ColumnType;
    readonly known: Pick<KnownTable, 'parts'> | undefined;
    /** Fields by which rows are compared; their columns stay in the first part. */
    readonly keys: ReadonlySet<string>;
    /** Names that tables have; grows. */
    readonly taken: Set<string>;
  },
): TablePart[] {
  const { typeOf, known, keys, taken } = options;
  const placed = table.columns.map((column, index) => ({ column, index, type: typeOf(column) }));
  const knownParts = known?.parts ?? [];
  if (knownParts.length === 0 && fitsOneTable(placed.length, table.widest)) {
    return [{ name: table.name, displayName: table.displayName, columns: placed }];
  }
  const parts: PlacedColumn[][] = [[], ...knownParts.map((): PlacedColumn[] => [])];
  if (knownParts.length > 0) {
    for (const each of placed) if (isPlaced(each.column)) parts[each.column.knownPart ?? 0]?.push(each);
  }
  let last = knownParts.length;
  const isKey = ({ column }: PlacedColumn) => keys.has(column.path.join('.'));
  for (const each of [...placed.filter(isKey), ...placed.filter((one) => !isKey(one))]) {
    if (knownParts.length > 0 && isPlaced(each.column)) continue;
    if ((parts[last]?.length ?? 0) >= partColumns) last += 1;
    (parts[last] ??= []).push(each);
  }
  return parts.map((columns, at) => {
    if (at === 0) return { name: table.name, displayName: table.displayName, columns };
    const name = knownParts[at - 1] ?? nameTable(table.name, `part ${at + 1}`, taken);
    taken.add(name);
    return { name, displayName: `${table.displayName} (part ${at + 1})`, columns };
  });
}

function isPlaced(column: RecordColumn): boolean {
  return column.knownType !== undefined;
}
