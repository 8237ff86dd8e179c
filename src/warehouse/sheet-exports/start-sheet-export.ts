import { requirePermission } from '#accounts';
import type { SheetExport } from '#contracts/google';
import type { TableColumn } from '#contracts/warehouse';
import type { Actor } from '#platform/actor';
import type { RowOf } from '#platform/database/tables';
import { AppError, toRunError } from '#platform/errors';
import type { GoogleConnectionId, SheetExportId } from '#platform/ids';
import { connectorContext, openSheetWriter, spreadsheetId, type SheetWriter } from '#sources';
import { findTable } from '../queries.ts';
import type { WarehouseServices } from '../services.ts';
import { deadAfterMs, interrupted, presentExport } from './queries.ts';
import { sheetCells, sheetFormat } from './sheet-cells.ts';

const beatMs = 2_000;

export interface SheetExportRequest {
  readonly connection_id: string;
  readonly spreadsheet?: string | undefined;
  readonly sheet: string;
}

interface ExportWork {
  readonly id: SheetExportId;
  readonly actor: Actor;
  readonly table: RowOf<'warehouse_tables'>;
  readonly connection: {
    readonly account: string;
    readonly refreshToken: string;
    readonly mayWrite: boolean;
  };
  readonly request: SheetExportRequest;
}

/**
 * Begins to send a table to a sheet. It goes on by itself in this process; what came of it is in the row that is
 * answered. The sheet shows its old content until all rows are there, whatever happens on the way.
 *
 * @throws AppError not_found, forbidden, invalid_input, sheet_too_large, source_forbidden, conflict while the same
 *   table is being sent.
 */
export async function startSheetExport(
  services: WarehouseServices,
  actor: Actor,
  tableName: string,
  request: SheetExportRequest,
): Promise<SheetExport> {
  requirePermission(actor, 'data:export');
  const { organizationId } = actor;
  const table = await services.database.withOrganization(organizationId, (trx) => findTable(trx, tableName));
  const wanted = request.spreadsheet === undefined ? null : spreadsheetId(request.spreadsheet);
  if (wanted === undefined) {
    throw new AppError('invalid_input', 'This is no address of a spreadsheet.', {
      errors: [{ path: 'spreadsheet', message: 'Paste the address of the spreadsheet from your browser' }],
    });
  }
  const connection = await connectorContext(services, organizationId, actor.userId).openGoogleConnection(
    request.connection_id,
  );
  if (!connection.mayWrite) {
    throw new AppError('source_forbidden', `${connection.account} gave no leave to write to spreadsheets.`, {
      hint: 'Sign in with Google again, and allow it to edit spreadsheets.',
    });
  }
  const row = await services.database.withOrganization(organizationId, async (trx) => {
    const now = new Date(services.clock.now());
    await trx
      .updateTable('sheet_exports')
      .set({ status: 'failed', error: JSON.stringify(toRunError(interrupted())), finished_at: now })
      .where('organization_id', '=', organizationId)
      .where('status', '=', 'running')
      .where('heartbeat_at', '<', new Date(services.clock.now() - deadAfterMs))
      .execute();
    const inserted = await trx
      .insertInto('sheet_exports')
      .values({
        id: services.newId<SheetExportId>(),
        organization_id: organizationId,
        table_name: table.name,
        user_id: actor.userId,
        // It was opened above, so it is one of ours.
        connection_id: request.connection_id as GoogleConnectionId,
        account: connection.account,
        spreadsheet_id: wanted,
        sheet_title: request.sheet,
        status: 'running',
        rows_total: table.row_count,
        started_at: now,
        heartbeat_at: now,
      })
      .onConflict((conflict) => conflict.doNothing())
      .returningAll()
      .executeTakeFirst();
    if (inserted === undefined) {
      throw new AppError('conflict', 'This table is just being sent to a sheet.', {
        hint: 'Wait until it is done, or cancel it.',
      });
    }
    return inserted;
  });
  void carryOut(services, { id: row.id, actor, table, connection, request });
  return presentExport(row, services.clock.now());
}

