import { Readable } from 'node:stream';
import type { WarehouseTable } from '#contracts/warehouse';
import type { Actor } from '#platform/actor';
import { emitEvent } from '#platform/database/emit-event';
import { AppError } from '#platform/errors';
import type { FileAnswer } from '#platform/http-route';
import type { Services } from '#platform/services';
import { csvCell } from './export/csv-file.ts';
import { findTable, presentTable } from './queries.ts';

export interface TableNotes {
  readonly description?: string | null | undefined;
  /** By physical name. */
  readonly columns?: Readonly<Record<string, string | null>> | undefined;
}

/** Writes down what a table and its columns mean. @throws AppError not_found; invalid_input for a column that is not there */
export function describeTable(
  services: Pick<Services, 'database'>,
  actor: Actor,
  name: string,
  notes: TableNotes,
): Promise<WarehouseTable> {
  return services.database.withOrganization(actor.organizationId, async (trx) => {
    const table = await findTable(trx, name, { lock: true });
    const given = new Map(Object.entries(notes.columns ?? {}));
    const unknown = [...given.keys()].filter((column) => !table.columns.some((each) => each.name === column));
    if (unknown.length > 0) {
      throw new AppError('invalid_input', `“${table.display_name}” has no column “${unknown[0] ?? ''}”.`, {
        errors: unknown.map((column) => ({ path: `columns.${column}`, message: 'There is no such column.' })),
      });
    }
    const columns = table.columns.map((column) => {
      const note = given.get(column.name);
      return note === undefined ? column : { ...column, description: note };
    });
    const row = await trx
      .updateTable('warehouse_tables')
      .set({
        columns: JSON.stringify(columns),
        description: notes.description === undefined ? table.description : notes.description,
      })
      .where('name', '=', table.name)
      .returningAll()
      .executeTakeFirstOrThrow();
    await emitEvent(trx, actor.organizationId, { type: 'changed', kind: 'table', ref_id: table.name });
    return presentTable(row);
  });
}

const head = [
  'Table',
  'Name in the database',
  'About the table',
  'Column',
  'Column in the database',
  'Type',
  'About the column',
];

/** The data dictionary as a CSV file: a row for each column of each table. */
export async function exportDictionary(
  services: Pick<Services, 'database'>,
  actor: Actor,
): Promise<FileAnswer> {
  const tables = await services.database.withOrganization(actor.organizationId, (trx) =>
    trx
      .selectFrom('warehouse_tables')
      .selectAll()
      .where('organization_id', '=', actor.organizationId)
      .orderBy('display_name')
      .orderBy('name')
      .execute(),
  );
  const line = (cells: readonly (string | null | undefined)[]): string =>
    `${cells.map((cell) => csvCell(cell ?? null, 'text')).join(',')}\r\n`;
  const rows = tables.flatMap((table) =>
    table.columns
      .filter((column) => !column.name.startsWith('_dlt_'))
      .map((column) =>
        line([
          table.display_name,
          table.name,
          table.description,
          column.display_name,
          column.name,
          column.type,
          column.description,
        ]),
      ),
  );
  return {
    filename: 'Data dictionary.csv',
    contentType: 'text/csv; charset=utf-8',
    // A byte-order mark: without it Excel reads UTF-8 as the local code page.
    body: Readable.from([`\uFEFF${line(head)}`, ...rows]),
  };
}
