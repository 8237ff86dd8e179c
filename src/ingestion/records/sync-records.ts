import type { SyncResult } from '#contracts/sources';
import type { TableColumn } from '#contracts/warehouse';
import type { MetadataTransaction } from '#platform/database/database';
import { emitEvent } from '#platform/database/emit-event';
import type { RowOf } from '#platform/database/tables';
import { AppError } from '#platform/errors';
import { chooseStreams, connectorContext, connectorFor, findSource, openConfig, presentSync } from '#sources';
import { recordTable, tableSize, type OrganizationWarehouse, type WarehouseServices } from '#warehouse';
import { diffSchema, type SchemaChange } from '../diff-schema.ts';
import { forgetRejectedRows, keepRejectedRows } from '../keep-rejected-rows.ts';
import type { SyncRequest } from '../run-sync.ts';
import { recordChanges } from '../record-changes.ts';
import { loadRecords, type LoadedRecords } from './load-records.ts';
import { approvedChanges, askForReview } from './review-schema.ts';
import { readStreamSettings } from './stream-settings.ts';

interface MeasuredTable {
  readonly name: string;
  readonly label: readonly string[];
  readonly columns: readonly TableColumn[];
  readonly rows: number;
  readonly sizeBytes: number | null;
}

/** Loads a source that delivers records: all its streams, all tables of them at once. @throws as `runSync` */
export async function syncRecords(
  services: WarehouseServices,
  source: RowOf<'sources'>,
  request: SyncRequest,
): Promise<SyncResult> {
  const { organizationId, signal, stepId } = request;
  const connector = connectorFor(source.type);
  const { config, settingsOf, approved } = await services.database.withOrganization(
    organizationId,
    async (trx) => ({
      config: await openConfig(trx, services.config, source),
      settingsOf: (await readStreamSettings(trx, source.id)).settingsOf,
      approved: await approvedChanges(trx, source.id),
    }),
  );
  const settings = connector.parseConfig(config);
  const context = connectorContext(services, organizationId);
  const streams = chooseStreams(await connector.discover(context, settings, signal), settings);
  if (streams.length === 0) throw new AppError('file_empty', 'The source has nothing to load.');
  const warehouse = await services.warehouse.forOrganization(organizationId);
  await forgetRejectedRows(services, organizationId, stepId);
  const loaded = await loadRecords(warehouse, {
    sourceId: source.id,
    mainTable: source.warehouse_table_name,
    streams,
    settingsOf,
    approved,
    config: source.config,
    open: async (stream, state) => {
      const opened = await connector.open(context, settings, stream, signal, state);
      if (opened.kind !== 'records') throw new Error(`${source.type} says that it delivers records`);
      return opened;
    },
    runToken: stepId,
    loadId: (services.clock.now() / 1000).toFixed(6),
    dataDirectory: services.config.dataDirectory,
    clock: services.clock,
    signal,
    onProgress: (progress) => request.onProgress?.(progress),
    onRejected: (rows) =>
      keepRejectedRows(services, { organizationId, sourceId: source.id, syncRunId: stepId }, rows),
    onReview: (changes) =>
      askForReview(services, { organizationId, sourceId: source.id, runId: request.runId }, changes),
    assertCurrent: request.assertCurrent,
  });
  const tables: MeasuredTable[] = [];
  for (const table of loaded.tables) tables.push({ ...table, ...(await measure(warehouse, table.name)) });
  return services.database.withOrganization(organizationId, async (trx) => {
    // A worker that was paused since the swap must not describe tables that others have written again.
    await request.assertCurrent?.(trx);
    return recordLoad(trx, services, source, request, loaded, tables);
  });
}

async function measure(warehouse: OrganizationWarehouse, name: string) {
  const table = warehouse.capabilities.dialect.quoteTable({ schema: warehouse.schema, name });
  const { rows } = await warehouse.read(`SELECT count(*) AS n FROM ${table}`);
  return { rows: Number(rows[0]?.['n'] ?? 0), sizeBytes: await tableSize(warehouse, name) };
}

async function recordLoad(
  trx: MetadataTransaction,
  services: WarehouseServices,
  source: RowOf<'sources'>,
  request: SyncRequest,
  loaded: LoadedRecords,
  tables: readonly MeasuredTable[],
): Promise<SyncResult> {
  const { organizationId } = request;
  // The name may have changed while the rows were loading.
  const { name } = await findSource(trx, source.id);
  const changes = await schemaChanges(trx, source, tables);
  await recordSchema(trx, source, tables, changes);
  await recordChanges(trx, { ...request, sourceId: source.id }, loaded.changes);
  const streams = new Set(tables.map(({ label }) => label[0]));
  for (const table of tables) {
    const label = streams.size > 1 ? table.label : table.label.slice(1);
    await recordTable(trx, {
      organizationId,
      name: table.name,
      displayName: [name, ...label].join(' – ').slice(0, 500),
      kind: 'source',
      sourceId: source.id,
      columns: table.columns,
      rowCount: table.rows,
      sizeBytes: table.sizeBytes,
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
      tables: JSON.stringify(tables.map((table) => ({ name: table.name, rows: table.rows }))),
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

/** What is different from the tables as they were; a table that is new has no changes to tell. */
async function schemaChanges(
  trx: MetadataTransaction,
  source: RowOf<'sources'>,
  tables: readonly MeasuredTable[],
): Promise<SchemaChange[]> {
  const before = await trx
    .selectFrom('warehouse_tables')
    .select(['name', 'columns'])
    .where('source_id', '=', source.id)
    .execute();
  return tables.flatMap((table) => {
    const previous = before.find(({ name }) => name === table.name);
    if (previous === undefined) return [];
    return diffSchema(previous.columns, table.columns).map((change) => ({ ...change, table: table.name }));
  });
}

/** The columns of a source's main table, as for a file; those of the others are kept with their tables. */
async function recordSchema(
  trx: MetadataTransaction,
  source: RowOf<'sources'>,
  tables: readonly MeasuredTable[],
  changes: readonly SchemaChange[],
): Promise<void> {
  const main = tables.find(({ name }) => name === source.warehouse_table_name) ?? tables[0];
  if (main === undefined) return;
  const previous = await trx
    .selectFrom('source_schemas')
    .select('version')
    .where('source_id', '=', source.id)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (previous !== undefined && changes.length === 0) return;
  await trx
    .insertInto('source_schemas')
    .values({
      organization_id: source.organization_id,
      source_id: source.id,
      version: (previous?.version ?? 0) + 1,
      columns: JSON.stringify(main.columns),
      changes: JSON.stringify(changes),
    })
    .execute();
}
