import { join } from 'node:path';
import type { SyncProgress, SyncResult } from '#contracts/sources';
import type { TableColumn } from '#contracts/warehouse';
import type { AssertCurrent } from '#platform/database/assert-current';
import type { MetadataTransaction } from '#platform/database/database';
import { emitEvent } from '#platform/database/emit-event';
import type { RowOf } from '#platform/database/tables';
import { AppError, toRunError } from '#platform/errors';
import type { OrganizationId, RunId, SourceId, StepId } from '#platform/ids';
import { connectorContext, connectorFor, findSource, presentSync } from '#sources';
import { recordTable, tableSize, type WarehouseServices } from '#warehouse';
import { diffSchema } from './diff-schema.ts';
import { keepRejectedRows, forgetRejectedRows } from './keep-rejected-rows.ts';
import { describeFileTables, type FileTable, retireTables } from './load/file-tables.ts';
import { type LoadedFiles, loadFiles } from './load/load-files.ts';
import { recordChanges } from './record-changes.ts';
import { ProgressMeter } from './progress-meter.ts';
import { syncRecords } from './records/sync-records.ts';

export interface SyncRequest {
  readonly organizationId: OrganizationId;
  readonly sourceId: SourceId;
  readonly runId: RunId;
  /** Id of the row in `sync_runs`, and the token that makes the load happen once. */
  readonly stepId: StepId;
  readonly trigger: SyncResult['trigger'];
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: SyncProgress) => void;
  /** Rejects when another worker has taken this over; asked just before the effect is committed. */
  readonly assertCurrent?: AssertCurrent | undefined;
  /**
   * Looks at what is about to be published in the place of a table, under another name, and throws when that must not
   * be; then people keep the rows that they have.
   */
  readonly examine?: ((table: LoadedTableToExamine) => Promise<void>) | undefined;
}

export interface LoadedTableToExamine {
  /** Under which its rows can be read now. */
  readonly name: string;
  /** Physical name of the table that people know. */
  readonly publishedAs: string;
  readonly displayName: string;
  readonly columns: readonly TableColumn[];
}

export interface SyncOutcome {
  /** Rows in the table now. */
  readonly rows: number;
  /** Rows that could not be read; they are kept in `rejected_rows`. */
  readonly rejected: number;
  readonly sync: SyncResult;
}

/**
 * Loads a source into its table. Readers see the old rows until the new ones are complete; whatever fails or is
 * cancelled leaves the old ones. Called again with the same `stepId` after a crash, it finds what is already done and
 * only finishes.
 *
 * @throws AppError: not_found, upload_missing, file_empty, query_cancelled, …; the row in `sync_runs` says the same.
 */
export async function runSync(services: WarehouseServices, request: SyncRequest): Promise<SyncOutcome> {
  const { organizationId } = request;
  const source = await begin(services, organizationId, request);
  try {
    const sync = await load(services, organizationId, source, request);
    return { rows: sync.rows_synced, rejected: sync.rows_rejected, sync };
  } catch (error) {
    if (!request.signal.aborted) await recordFailure(services, organizationId, request, error);
    throw error;
  }
}

async function begin(
  services: WarehouseServices,
  organizationId: OrganizationId,
  request: SyncRequest,
): Promise<RowOf<'sources'>> {
  request.signal.throwIfAborted();
  return services.database.withOrganization(organizationId, async (trx) => {
    await request.assertCurrent?.(trx);
    const source = await findSource(trx, request.sourceId);
    const now = new Date(services.clock.now());
    await trx
      .insertInto('sync_runs')
      .values({
        id: request.stepId,
        organization_id: organizationId,
        source_id: source.id,
        run_id: request.runId,
        status: 'running',
        trigger: request.trigger,
        queued_at: now,
        started_at: now,
      })
      .onConflict((conflict) =>
        conflict.column('id').doUpdateSet((row) => ({
          status: 'running',
          started_at: row.fn.coalesce('sync_runs.started_at', 'excluded.started_at'),
          finished_at: null,
          error: null,
        })),
      )
      .execute();
    await emitEvent(trx, organizationId, { type: 'changed', kind: 'source', ref_id: source.id });
    return source;
  });
}

