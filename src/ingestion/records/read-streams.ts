import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { StreamSettings } from '#contracts/streams';
import { isLeftOut, type RecordStream, type StreamInfo, type StreamState } from '#sources';
import { CursorFilter, shiftBack } from './cursor-filter.ts';
import { type Continuation, continueFrom, decideWrite, type WritePlan } from './decide-write.ts';
import type { LoadRecordsOptions } from './load-records.ts';
import { nameTable } from './name-path.ts';
import { readStream } from './read-stream.ts';
import type { RecordProgress } from './record-progress.ts';
import type { KnownTable } from './record-table.ts';
import { RecordShredder } from './record-shredder.ts';
import type { StreamMemory } from './stream-memory.ts';
import { fixesTypes, shredRules } from './stream-rules.ts';

/** A stream that was read to its end, on disk. */
export interface ReadStream {
  readonly info: StreamInfo;
  readonly stream: RecordStream;
  readonly settings: StreamSettings;
  readonly before: StreamMemory | undefined;
  readonly plan: WritePlan;
  readonly cursor: CursorFilter | undefined;
  readonly shredder: RecordShredder;
  /** Records that were taken. */
  readonly rows: number;
  /** Of the settings under which it was read. */
  readonly fingerprint: string;
}

/**
 * Reads all streams of a source, one after the other.
 *
 * @param read grows as streams are opened, so that the caller can let go of what was read when one of them fails.
 * @param takenTables names that tables have, and will have.
 */
export async function readStreams(
  read: ReadStream[],
  memories: ReadonlyMap<string, StreamMemory>,
  takenTables: Set<string>,
  progress: RecordProgress,
  options: LoadRecordsOptions,
): Promise<{ readonly rejected: number }> {
  const { signal } = options;
  const fingerprint = fingerprintOf(options.config);
  let rowsBefore = 0;
  let bytesBefore = 0;
  let rejected = 0;
  for (const info of options.streams) {
    const before = memories.get(info.name);
    const entry = await open(info, before, takenTables, fingerprint, options);
    read.push(entry);
    const result = await readStream(entry.stream, entry.shredder, {
      signal,
      cursor: entry.cursor,
      onRejected: options.onRejected,
      onProgress: ({ rows, bytes, expectedRows }) =>
        progress.reading(
          rowsBefore + rows,
          bytesBefore + bytes,
          options.streams.length > 1 ? undefined : expectedRows,
        ),
    });
    read[read.length - 1] = { ...entry, rows: result.rows };
    rowsBefore += result.rows;
    bytesBefore += entry.shredder.bytes;
    rejected += result.rejected;
  }
  return { rejected };
}

async function open(
  info: StreamInfo,
  before: StreamMemory | undefined,
  takenTables: Set<string>,
  fingerprint: string,
  options: LoadRecordsOptions,
): Promise<ReadStream> {
  const settings = options.settingsOf(info.name);
  const from = continueFrom(before, settings, fingerprint);
  const stream = await options.open(info.name, withLag(from.state, settings));
  const plan = decideWrite(stream, settings, before, from);
  const table =
    before?.tables.find(({ path }) => path.length === 0)?.name ?? newTable(info, takenTables, options);
  const shredder = new RecordShredder({
    table,
    title: info.title,
    fields: stream.fields ?? [],
    hasFixedFields: stream.hasFixedFields === true,
    known: stillWanted(before?.tables ?? [], stream),
    takenTables,
    spillDirectory: join(options.dataDirectory, 'spill'),
    rules: shredRules(settings),
    identity: plan.identity,
    fixesTypes: fixesTypes(settings),
  });
  const cursor = cursorOf(stream, settings, plan, from);
  return { info, stream, settings, before, plan, cursor, shredder, rows: 0, fingerprint };
}

/** What is remembered of tables, without columns that a person has left out since. */
function stillWanted(tables: readonly KnownTable[], { leftOut }: RecordStream): readonly KnownTable[] {
  if (leftOut === undefined || leftOut.size === 0) return tables;
  return tables.map((table) => ({
    ...table,
    columns: table.columns.filter(({ path }) => !isLeftOut([...table.path, ...path].join('.'), leftOut)),
  }));
}

/** The first stream of a source has the source's own table, whatever comes or goes later. */
function newTable(info: StreamInfo, taken: ReadonlySet<string>, options: LoadRecordsOptions): string {
  if (!taken.has(options.mainTable)) return options.mainTable;
  return nameTable(options.mainTable, info.title, taken);
}

/**
 * What the service is asked to continue from: earlier by the lag, so that records that were written late are read too.
 * By the port's agreement the place where a connector continues is its state's `cursor`, where there is such a place.
 */
function withLag(state: StreamState | undefined, { cursor }: StreamSettings): StreamState | undefined {
  const place = state?.['cursor'];
  if (cursor?.lag === undefined || (typeof place !== 'string' && typeof place !== 'number')) return state;
  return { ...state, cursor: shiftBack(place, cursor.lag) };
}

/**
 * The loader's own look at the cursor, where a person chose one, or the connector continues by one. Where rows are only
 * ever added it keeps out those that came before, since a service is asked for the last value again.
 */
function cursorOf(
  stream: RecordStream,
  settings: StreamSettings,
  plan: WritePlan,
  from: Continuation,
): CursorFilter | undefined {
  const { cursor } = settings;
  const field = cursor?.field ?? stream.cursorField;
  if (field === undefined || plan.method === 'replace') return undefined;
  return new CursorFilter(
    {
      field,
      lag: cursor?.lag,
      initialValue: cursor?.initial_value,
      onMissing: cursor?.field === undefined ? 'include' : cursor.on_missing,
      primaryKey: plan.primaryKey,
      skipsOlder: cursor?.field !== undefined || plan.method === 'append',
      knowsBoundary: plan.method === 'append',
    },
    from.cursor,
  );
}

/** What the state depends on; which streams are chosen is not part of it. */
function fingerprintOf(config: Readonly<Record<string, unknown>>): string {
  const { streams: _streams, ...rest } = config;
  return createHash('sha256')
    .update(JSON.stringify(sorted(rest)))
    .digest('base64url')
    .slice(0, 22);
}

/** Keys in one order, since JSON of the database comes in another than that of a form. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
