import type { StreamSettings } from '#contracts/streams';
import { AppError } from '#platform/errors';
import type { RecordStream, StreamState } from '#sources';
import type { CursorMemory } from './cursor-filter.ts';
import { pathsOf, type RowIdentity } from './row-identity.ts';
import type { StreamMemory } from './stream-memory.ts';

/** How the rows of one load meet those that are there. The last four are dlt's strategies of `merge`. */
export type WriteMethod = 'replace' | 'append' | 'delete-insert' | 'upsert' | 'insert-only' | 'scd2';

export interface WritePlan {
  readonly method: WriteMethod;
  /** False: the tables are written anew. */
  readonly keepsOldRows: boolean;
  /** The stream continued: a row that did not come is still there at the service. */
  readonly isPartial: boolean;
  readonly primaryKey: readonly string[] | undefined;
  readonly mergeKey: readonly string[] | undefined;
  readonly hardDelete: string | undefined;
  readonly dedupSort: { readonly field: string; readonly order: 'asc' | 'desc' } | undefined;
  readonly identity: RowIdentity;
}

/** From where a load continues. */
export interface Continuation {
  /** For the connector. */
  readonly state: StreamState | undefined;
  readonly cursor: CursorMemory | undefined;
  /** What was loaded before counts for nothing: the settings lead to something else now. */
  readonly startsAnew: boolean;
}

/** Rows with versions cannot become rows without, nor the other way round. */
function isOtherKind(before: StreamMemory, settings: StreamSettings): boolean {
  const hasVersions = settings.merge_strategy === 'scd2' && mergesOrFollows(settings);
  return before.method !== undefined && (before.method === 'scd2') !== hasVersions;
}

function mergesOrFollows({ write_disposition: disposition }: StreamSettings): boolean {
  return disposition === 'merge' || disposition === 'auto';
}

/** What a load may start from: nothing when all is to be read anew, by wish or because what is known is of something else. */
export function continueFrom(
  before: StreamMemory | undefined,
  settings: StreamSettings,
  fingerprint: string,
): Continuation {
  if (before === undefined) return { state: undefined, cursor: undefined, startsAnew: true };
  const startsAnew = before.request === 'reset' || isOtherKind(before, settings);
  const readsAll =
    startsAnew ||
    before.request === 'backfill' ||
    settings.write_disposition === 'replace' ||
    before.fingerprint !== fingerprint;
  return readsAll
    ? { state: undefined, cursor: undefined, startsAnew }
    : { state: before.state, cursor: before.cursor, startsAnew };
}

/** @throws AppError primary_key_missing */
export function decideWrite(
  stream: Pick<RecordStream, 'disposition' | 'primaryKey' | 'hardDelete'>,
  settings: StreamSettings,
  before: StreamMemory | undefined,
  from: Continuation,
): WritePlan {
  const primaryKey = settings.primary_key ?? stream.primaryKey;
  const wish = settings.write_disposition;
  const disposition =
    wish === 'auto' ? (settings.merge_strategy === 'scd2' ? 'merge' : stream.disposition) : wish;
  const method = disposition === 'merge' ? strategyOf(settings, primaryKey) : disposition;
  const continued = from.state !== undefined || from.cursor !== undefined;
  return {
    method,
    keepsOldRows: keeps(disposition, wish === 'auto' && method !== 'scd2', before, from, continued),
    isPartial: continued && (stream.disposition !== 'replace' || from.cursor !== undefined),
    primaryKey,
    mergeKey: settings.merge_key,
    hardDelete: settings.hard_delete ?? stream.hardDelete,
    dedupSort: settings.dedup_sort,
    identity:
      method === 'scd2'
        ? { kind: 'row' }
        : method === 'upsert'
          ? { kind: 'key', fields: pathsOf(primaryKey ?? []) }
          : { kind: 'counter' },
  };
}

function keeps(
  disposition: 'replace' | 'append' | 'merge',
  followsConnector: boolean,
  before: StreamMemory | undefined,
  from: Continuation,
  continued: boolean,
): boolean {
  if (disposition === 'replace' || before === undefined || from.startsAnew) return false;
  if (before.request === 'backfill') return disposition === 'merge';
  if (followsConnector) return continued;
  if (disposition === 'merge') return true;
  // Rows that are added to those of before: all again would double them, unless that is what each load brings.
  return continued || (before.state === undefined && before.cursor === undefined);
}

function strategyOf(settings: StreamSettings, primaryKey: readonly string[] | undefined) {
  const strategy = settings.merge_strategy;
  const hasKey = (primaryKey ?? []).length > 0;
  const needsKey = strategy === 'upsert' || strategy === 'insert-only';
  if (strategy === 'scd2' || hasKey || (!needsKey && (settings.merge_key ?? []).length > 0)) return strategy;
  throw new AppError(
    'primary_key_missing',
    'Rows can only be merged by fields that tell them apart, and none are chosen.',
  );
}
