import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { RejectedRow, SyncProgress, Warning } from '#contracts/sources';
import type { TableColumn } from '#contracts/warehouse';
import type { Clock } from '#platform/clock';
import type { RecordStream, StreamInfo, StreamState } from '#sources';
import {
  dropStagingTables,
  findPublishedRun,
  publishTables,
  type OrganizationWarehouse,
  type WarehouseSession,
} from '#warehouse';
import { ensureLoadsTable, recordLoadSql } from '../load/dlt-loads.ts';
import { dropDuplicates, mergeIntoTables } from './merge-tables.ts';
import { nameTable } from './name-path.ts';
import { readStream } from './read-stream.ts';
import { RecordShredder } from './record-shredder.ts';
import type { KnownTable, RecordTable } from './record-table.ts';
import { stageTable, type StagedTable } from './stage-records.ts';
import { recallStreams, rememberStream, type StreamMemory } from './stream-memory.ts';

export interface LoadRecordsOptions {
  readonly sourceId: string;
  /** Physical name of the first stream's table; others stand beside it as `<this>__<stream>`. */
  readonly mainTable: string;
  readonly streams: readonly StreamInfo[];
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
  readonly assertCurrent?: (() => Promise<void>) | undefined;
}

export interface LoadedRecordTable {
  readonly name: string;
  /** Of the stream, and of the list within it. */
  readonly label: readonly string[];
  readonly columns: readonly TableColumn[];
}

export interface LoadedRecords {
  readonly tables: readonly LoadedRecordTable[];
  /** Records that this load brought. */
  readonly rows: number;
  readonly rejected: number;
  readonly warnings: readonly Warning[];
}

interface ReadStream {
  readonly info: StreamInfo;
  readonly stream: RecordStream;
  readonly before: StreamMemory | undefined;
  readonly shredder: RecordShredder;
  readonly rows: number;
  readonly fingerprint: string;
}

/** Warnings of one load that a person can still read. */
const maxWarnings = 50;

/**
 * Loads streams of records into typed tables: reads all of them to disk, decides the types by every value, fills
 * staging tables by COPY, and publishes all tables of the source in one transaction, with the state from which the
 * next load continues. Whatever fails or is killed leaves the tables and the state as they were.
 */
export async function loadRecords(
  warehouse: OrganizationWarehouse,
  options: LoadRecordsOptions,
): Promise<LoadedRecords> {
  const memories = await recallStreams(warehouse, options.sourceId);
  if ((await findPublishedRun(warehouse, options.runToken)) !== null) return alreadyLoaded(memories, options);
  // A worker that died left nothing visible; its transaction is rolled back. This is for those that were half done.
  await dropStagingTables(warehouse, options.runToken);
  const read: ReadStream[] = [];
  try {
    const { rejected } = await readAll(read, memories, options);
    const { warnings } = await publish(warehouse, read, options);
    return {
      tables: read.flatMap(presentTables),
      rows: read.reduce((sum, { rows }) => sum + rows, 0),
      rejected,
      warnings: warnings.slice(0, maxWarnings),
    };
  } catch (error) {
    // A leftover is dropped by the next attempt at the latest; the first error is the one to tell about.
    await dropStagingTables(warehouse, options.runToken).catch(() => undefined);
    throw error;
  } finally {
    for (const { shredder } of read) await shredder[Symbol.asyncDispose]();
  }
}

async function readAll(
  read: ReadStream[],
  memories: ReadonlyMap<string, StreamMemory>,
  options: LoadRecordsOptions,
): Promise<{ readonly rejected: number }> {
  const { signal, clock } = options;
  const startedAt = clock.now();
  const takenTables = new Set([...memories.values()].flatMap(({ tables }) => tables.map(({ name }) => name)));
  const fingerprint = fingerprintOf(options.config);
  let rowsBefore = 0;
  let bytesBefore = 0;
  let rejected = 0;
  for (const info of options.streams) {
    const before = memories.get(info.name);
    const stream = await options.open(
      info.name,
      before?.fingerprint === fingerprint ? before.state : undefined,
    );
    const table =
      before?.tables.find(({ path }) => path.length === 0)?.name ?? newTable(info, takenTables, options);
    const shredder = new RecordShredder({
      table,
      title: info.title,
      fields: stream.fields ?? [],
      hasFixedFields: stream.hasFixedFields === true,
      known: before?.tables ?? [],
      takenTables,
      spillDirectory: join(options.dataDirectory, 'spill'),
    });
    const entry = { info, stream, before, shredder, rows: 0, fingerprint };
    read.push(entry);
    const result = await readStream(stream, shredder, {
      signal,
      onRejected: options.onRejected,
      onProgress: ({ rows, bytes, expectedRows }) => {
        const elapsed = Math.max(1, clock.now() - startedAt);
        const done = rowsBefore + rows;
        const left =
          expectedRows === undefined || options.streams.length > 1 ? undefined : expectedRows - rows;
        options.onProgress({
          phase: 'reading',
          rows_done: done,
          bytes_done: bytesBefore + bytes,
          bytes_total: null,
          rows_per_second: Math.round((done * 1000) / elapsed),
          seconds_left:
            left === undefined || rows === 0
              ? null
              : Math.max(0, Math.round((left * elapsed) / rows / 100) / 10),
        });
      },
    });
    read[read.length - 1] = { ...entry, rows: result.rows };
    rowsBefore += result.rows;
    bytesBefore += shredder.bytes;
    rejected += result.rejected;
  }
  options.onProgress({
    phase: 'loading',
    rows_done: rowsBefore,
    bytes_done: bytesBefore,
    bytes_total: bytesBefore,
    rows_per_second: null,
    seconds_left: null,
  });
  return { rejected };
}

