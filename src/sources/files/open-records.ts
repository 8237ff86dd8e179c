import type { CsvOptions } from '#contracts/sources';
import type { FieldHint, RecordStream, SourceRecord } from '../port.ts';
import { readJsonRecords } from './json-records.ts';

/** Between the keys of a nested field, in the options of a file of records and in its preview. */
export const keySeparator = ' › ';

const maxFields = 2_000;

/**
 * The records of a file, as a service would deliver them: all that there are. Types and names that the user corrected
 * become hints, for which the first records are read ahead, so that the columns keep their order.
 */
export async function openRecords(
  path: string,
  format: 'json' | 'ndjson',
  options: CsvOptions | undefined,
  signal: AbortSignal | undefined,
): Promise<RecordStream> {
  return {
    kind: 'records',
    disposition: 'replace',
    fields: await correctedFields(path, format, options, signal),
    batches: readJsonRecords(path, format, signal),
  };
}

async function correctedFields(
  path: string,
  format: 'json' | 'ndjson',
  options: CsvOptions | undefined,
  signal: AbortSignal | undefined,
): Promise<readonly FieldHint[]> {
  const corrected = new Set([...Object.keys(options?.columns ?? {}), ...Object.keys(options?.names ?? {})]);
  if (corrected.size === 0) return [];
  const paths = new Map<string, readonly string[]>();
  for await (const batch of readJsonRecords(path, format, signal)) {
    for (const record of batch) addPaths(paths, [], record);
    if (paths.size >= maxFields || [...corrected].every((key) => paths.has(key))) break;
  }
  const last = [...paths.keys()].findLastIndex((key) => corrected.has(key));
  return [...paths].slice(0, last + 1).map(([key, keys]) => ({
    path: keys,
    type: options?.columns?.[key],
    label: options?.names?.[key],
  }));
}

/** Lists become tables of their own, so no hint concerns what is within. */
function addPaths(
  paths: Map<string, readonly string[]>,
  within: readonly string[],
  record: SourceRecord,
): void {
  for (const [key, value] of Object.entries(record)) {
    if (value === null || value === '' || Array.isArray(value)) continue;
    const keys = [...within, key];
    if (typeof value === 'object') addPaths(paths, keys, value as SourceRecord); // no list and not null
    else paths.set(keys.join(keySeparator), keys);
  }
}
