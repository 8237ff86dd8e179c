import type { SheetExport } from '#contracts/google';
import type { Actor } from '#platform/actor';
import type { RowOf } from '#platform/database/tables';
import { AppError, toRunError } from '#platform/errors';
import type { SheetExportId } from '#platform/ids';
import type { Services } from '#platform/services';
import { findTable } from '../queries.ts';

/** A program that writes says so every 2 s; one that did not for so long is gone. */
export const deadAfterMs = 60_000;

export const interrupted = (): AppError =>
  new AppError('export_interrupted', 'The program was stopped before everything was sent.');

export function presentExport(row: RowOf<'sheet_exports'>, now: number): SheetExport {
  const isDead = row.status === 'running' && now - row.heartbeat_at.getTime() > deadAfterMs;
  return {
    id: row.id,
    table_name: row.table_name,
    connection_id: row.connection_id,
    account: row.account,
    spreadsheet_id: row.spreadsheet_id,
    spreadsheet_title: row.spreadsheet_title,
    sheet_title: row.sheet_title,
    url: row.url,
    status: isDead ? 'failed' : row.status,
    rows_done: row.rows_done,
    rows_total: row.rows_total,
    cut_cells: row.cut_cells,
    error: isDead ? toRunError(interrupted()) : row.error,
    started_at: row.started_at.toISOString(),
    finished_at: row.finished_at?.toISOString() ?? null,
  };
}

/** Where a table was sent to, the last 50 times. @throws AppError not_found */
export async function listSheetExports(
  services: Services,
  actor: Actor,
  tableName: string,
): Promise<SheetExport[]> {
  return services.database.withOrganization(actor.organizationId, async (trx) => {
    const table = await findTable(trx, tableName);
    const rows = await trx
      .selectFrom('sheet_exports')
      .selectAll()
      .where('organization_id', '=', actor.organizationId)
      .where('table_name', '=', table.name)
      .orderBy('started_at', 'desc')
      .orderBy('id')
      .limit(50)
      .execute();
    return rows.map((row) => presentExport(row, services.clock.now()));
  });
}

/** The program that writes looks every 2 s whether it still should. @throws AppError not_found, run_not_cancellable */
export async function cancelSheetExport(services: Services, actor: Actor, id: string): Promise<SheetExport> {
  return services.database.withOrganization(actor.organizationId, async (trx) => {
    const row = await trx
      .updateTable('sheet_exports')
      .set({ status: 'cancelled', finished_at: new Date(services.clock.now()) })
      .where('organization_id', '=', actor.organizationId)
      .where('id', '=', id as SheetExportId) // compared, never trusted
      .where('status', '=', 'running')
      .returningAll()
      .executeTakeFirst();
    if (row !== undefined) return presentExport(row, services.clock.now());
    const found = await trx
      .selectFrom('sheet_exports')
      .select('id')
      .where('id', '=', id as SheetExportId) // as above
      .executeTakeFirst();
    throw found === undefined
      ? new AppError('not_found', 'There is nothing with this id that is being sent.')
      : new AppError('run_not_cancellable', 'This has already ended.');
  });
}
