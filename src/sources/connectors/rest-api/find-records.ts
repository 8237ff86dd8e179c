import { AppError } from '#platform/errors';
import type { SourceRecord } from '../../port.ts';

/** Keys under which services put their rows, the likeliest first. */
const likely = [
  'data',
  'items',
  'results',
  'entries',
  'records',
  'rows',
  'entities',
  'payload',
  'content',
  'objects',
  'values',
];
const ignored: ReadonlySet<string> = new Set([
  'meta',
  'metadata',
  'pagination',
  'links',
  'extras',
  'headers',
]);
const maxDepth = 3;

/** The value under a path of keys with dots between. */
export function valueAt(json: unknown, path: string): unknown {
  return path
    .split('.')
    .filter((key) => key !== '')
    .reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), json);
}

/**
 * The rows of an answer: the list at `path`, else the first list under a likely key, else the first list at all, else
 * the answer itself as one row.
 *
 * @throws AppError source_unexpected_answer when there is none at the path.
 */
export function findRecords(json: unknown, path: string | undefined): readonly SourceRecord[] {
  if (path !== undefined && path !== '') {
    const found = valueAt(json, path);
    if (Array.isArray(found)) return found.map(asRecord);
    if (isObject(found)) return [found];
    // An empty page may leave the list out, or say null.
    if (found === null) return [];
    throw new AppError('source_unexpected_answer', `The answer has no list at “${path}”.`, {
      hint: 'Correct where the rows are, or leave it empty to have them found.',
    });
  }
  const list = Array.isArray(json) ? (json as unknown[]) : firstList(json, 1);
  if (list !== undefined) return list.map(asRecord);
  return isObject(json) && Object.keys(json).length > 0 ? [json] : [];
}

function firstList(json: unknown, depth: number): unknown[] | undefined {
  if (!isObject(json) || depth > maxDepth) return undefined;
  const keys = Object.keys(json).filter((key) => !ignored.has(key));
  const ordered = [
    ...likely.filter((key) => keys.includes(key)),
    ...keys.filter((key) => !likely.includes(key)),
  ];
  for (const key of ordered) {
    const value = json[key];
    if (Array.isArray(value)) return value as unknown[];
  }
  for (const key of ordered) {
    const found = firstList(json[key], depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

function asRecord(item: unknown): SourceRecord {
  return isObject(item) ? item : { value: item };
}

function isObject(value: unknown): value is SourceRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