/** Never throws: the row says what came of it. */
async function carryOut(services: WarehouseServices, work: ExportWork): Promise<void> {
  const stop = new AbortController();
  const progress = { rows: 0, cut: 0 };
  const set = (change: Partial<Record<string, unknown>>) =>
    services.database.withOrganization(work.actor.organizationId, (trx) =>
      trx
        .updateTable('sheet_exports')
        .set({
          rows_done: progress.rows,
          cut_cells: progress.cut,
          heartbeat_at: new Date(services.clock.now()),
          ...change,
        })
        .where('id', '=', work.id)
        .where('status', '=', 'running')
        .returning('id')
        .executeTakeFirst(),
    );
  const beat = setInterval(() => {
    set({}).then(
      (row) => {
        if (row === undefined) stop.abort(new AppError('query_cancelled', 'Sending was cancelled.'));
        return undefined;
      },
      (error: unknown) => services.log.warn({ err: error }, 'a heartbeat of an export failed'),
    );
  }, beatMs);
  beat.unref();
  try {
    const { writer, url, rows } = await send(services, work, progress, stop.signal, (change) =>
      set(change).then(() => undefined),
    );
    await set({
      status: 'succeeded',
      url,
      rows_total: rows,
      spreadsheet_id: writer.spreadsheetId,
      finished_at: new Date(services.clock.now()),
    });
  } catch (error) {
    if (!(error instanceof AppError)) services.log.error({ err: error }, 'an export to a sheet failed');
    await set({
      status: 'failed',
      error: JSON.stringify(toRunError(error)),
      finished_at: new Date(services.clock.now()),
    }).catch((failure: unknown) =>
      services.log.warn({ err: failure }, 'the failure of an export could not be recorded'),
    );
  } finally {
    clearInterval(beat);
  }
}

async function send(
  services: WarehouseServices,
  { actor, table, connection, request }: ExportWork,
  progress: { rows: number; cut: number },
  signal: AbortSignal,
  note: (change: { spreadsheet_id: string; spreadsheet_title: string; rows_total: number }) => Promise<void>,
): Promise<{ readonly writer: SheetWriter; readonly url: string; readonly rows: number }> {
  const { organizationId } = actor;
  const warehouse = await services.warehouse.forOrganization(organizationId);
  const { dialect } = warehouse.capabilities;
  const name = dialect.quoteTable({ schema: warehouse.schema, name: table.name });
  const counted = await warehouse.read(`SELECT count(*) AS n FROM ${name}`, { signal });
  const total = Number(counted.rows[0]?.['n'] ?? 0);
  const { timezone } = await services.database.withOrganization(organizationId, (trx) =>
    trx
      .selectFrom('organizations')
      .select('timezone')
      .where('id', '=', organizationId)
      .executeTakeFirstOrThrow(),
  );
  const { columns } = table;
  const writer = await openSheetWriter(
    connectorContext(services, organizationId),
    {
      connection,
      spreadsheet: request.spreadsheet,
      newTitle: table.display_name,
      sheet: request.sheet,
      rows: total + 1,
      columns: columns.length,
      formats: formatsOf(columns),
    },
    signal,
  );
  try {
    await note({
      spreadsheet_id: writer.spreadsheetId,
      spreadsheet_title: writer.spreadsheetTitle,
      rows_total: total,
    });
    const cells = sheetCells(timezone);
    await writer.write([columns.map((column) => cells.cell(column.display_name, 'text'))]);
    // Decimals as text, so that every digit is there to be judged.
    const list = columns.map((column) => {
      const quoted = dialect.quoteIdentifier(column.name);
      return column.type === 'decimal' ? `CAST(${quoted} AS text) AS ${quoted}` : quoted;
    });
    for await (const rows of warehouse.stream(`SELECT ${list.join(', ')} FROM ${name}`, {
      signal,
      batchSize: 5_000,
    })) {
      await writer.write(
        rows.map((row) => columns.map((column) => cells.cell(row[column.name], column.type))),
      );
      progress.rows += rows.length;
      progress.cut = cells.cut();
      signal.throwIfAborted();
    }
    return { writer, url: await writer.finish(), rows: progress.rows };
  } catch (error) {
    await writer.abandon();
    throw error;
  }
}

function formatsOf(columns: readonly TableColumn[]) {
  return new Map(
    columns.flatMap(({ type }, index) => {
      const format = sheetFormat(type);
      return format === undefined ? [] : [[index, format] as const];
    }),
  );
}
