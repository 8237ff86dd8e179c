import { createHash } from 'node:crypto';
import { jsonText } from './copy-text.ts';
import type { SourceRecord } from '#sources';

/**
 * How a row is known in the warehouse (`_dlt_id`). `counter`: unique and rising in the order of reading; `key`: a hash
 * of the primary key, so that it stays through updates; `row`: a hash of the whole record, so that a changed record is
 * another row. As in dlt, where the first is random.
 */
export type RowIdentity =
  | { readonly kind: 'counter' }
  | { readonly kind: 'key'; readonly fields: readonly (readonly string[])[] }
  | { readonly kind: 'row' };

/** The hash of the values of a key; null when one of them is missing. */
export function hashOfKey(record: SourceRecord, fields: readonly (readonly string[])[]): string | null {
  const values = fields.map((path) => valueAtPath(record, path));
  return values.some((value) => value === null || value === undefined || value === '')
    ? null
    : hashOf(jsonText(values.map(inOneOrder)));
}

/** The hash of a record, whatever the order of its keys. @throws RangeError when it is nested too deeply. */
export function hashOfRecord(record: SourceRecord): string {
  return hashOf(jsonText(inOneOrder(record)));
}

/** The id of a row in a list: the same whenever its parent, its list and its place are. */
export function hashOfListRow(parentId: string, table: string, index: number): string {
  return hashOf(`${parentId}_${table}_${index}`);
}

/** A field by its keys, or the one whose name has dots in it. */
export function valueAtPath(record: unknown, path: readonly string[]): unknown {
  let value = record;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    value = (value as SourceRecord)[key]; // an object, as just asked
  }
  return value;
}

/** The keys that a setting like `address.city` means. A key with a dot in it is found where there is one. */
export function pathsOf(fields: readonly string[]): string[][] {
  return fields.map((field) => field.split('.'));
}

/** 80 bits: 14 characters, as dlt's. */
function hashOf(text: string): string {
  return createHash('shake128', { outputLength: 10 }).update(text).digest('base64').replace(/=+$/, '');
}

function inOneOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOneOrder);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, inner]) => inner !== null && inner !== undefined && !key.startsWith('_dlt'))
      .toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      .map(([key, inner]) => [key, inOneOrder(inner)]),
  );
}
