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

export interface FoundRecords {
  readonly records: readonly SourceRecord[];
  /** Keys from the answer to its list; none when the answer is the list, undefined when it is one row itself. */
  readonly path: readonly string[] | undefined;
}

/**
 * The rows of the first answer: the list at `path`, else the first list under a likely key, else the first list at all,
 * else the answer itself as one row.
 *
 * @throws AppError source_unexpected_answer when there is none at the path.
 */
export function findRecords(json: unknown, path: string | undefined): FoundRecords {
  if (path !== undefined && path !== '') {
    const keys = path.split('.').filter((key) => key !== '');
    const found = valueAt(json, path);
    if (isObject(found)) return { records: [found], path: undefined };
    return { records: recordsAt(json, keys), path: keys };
  }
  const keys = Array.isArray(json) ? [] : firstList(json, 1);
  if (keys !== undefined) return { records: recordsAt(json, keys), path: keys };
  return { records: isObject(json) && Object.keys(json).length > 0 ? [json] : [], path: undefined };
}

/**
 * The rows of a further answer, which stand where those of the first did: an answer without them is no page without
 * rows, but something else, such as an error that is sent as a success.
 *
 * @throws AppError source_unexpected_answer
 */
export function recordsAt(json: unknown, path: readonly string[]): readonly SourceRecord[] {
  const found = path.reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), json);
  if (Array.isArray(found)) return found.map(asRecord);
  // An empty page may say null.
  if (found === null) return [];
  throw new AppError(
    'source_unexpected_answer',
    path.length === 0 ? 'The answer is no list.' : `The answer has no list at “${path.join('.')}”.`,
    { hint: 'Correct where the rows are, or leave it empty to have them found.' },
  );
}

/** A list of an answer that may be the rows. */
export interface ListedRecords {
  readonly path: string;
  readonly rows: number;
}

/** Every list of objects in an answer, from the outside in. */
export function listsOf(json: unknown): ListedRecords[] {
  const found: ListedRecords[] = [];
  const look = (value: unknown, path: readonly string[]): void => {
    if (Array.isArray(value)) {
      if (value.some(isObject)) found.push({ path: path.join('.'), rows: value.length });
    } else if (isObject(value) && path.length < maxDepth) {
      for (const key of Object.keys(value)) if (!key.includes('.')) look(value[key], [...path, key]);
    }
  };
  look(json, []);
  return found;
}

function firstList(json: unknown, depth: number): string[] | undefined {
  if (!isObject(json) || depth > maxDepth) return undefined;
  const keys = Object.keys(json).filter((key) => !ignored.has(key));
  const ordered = [
    ...likely.filter((key) => keys.includes(key)),
    ...keys.filter((key) => !likely.includes(key)),
  ];
  const own = ordered.find((key) => Array.isArray(json[key]));
  if (own !== undefined) return [own];
  for (const key of ordered) {
    const found = firstList(json[key], depth + 1);
    if (found !== undefined) return [key, ...found];
  }
  return undefined;
}

function asRecord(item: unknown): SourceRecord {
  return isObject(item) ? item : { value: item };
}

function isObject(value: unknown): value is SourceRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
