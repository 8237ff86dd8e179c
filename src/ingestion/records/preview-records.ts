import { tmpdir } from 'node:os';
import type { SourceField } from '#contracts/sources';
import type { PreviewResult } from '#contracts/warehouse';
import type { RecordStream, SourceRecord } from '#sources';
import { jsonText } from './copy-text.ts';
import { RecordShredder } from './record-shredder.ts';
import type { RecordTable } from './record-table.ts';

const maxRows = 50;

/** The first records of a stream as the table that they would become; lists within them are left out. */
export async function previewRecords(
  stream: RecordStream,
): Promise<Pick<PreviewedTables, 'preview' | 'fields'>> {
  return previewTables(stream, { read: maxRows, shown: maxRows });
}

export interface PreviewedTables {
  readonly preview: PreviewResult;
  readonly fields: SourceField[];
  /** Keys of each column of `preview`, from the record inwards. */
  readonly paths: readonly (readonly string[])[];
  /** Tables that lists within the records become. */
  readonly lists: readonly { readonly title: string; readonly columns: readonly string[] }[];
}

/**
 * The same with the tables of the lists.
 *
 * @param counts records by which types are told, and those that are shown.
 */
export async function previewTables(
  stream: RecordStream,
  counts: { readonly read: number; readonly shown: number },
): Promise<PreviewedTables> {
  await using shredder = new RecordShredder({
    table: 'preview',
    title: 'Preview',
    fields: stream.fields ?? [],
    hasFixedFields: stream.hasFixedFields === true,
    known: [],
    takenTables: new Set(),
    // So few rows never leave memory.
    spillDirectory: tmpdir(),
  });
  const records: SourceRecord[] = [];
  for await (const batch of stream.batches) {
    records.push(...batch.slice(0, counts.read - records.length));
    if (records.length >= counts.read) break;
  }
  const kept = records.filter((record) => {
    try {
      shredder.add(record);
      return true;
    } catch (error) {
      if (error instanceof RangeError) return false;
      throw error;
    }
  });
  const { root } = shredder;
  const preview = {
    columns: root.columns.map((column) => ({
      name: column.name,
      display_name: column.displayName,
      type: root.typeOf(column, false),
    })),
    rows: kept
      .slice(0, counts.shown)
      .map((record) =>
        Object.fromEntries(root.columns.map((column) => [column.name, cellOf(valueAt(record, column.path))])),
      ),
    total_count: stream.expectedRows?.() ?? null,
    next_cursor: null,
  };
  const lists = shredder.tables.slice(1).map((table) => ({
    title: table.path.join(' › '),
    columns: table.columns.map((column) => column.displayName),
  }));
  return {
    preview,
    fields: fieldsOf(shredder.tables, new Set(stream.primaryKey)),
    paths: root.columns.map((column) => column.path),
    lists,
  };
}

/** Lists before what lies within them. */
function fieldsOf(tables: readonly RecordTable[], keys: ReadonlySet<string>): SourceField[] {
  return tables.flatMap((table) => {
    const isRoot = table.path.length === 0;
    const list = {
      path: table.path.join('.'),
      label: table.displayName,
      type: null,
      column: null,
      is_key: false,
    };
    return [
      ...(isRoot ? [] : [list]),
      ...table.columns.map((column) => {
        const path = [...table.path, ...column.path].join('.');
        return {
          path,
          label: column.displayName,
          type: table.typeOf(column, false),
          column: isRoot ? column.name : null,
          is_key: isRoot && keys.has(path),
        };
      }),
    ];
  });
}

function valueAt(record: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? (value as SourceRecord)[key] // an object, as just asked
        : undefined,
    record,
  );
}

function cellOf(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'object' && value !== null) return JSON.parse(jsonText(value)) as unknown;
  return value === undefined || value === '' ? null : value;
}
