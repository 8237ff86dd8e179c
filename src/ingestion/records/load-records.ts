import type { RejectedRow, SyncProgress, Warning } from '#contracts/sources';
import type { RecordedChange, StreamSettings } from '#contracts/streams';
import type { Clock } from '#platform/clock';
import { AppError } from '#platform/errors';
import type { RecordStream, StreamInfo, StreamState } from '#sources';
import { dropStagingTables, findPublishedRun, publishTables, type OrganizationWarehouse } from '#warehouse';
import { ensureLoadsTable, recordLoadSql } from '../load/dlt-loads.ts';
import { describeTables, knownTable, type LoadedRecordTable, typeOfColumn } from './describe-tables.ts';
import { dropDeleting, dropDuplicates, type Merge, mergeIntoTables } from './merge-tables.ts';
import { RecordProgress } from './record-progress.ts';
import { type ReadStream, readStreams } from './read-streams.ts';
import type { KnownTable, RecordTable } from './record-table.ts';
import { splitWideTable, type TablePart } from './split-wide-table.ts';
import { fillStaging, planStaging, type StagedTable } from './stage-records.ts';
import { changeKey, needsReview, streamChanges } from './stream-changes.ts';
import { recallStreams, rememberStream, type StreamMemory } from './stream-memory.ts';
import { keepsTypes } from './stream-rules.ts';

export interface LoadRecordsOptions {
  readonly sourceId: string;
  /** Physical name of the first stream's table; others stand beside it as `<this>__<stream>`. */
  readonly mainTable: string;
  readonly streams: readonly StreamInfo[];
  readonly settingsOf: (stream: string) => StreamSettings;
  /** Changes that a person has agreed to, by `changeKey`. */
  readonly approved: ReadonlySet<string>;
  /** Settings without secrets: when they change, what was remembered under the old ones counts no more. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly open: (stream: string, state: StreamState | undefined) => Promise<RecordStream>;
  /** Names this piece of work: the same token never loads twice. */
  readonly runToken: string;
  readonly loadId: string;
  readonly dataDirectory: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: SyncProgress) => void;
  readonly onRejected: (rows: readonly RejectedRow[]) => Promise<void>;
  /** Told before the load gives up for a change that nobody has agreed to. */
  readonly onReview: (changes: readonly RecordedChange[]) => Promise<void>;
  readonly assertCurrent?: (() => Promise<void>) | undefined;
}

export interface LoadedRecords {
  readonly tables: readonly LoadedRecordTable[];
  /** Records that this load brought. */
  readonly rows: number;
  readonly rejected: number;
  readonly warnings: readonly Warning[];
  readonly changes: readonly RecordedChange[];
  /** Views over the tables that their new columns do not fit. */
  readonly lostViews: readonly string[];
}

/** A stream with the tables that it is to have. */
interface LaidOutStream {
  readonly of: ReadStream;
  readonly parts: ReadonlyMap<RecordTable, readonly TablePart[]>;
  readonly tables: readonly KnownTable[];
  readonly changes: readonly RecordedChange[];
}

/** Warnings of one load that a person can still read. */
const maxWarnings = 50;

/**
 * Loads streams of records into typed tables: reads all of them to disk, decides the types by every value, fills
 * staging tables by COPY, and publishes all tables of the source in one transaction, with the state from which the
 * next load continues. Whatever fails or is killed leaves the tables and the state as they were.
 *
 * @throws AppError schema_review_needed when the load brings a change that the settings keep for a person.
 */