async function load(
  services: WarehouseServices,
  organizationId: OrganizationId,
  source: RowOf<'sources'>,
  request: SyncRequest,
): Promise<SyncResult> {
  const { signal } = request;
  const connector = connectorFor(source.type);
  if (connector.capabilities.delivers === 'records') return syncRecords(services, source, request);
  const settings = connector.parseConfig(source.config);
  const context = connectorContext(services, organizationId);
  const [stream] = await connector.discover(context, settings, signal);
  if (stream === undefined) throw new AppError('file_empty', 'The source has nothing to load.');
  const opened = await connector.open(context, settings, stream.name, signal);
  // What a file is, its content says: the next one may hold records where the last one held rows.
  if (opened.kind === 'records') return syncRecords(services, source, request);

  const warehouse = await services.warehouse.forOrganization(organizationId);
  const loaded = await loadFiles(warehouse, opened, {
    runToken: request.stepId,
    targetTable: source.warehouse_table_name,
    spillDirectory: join(services.config.dataDirectory, 'spill'),
    loadId: (services.clock.now() / 1000).toFixed(6),
    signal,
    meter: new ProgressMeter(services.clock),
    onProgress: (progress) => request.onProgress?.(progress),
    onRejected: (rows) =>
      keepRejectedRows(services, { organizationId, sourceId: source.id, syncRunId: request.stepId }, rows),
    forgetRejected: () => forgetRejectedRows(services, organizationId, request.stepId),
    assertCurrent: request.assertCurrent,
    examine: (name, columns) =>
      request.examine?.({
        name,
        publishedAs: source.warehouse_table_name,
        displayName: source.name,
        columns,
      }) ?? Promise.resolve(),
  });
  const tables = describeFileTables(source.warehouse_table_name, loaded);
  const sizes = new Map<string, number | null>();
  for (const { name } of tables) sizes.set(name, await tableSize(warehouse, name));
  const sync = await services.database.withOrganization(organizationId, async (trx) => {
    // A worker that was paused since the swap must not describe a table that others have written again.
    await request.assertCurrent?.(trx);
    return recordSuccess(trx, services, organizationId, source, request, { ...loaded, tables, sizes });
  });
  await retireTables(services, organizationId, source.id, tables);
  return sync;
}

async function recordSuccess(
  trx: MetadataTransaction,
  services: WarehouseServices,
  organizationId: OrganizationId,
  source: RowOf<'sources'>,
  request: SyncRequest,
  loaded: LoadedFiles & {
    readonly tables: readonly FileTable[];
    readonly sizes: ReadonlyMap<string, number | null>;
  },
): Promise<SyncResult> {
  const { columns } = loaded;
  const previous = await trx
    .selectFrom('source_schemas')
    .select(['version', 'columns'])
    .where('source_id', '=', source.id)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
  const changes = previous === undefined ? [] : diffSchema(previous.columns, columns);
  if (previous === undefined || changes.length > 0) {
    await trx
      .insertInto('source_schemas')
      .values({
        organization_id: organizationId,
        source_id: source.id,
        version: (previous?.version ?? 0) + 1,
        columns: JSON.stringify(columns),
        changes: JSON.stringify(changes),
      })
      .execute();
  }
  await recordChanges(
    trx,
    { ...request, sourceId: source.id },
    changes.map((change) => ({ ...change, stream: null, table: source.warehouse_table_name })),
  );
  // The name may have changed while the rows were loading.
  const { name } = await findSource(trx, source.id);
  for (const table of loaded.tables) {
    await recordTable(trx, {
      organizationId,
      name: table.name,
      displayName: [name, ...table.label].join(' – ').slice(0, 500),
      kind: 'source',
      sourceId: source.id,
      columns: table.columns,
      rowCount: loaded.tableRows,
      sizeBytes: loaded.sizes.get(table.name) ?? null,
      runToken: request.stepId,
      lostViews: loaded.lostViews,
    });
  }
  const row = await trx
    .updateTable('sync_runs')
    .set({
      status: 'succeeded',
      rows_synced: loaded.rows,
      rows_rejected: loaded.rejected,
      tables: JSON.stringify(loaded.tables.map((table) => ({ name: table.name, rows: loaded.tableRows }))),
      schema_changes: JSON.stringify(changes),
      warnings: JSON.stringify(loaded.warnings),
      progress: null,
      error: null,
      finished_at: new Date(services.clock.now()),
    })
    .where('id', '=', request.stepId)
    .returningAll()
    .executeTakeFirstOrThrow();
  await emitEvent(trx, organizationId, { type: 'changed', kind: 'source', ref_id: source.id });
  return presentSync(row);
}

async function recordFailure(
  services: WarehouseServices,
  organizationId: OrganizationId,
  request: SyncRequest,
  error: unknown,
): Promise<void> {
  const isTakenOver = (each: unknown) => each instanceof AppError && each.code === 'step_taken_over';
  // Another worker has it now: its record is that one's to write.
  if (isTakenOver(error)) return;
  try {
    await services.database.withOrganization(organizationId, async (trx) => {
      await request.assertCurrent?.(trx);
      await trx
        .updateTable('sync_runs')
        .set({
          status: 'failed',
          error: JSON.stringify(toRunError(error)),
          progress: null,
          finished_at: new Date(services.clock.now()),
        })
        .where('id', '=', request.stepId)
        .where('status', '=', 'running')
        .execute();
      await emitEvent(trx, organizationId, { type: 'changed', kind: 'source', ref_id: request.sourceId });
    });
  } catch (failure) {
    if (isTakenOver(failure)) return;
    // The database is what failed. The first error is thrown; whoever called records it when the database is back.
    services.log.warn(
      { err: failure, step_id: request.stepId },
      'the failure of a sync could not be recorded',
    );
  }
}
