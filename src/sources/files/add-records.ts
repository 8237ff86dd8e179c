import type { FileAddition } from '#contracts/sources';
import { AppError } from '#platform/errors';
import type { RecordStream, SourceRecord } from '../port.ts';
import { readJsonRecords } from './json-records.ts';
import { keySeparator } from './open-records.ts';

/** A file of records whose rows come to those of another. */
export interface AddedRecords {
  readonly path: string;
  readonly format: 'json' | 'ndjson';
  readonly addition: FileAddition;
}

/**
 * The records of a file and of those that were added to it, one after the other; all are read with each load, so each
 * comes in once. Files that are merged replace the records with the same key, whole. Columns go by their keys, from the
 * record inwards: “home › town”.
 *
 * @throws AppError source_config_invalid when some are merged and others are not, or by other keys.
 */
export function withAddedRecords(
  base: RecordStream,
  added: readonly AddedRecords[],
  signal: AbortSignal | undefined,
): RecordStream {
  const [first] = added;
  if (first === undefined) return base;
  const how = ({ mode, key }: FileAddition) => JSON.stringify([mode, mode === 'merge' ? key : []]);
  if (added.some(({ addition }) => how(addition) !== how(first.addition))) {
    const message = 'Files of records are all added to a table in one way: as more rows, or by the same key';
    throw new AppError('source_config_invalid', `${message}.`, { errors: [{ path: 'additions', message }] });
  }
  const { mode, key } = first.addition;
  return {
    ...base,
    ...(mode === 'merge' ? { primaryKey: key.map((column) => column.split(keySeparator).join('.')) } : {}),
    batches: allRecords(base, added, signal),
  };
}

async function* allRecords(
  base: RecordStream,
  added: readonly AddedRecords[],
  signal: AbortSignal | undefined,
): AsyncGenerator<readonly SourceRecord[]> {
  yield* base.batches;
  for (const { path, format, addition } of added) {
    const moves = movesOf(addition.mapping);
    for await (const batch of readJsonRecords(path, format, signal))
      yield moves.length === 0 ? batch : batch.map((record) => moved(record, moves));
  }
}

interface Move {
  readonly from: readonly string[];
  /** null: left out. */
  readonly to: readonly string[] | null;
}

function movesOf(mapping: FileAddition['mapping']): Move[] {
  return Object.entries(mapping)
    .filter(([from, to]) => from !== to)
    .map(([from, to]) => ({ from: from.split(keySeparator), to: to?.split(keySeparator) ?? null }));
}

/** All values are taken before the first one is set: two columns may change places. What is not moved is shared. */
function moved(record: SourceRecord, moves: readonly Move[]): SourceRecord {
  const copy: Keyed = { ...record };
  const taken = moves.map(({ from, to }) => ({ to, value: take(copy, from) }));
  for (const { to, value } of taken) {
    const last = to?.at(-1);
    if (to === null || last === undefined || value === undefined) continue;
    define(innermost(copy, to), last, value);
  }
  return copy;
}

type Keyed = Record<string, unknown>;

/** Numbers of more digits than a double holds are objects too, of a class of their own. */
function isKeyed(value: unknown): value is Keyed {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

function take(record: Keyed, path: readonly string[]): unknown {
  const last = path.at(-1);
  if (last === undefined) return undefined;
  const at = innermost(record, path);
  const value = Object.hasOwn(at, last) ? at[last] : undefined;
  delete at[last];
  return value;
}

/** The object in which the last key of a path stands; those on the way are copied, or made. */
function innermost(record: Keyed, path: readonly string[]): Keyed {
  let at = record;
  for (const key of path.slice(0, -1)) {
    const inner = Object.hasOwn(at, key) ? at[key] : undefined;
    const next: Keyed = isKeyed(inner) ? { ...inner } : {};
    define(at, key, next);
    at = next;
  }
  return at;
}

/** Whatever the key is called: `__proto__` is one too. */
function define(record: Keyed, key: string, value: unknown): void {
  Object.defineProperty(record, key, { value, enumerable: true, configurable: true, writable: true });
}