export async function loadRecords(
  warehouse: OrganizationWarehouse,
  options: LoadRecordsOptions,
): Promise<LoadedRecords> {
  const memories = await recallStreams(warehouse, options.sourceId);
  if ((await findPublishedRun(warehouse, options.runToken)) !== null) return alreadyLoaded(memories, options);
  // A worker that died left nothing visible; its transaction is rolled back. This is for those that were half done.
  // Only the current try clears away: one that was paused would take the table of the one that took over.
  await options.assertCurrent?.();
  await dropStagingTables(warehouse, options.runToken);
  const read: ReadStream[] = [];
  const progress = new RecordProgress(options.clock, options.onProgress);
  try {
    const taken = new Set(
      [...memories.values()].flatMap(({ tables }) =>
        tables.flatMap(({ name, parts }) => [name, ...(parts ?? [])]),
      ),
    );
    const { rejected } = await readStreams(read, memories, taken, progress, options);
    const laidOut = read.map((of) => layOut(of, taken));
    await assertApproved(laidOut, options);
    const { duplicates, lostViews } = await publish(warehouse, laidOut, progress, options);
    return {
      tables: laidOut.flatMap(({ of, tables }) => describeTables(of.info, tables, of.plan.method)),
      rows: read.reduce((sum, { rows }) => sum + rows, 0),
      rejected,
      warnings: warningsOf(laidOut, duplicates).slice(0, maxWarnings),
      changes: laidOut.flatMap(({ changes }) => changes),
      lostViews,
    };
  } catch (error) {
    // A leftover is dropped by the next attempt at the latest; the first error is the one to tell about.
    await (options.assertCurrent?.() ?? Promise.resolve())
      .then(() => dropStagingTables(warehouse, options.runToken))
      .catch(() => undefined);
    throw error;
  } finally {
    for (const { shredder } of read) await shredder[Symbol.asyncDispose]();
  }
}

function layOut(of: ReadStream, taken: Set<string>): LaidOutStream {
  const { plan, before, settings } = of;
  const keysOfRows = new Set(
    [...(plan.primaryKey ?? []), ...(plan.mergeKey ?? []), plan.hardDelete, plan.dedupSort?.field].filter(
      (field) => field !== undefined,
    ),
  );
  const parts = new Map(
    of.shredder.tables.map((table) => [
      table,
      splitWideTable(table, {
        typeOf: typeOfColumn(table, plan.keepsOldRows || keepsTypes(settings)),
        known: before?.tables.find(({ name }) => name === table.name),
        keys: table.parent === null ? keysOfRows : new Set(),
        taken,
      }),
    ]),
  );
  const tables = [...parts].map(([table, own]) => knownTable(table, own));
  return { of, parts, tables, changes: streamChanges(of.info.name, before?.tables ?? [], tables) };
}

/** @throws AppError schema_review_needed */
async function assertApproved(streams: readonly LaidOutStream[], options: LoadRecordsOptions): Promise<void> {
  const waiting = streams.flatMap(({ of, changes }) =>
    changes.filter((change) => needsReview(change, of.settings) && !options.approved.has(changeKey(change))),
  );
  const [first] = waiting;
  if (first === undefined) return;
  await options.onReview(waiting);
  const more = waiting.length === 1 ? '' : ` and ${waiting.length - 1} more`;
  throw new AppError(
    'schema_review_needed',
    `The source has changed: ${describeChange(first)}${more}. Nothing was loaded; you see the data of the last load.`,
  );
}

function describeChange({ kind, table, column, from, to }: RecordedChange): string {
  switch (kind) {
    case 'table_added':
      return `“${table}” is a new list`;
    case 'table_split':
      return `“${table}” is too wide for one table`;
    case 'column_added':
      return `“${column ?? ''}” is a new column`;
    case 'column_removed':
      return `the column “${column ?? ''}” is gone`;
    case 'type_changed':
      return `“${column ?? ''}” was ${from ?? ''} and would become ${to ?? ''}`;
  }
}

async function publish(
  warehouse: OrganizationWarehouse,
  streams: readonly LaidOutStream[],
  progress: RecordProgress,
  options: LoadRecordsOptions,
): Promise<{ readonly duplicates: number; readonly lostViews: readonly string[] }> {
  const boundary = new Date(options.clock.now());
  const staged: { readonly stream: LaidOutStream; readonly tables: readonly StagedTable[] }[] = [];
  for (const stream of streams)
    staged.push({ stream, tables: await stage(warehouse, stream, progress, options) });
  await ensureLoadsTable(warehouse);
  const rowCount = streams.reduce((sum, { of }) => sum + of.rows, 0);
  progress.finishing();
  let duplicates = 0;
  const { lostViews } = await publishTables(warehouse, {
    altered: staged
      .filter(({ stream }) => !isSwapped(stream.of))
      .flatMap(({ tables }) => tables.map(({ name }) => name)),
    runToken: options.runToken,
    tables: staged
      .filter(({ stream }) => isSwapped(stream.of))
      .flatMap(({ tables }) =>
        tables.map(({ stagingName, name }) => ({ stagingTable: stagingName, targetTable: name })),
      ),
    tableName: options.mainTable,
    rowCount,
    signal: options.signal,
    assertCurrent: options.assertCurrent,
    alongside: async (session) => {
      duplicates = 0;
      for (const { stream, tables } of staged) {
        const [root] = tables;
        const { of } = stream;
        if (root !== undefined) {
          const merge: Merge = { warehouse, session, tables, root, plan: of.plan, boundary };
          if (isSwapped(of)) {
            duplicates += await dropDuplicates(merge);
            await dropDeleting(merge);
          } else duplicates += (await mergeIntoTables(merge)).duplicates;
        }
        const key = { sourceId: options.sourceId, stream: of.info.name, before: of.before?.version ?? 0 };
        await rememberStream(warehouse, session, key, {
          fingerprint: of.fingerprint,
          state: of.stream.nextState?.(),
          title: of.info.title,
          cursor: of.cursor?.memory(),
          method: of.plan.method,
          request: undefined,
          tables: stream.tables,
          runToken: options.runToken,
          rowsRead: of.rows,
          changes: stream.changes,
        });
      }
      await session.query(recordLoadSql(warehouse, options.loadId, options.mainTable));
    },
  });
  return { duplicates, lostViews };
}

