import type { Source, SourceType, SyncResult, Warning } from '#contracts/sources';
import type { RowOf } from '#platform/database/tables';

/** A load as the API shows it. */
export function presentSync(row: RowOf<'sync_runs'>): SyncResult {
  const duration =
    row.started_at === null || row.finished_at === null
      ? null
      : row.finished_at.getTime() - row.started_at.getTime();
  return {
    run_id: row.run_id,
    source_id: row.source_id,
    status: row.status,
    trigger: row.trigger,
    rows_synced: row.rows_synced,
    rows_rejected: row.rows_rejected,
    tables: row.tables,
    // Written by syncSource only, in the shape of the contract.
    schema_changes: row.schema_changes as SyncResult['schema_changes'],
    warnings: row.warnings as Warning[],
    progress: row.status === 'running' || row.status === 'queued' ? row.progress : null,
    started_at: row.started_at?.toISOString() ?? null,
    finished_at: row.finished_at?.toISOString() ?? null,
    duration_ms: duration,
    error: row.error,
  };
}

export interface SourceDetails {
  readonly table: Pick<RowOf<'warehouse_tables'>, 'columns' | 'row_count' | 'updated_at'> | undefined;
  readonly lastSync: RowOf<'sync_runs'> | undefined;
  /** The last one that succeeded. */
  readonly lastGood: Pick<RowOf<'sync_runs'>, 'finished_at' | 'rows_rejected'> | undefined;
}

export function presentSource(row: RowOf<'sources'>, details: SourceDetails): Source {
  const type = row.type as SourceType; // only known types are ever stored
  return {
    id: row.id,
    name: row.name,
    type,
    source_type: type,
    config: row.config,
    warehouse_table_name: row.warehouse_table_name,
    column_count: details.table?.columns.length ?? 0,
    row_count: details.table?.row_count ?? 0,
    rows_rejected: details.lastGood?.rows_rejected ?? 0,
    last_synced_at: details.lastGood?.finished_at?.toISOString() ?? null,
    last_sync: details.lastSync === undefined ? null : presentSync(details.lastSync),
    created_at: row.created_at.toISOString(),
  };
}
