import { readJsonRecords } from './json-records.ts';
import { keySeparator } from './open-records.ts';
import type { SourceRecord } from '../port.ts';
import type { SpillWriter } from './spill-writer.ts';

/**
 * Writes records as rows, for a table that is made of rows: a column for each value within their objects, called by
 * its keys; lists stay JSON. Read twice, once for the columns.
 */
export async function writeRecords(
  path: string,
  format: 'json' | 'ndjson',
  writer: SpillWriter,
  signal: AbortSignal | undefined,
): Promise<void> {
  const columns = new Map<string, number>();
  const eachRecord = async (take: (values: ReadonlyMap<string, unknown>) => void) => {
    for await (const batch of readJsonRecords(path, format, signal)) {
      for (const record of batch) take(valuesOf(record));
      if (writer.isFull) await writer.flush();
    }
  };
  await eachRecord((values) => {
    for (const key of values.keys()) if (!columns.has(key)) columns.set(key, columns.size);
  });
  writer.row([...columns.keys()], columns.size);
  await eachRecord((values) => {
    writer.row(
      [...columns.keys()].map((key) => textOf(values.get(key))),
      columns.size,
    );
  });
  await writer.flush();
}

function valuesOf(record: SourceRecord): Map<string, unknown> {
  const values = new Map<string, unknown>();
  const add = (within: readonly string[], inner: object) => {
    for (const [key, value] of Object.entries(inner)) {
      const path = [...within, key];
      if (typeof value === 'object' && value !== null && !Array.isArray(value)) add(path, value as object);
      else values.set(path.join(keySeparator), value);
    }
  };
  add([], record);
  return values;
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  return typeof value === 'bigint' ? value.toString() : JSON.stringify(value);
}
