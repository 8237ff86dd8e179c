import { Readable } from 'node:stream';
import type { Row, TableColumn } from '#contracts/warehouse';
import type { Actor } from '#platform/actor';
import type { FileAnswer } from '#platform/http-route';
import { findTable } from './queries.ts';
import type { WarehouseServices } from './services.ts';

/**
 * A cell of a CSV file. Text that a spreadsheet would run as a formula gets an apostrophe in front, which
 * spreadsheets do not show (OWASP "CSV injection"); numbers keep their sign.
 */
export function csvCell(value: unknown, type: TableColumn['type']): string {
  if (value === null || value === undefined) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const safe = (type === 'text' || type === 'json') && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe;
}

async function* csvChunks(columns: readonly TableColumn[], batches: AsyncIterable<readonly Row[]>) {
  // A byte-order mark: without it Excel reads UTF-8 as the local code page.
  yield `\uFEFF${columns.map((column) => csvCell(column.display_name, 'text')).join(',')}\r\n`;
  for await (const rows of batches) {
    yield rows
      .map((row) => `${columns.map((column) => csvCell(row[column.name], column.type)).join(',')}\r\n`)
      .join('');
  }
}

async function* jsonChunks(batches: AsyncIterable<readonly Row[]>) {
  yield '[';
  let first = true;
  for await (const rows of batches) {
    yield rows.map((row) => `${first ? ((first = false), '\n') : ',\n'}${JSON.stringify(row)}`).join('');
  }
  yield '\n]\n';
}

/** Every row of a table as a file, streamed in batches: memory does not grow with the table. */
export async function exportTable(
  services: WarehouseServices,
  actor: Actor,
  name: string,
  format: 'csv' | 'json',
  signal: AbortSignal,
): Promise<FileAnswer> {
  const table = await services.database.withOrganization(actor.organizationId, (trx) => findTable(trx, name));
  const warehouse = await services.warehouse.forOrganization(actor.organizationId);
  const { dialect } = warehouse.capabilities;
  const list = table.columns
    .map((column) => {
      const name = dialect.quoteIdentifier(column.name);
      // Rows carry a long fraction as a double, which is all that JSON's readers keep; a CSV file keeps every digit.
      return format === 'csv' && column.type === 'decimal' ? `CAST(${name} AS text) AS ${name}` : name;
    })
    .join(', ');
  const batches = warehouse.stream(
    `SELECT ${list} FROM ${dialect.quoteTable({ schema: warehouse.schema, name: table.name })}`,
    { signal },
  );
  const chunks = format === 'csv' ? csvChunks(table.columns, batches) : jsonChunks(batches);
  return {
    filename: `${table.display_name}.${format}`,
    contentType: format === 'csv' ? 'text/csv; charset=utf-8' : 'application/json; charset=utf-8',
    body: Readable.from(chunks),
  };
}