/** Whether the staging tables take the place of those that people read. */
function isSwapped({ plan }: ReadStream): boolean {
  return !plan.keepsOldRows && plan.identity.kind === 'counter';
}

async function stage(
  warehouse: OrganizationWarehouse,
  { of, parts }: LaidOutStream,
  progress: RecordProgress,
  options: LoadRecordsOptions,
): Promise<StagedTable[]> {
  const { plan } = of;
  // Nothing new: nothing to do but to remember that. Rows with versions end when nothing comes.
  if (plan.keepsOldRows && of.rows === 0 && (plan.isPartial || plan.method !== 'scd2')) return [];
  const mains = new Map<RecordTable, StagedTable>();
  const staged: StagedTable[] = [];
  for (const [table, own] of parts) {
    const parent = table.parent === null ? undefined : mains.get(table.parent);
    const tables = planStaging(table, own, parent, options.runToken);
    staged.push(...tables);
    if (tables[0] !== undefined) mains.set(table, tables[0]);
  }
  await fillStaging(warehouse, staged, {
    loadId: options.loadId,
    isNumbered: plan.identity.kind !== 'counter',
    onBytes: (bytes) => progress.copied(bytes),
    signal: options.signal,
  });
  return staged;
}

function warningsOf(streams: readonly LaidOutStream[], duplicates: number): Warning[] {
  return [
    ...streams.flatMap(({ tables }) =>
      tables.flatMap(({ parts, name, display_name: shown }) =>
        parts === undefined
          ? []
          : [
              {
                code: 'table_split',
                message: `“${shown}” has more columns than one table can hold: it goes on in ${parts.map((part) => `“${part}”`).join(', ')}. Rows that belong together have the same _dlt_id as in “${name}”.`,
              },
            ],
      ),
    ),
    ...streams.flatMap(({ of }) => of.shredder.tables.flatMap((table) => table.warnings())),
    ...streams.flatMap(({ of: { stream } }) =>
      (stream.longValues?.() ?? [])
        .filter(({ field }) => stream.leftOut?.has(field) !== true)
        .map(({ field, count, bytes }) => ({
          code: 'values_too_long',
          message: `${count === 1 ? '1 value' : `${count} values`} of “${field}” ${count === 1 ? 'is' : 'are'} longer than ${Math.round(bytes / 1024 ** 2)} MB and stayed empty.`,
        })),
    ),
    ...(duplicates === 0
      ? []
      : [
          {
            code: 'duplicates_dropped',
            message: `${duplicates} records came more than once; the last of each was kept.`,
          },
        ]),
  ];
}

/** For a load that is published and only lacks its record. */
function alreadyLoaded(
  memories: ReadonlyMap<string, StreamMemory>,
  options: LoadRecordsOptions,
): LoadedRecords {
  const titles = new Map(options.streams.map((info) => [info.name, info]));
  const ours = [...memories].filter(([, memory]) => memory.runToken === options.runToken);
  return {
    tables: ours.flatMap(([name, memory]) =>
      describeTables(titles.get(name) ?? { name, title: memory.title }, memory.tables, memory.method),
    ),
    rows: ours.reduce((sum, [, memory]) => sum + memory.rowsRead, 0),
    rejected: 0,
    warnings: [],
    changes: ours.flatMap(([, memory]) => memory.changes),
    lostViews: [],
  };
}