/** The first stream of a source has the source's own table, whatever comes or goes later. */
function newTable(info: StreamInfo, taken: ReadonlySet<string>, options: LoadRecordsOptions): string {
  if (!taken.has(options.mainTable)) return options.mainTable;
  return nameTable(options.mainTable, info.title, taken);
}

async function publish(
  warehouse: OrganizationWarehouse,
  read: readonly ReadStream[],
  options: LoadRecordsOptions,
): Promise<{ readonly warnings: readonly Warning[] }> {
  const staged: { readonly of: ReadStream; readonly tables: readonly StagedTable[] }[] = [];
  for (const of of read) {
    const tables: StagedTable[] = [];
    // Nothing new: nothing to do but to remember that.
    const isIdle = keepsOldRows(of) && of.rows === 0;
    for (const table of isIdle ? [] : of.shredder.tables) {
      tables.push(
        await stageTable(warehouse, table, {
          runToken: options.runToken,
          loadId: options.loadId,
          keepsOldRows: keepsOldRows(of),
          signal: options.signal,
        }),
      );
    }
    staged.push({ of, tables });
  }
  await ensureLoadsTable(warehouse);
  const rowCount = read.reduce((sum, { rows }) => sum + rows, 0);
  let duplicates = 0;
  await publishTables(warehouse, {
    runToken: options.runToken,
    tables: staged
      .filter(({ of }) => !keepsOldRows(of))
      .flatMap(({ tables }) =>
        tables.map(({ stagingName, table }) => ({ stagingTable: stagingName, targetTable: table.name })),
      ),
    tableName: options.mainTable,
    rowCount,
    signal: options.signal,
    assertCurrent: options.assertCurrent,
    alongside: async (session) => {
      duplicates = 0;
      for (const { of, tables } of staged) {
        const key = of.stream.primaryKey;
        if (key !== undefined && tables.length > 0)
          duplicates += await dropDuplicates(warehouse, session, tables, key);
        if (keepsOldRows(of)) {
          await mergeIntoTables(
            warehouse,
            session,
            tables,
            of.stream.disposition === 'merge' ? key : undefined,
          );
        }
        await remember(warehouse, session, of, options);
      }
      await session.query(recordLoadSql(warehouse, options.loadId, options.mainTable));
    },
  });
  const warnings = staged.flatMap(({ tables }) => tables.flatMap(({ table }) => table.warnings()));
  if (duplicates > 0) {
    warnings.push({
      code: 'duplicates_dropped',
      message: `${duplicates} records came more than once; the last of each was kept.`,
    });
  }
  return { warnings };
}

/** Rows stay only where the stream continued from what is remembered. */
function keepsOldRows({ stream, before, fingerprint }: ReadStream): boolean {
  return (
    stream.disposition !== 'replace' && before?.state !== undefined && before.fingerprint === fingerprint
  );
}

async function remember(
  warehouse: OrganizationWarehouse,
  session: WarehouseSession,
  of: ReadStream,
  options: LoadRecordsOptions,
): Promise<void> {
  const key = { sourceId: options.sourceId, stream: of.info.name, before: of.before?.version ?? 0 };
  await rememberStream(warehouse, session, key, {
    fingerprint: of.fingerprint,
    state: of.stream.nextState?.(),
    tables: of.shredder.tables.map((table) => knownTable(table, of)),
    runToken: options.runToken,
    rowsRead: of.rows,
  });
}

function knownTable(table: RecordTable, of: ReadStream): KnownTable {
  return {
    path: table.path,
    name: table.name,
    display_name: table.displayName,
    columns: table.columns.map((column) => ({
      path: column.path,
      name: column.name,
      display_name: column.displayName,
      type: table.typeOf(column, keepsOldRows(of)),
    })),
  };
}

function presentTables(of: ReadStream): LoadedRecordTable[] {
  return present(
    of.info,
    of.shredder.tables.map((table) => knownTable(table, of)),
  );
}

/** With the loader's own columns where they are needed to join a list to what it belongs to. */
function present(info: StreamInfo, tables: readonly KnownTable[]): LoadedRecordTable[] {
  const isParent = (table: KnownTable) =>
    tables.some(
      ({ path }) => path.length > table.path.length && table.path.every((key, at) => path[at] === key),
    );
  return tables.map((table) => ({
    name: table.name,
    label: table.path.length === 0 ? [info.title] : [info.title, table.display_name],
    columns: [
      ...table.columns.map(({ name, display_name, type }) => ({ name, display_name, type })),
      ...(isParent(table) ? [{ name: '_dlt_id', display_name: 'Row id', type: 'text' as const }] : []),
      ...(table.path.length === 0
        ? []
        : [
            { name: '_dlt_parent_id', display_name: 'Row id of the parent', type: 'text' as const },
            { name: '_dlt_list_idx', display_name: 'Position in the list', type: 'integer' as const },
          ]),
    ],
  }));
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
      present(titles.get(name) ?? { name, title: name }, memory.tables),
    ),
    rows: ours.reduce((sum, [, memory]) => sum + memory.rowsRead, 0),
    rejected: 0,
    warnings: [],
  };
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
