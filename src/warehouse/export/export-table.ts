import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { ExportFormat } from '#contracts/warehouse';
import type { Actor } from '#platform/actor';
import type { FileAnswer } from '#platform/http-route';
import type { OrganizationWarehouse } from '../port.ts';
import { findTable } from '../queries.ts';
import type { WarehouseServices } from '../services.ts';
import { csvFile } from './csv-file.ts';
import { exportColumns, type ExportColumn } from './export-cell.ts';
import { exportFilename } from './export-filename.ts';
import { jsonFile, ndjsonFile } from './json-file.ts';
import { parquetFile, type ParquetColumn } from './parquet-file.ts';
import { xlsxFile } from './xlsx-file.ts';

const contentTypes: Readonly<Record<ExportFormat, string>> = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  parquet: 'application/vnd.apache.parquet',
  json: 'application/json; charset=utf-8',
  ndjson: 'application/x-ndjson; charset=utf-8',
};

/** Every row of a table as a file, streamed in batches: memory does not grow with the table. */
export async function exportTable(
  services: WarehouseServices,
  actor: Actor,
  name: string,
  format: ExportFormat,
  signal: AbortSignal,
): Promise<FileAnswer> {
  const { table, timeZone } = await services.database.withOrganization(actor.organizationId, async (trx) => ({
    table: await findTable(trx, name),
    timeZone: (
      await trx
        .selectFrom('organizations')
        .select('timezone')
        .where('id', '=', actor.organizationId)
        .executeTakeFirstOrThrow()
    ).timezone,
  }));
  const warehouse = await services.warehouse.forOrganization(actor.organizationId);
  const { dialect } = warehouse.capabilities;
  const quotedTable = dialect.quoteTable({ schema: warehouse.schema, name: table.name });
  const columns = exportColumns(table.columns);
  const list = columns.map((column) => selected(column, warehouse, format, timeZone)).join(', ');
  const batches = warehouse.stream(`SELECT ${list} FROM ${quotedTable}`, { signal });
  const body = async (): Promise<Readable> => {
    switch (format) {
      case 'csv':
        return Readable.from(csvFile(columns, batches));
      case 'xlsx':
        return Readable.from(xlsxFile(table.display_name, columns, batches));
      case 'json':
        return Readable.from(jsonFile(batches));
      case 'ndjson':
        return Readable.from(ndjsonFile(batches));
      case 'parquet':
        return parquetFile(
          await withDigits(columns, warehouse, quotedTable, signal),
          batches,
          join(services.config.dataDirectory, 'exports'),
          signal,
        );
    }
  };
  return {
    filename: exportFilename(table.display_name, format),
    contentType: contentTypes[format],
    body: await body(),
  };
}

function selected(
  column: ExportColumn,
  warehouse: OrganizationWarehouse,
  format: ExportFormat,
  timeZone: string,
): string {
  const { dialect } = warehouse.capabilities;
  const name = dialect.quoteIdentifier(column.name);
  // Rows carry a long fraction as a double, which is all that readers of JSON keep; the others keep every digit.
  const keepsDigits = format === 'csv' || format === 'xlsx' || format === 'parquet';
  if (keepsDigits && column.type === 'decimal') return `CAST(${name} AS text) AS ${name}`;
  // Excel knows no zones: an instant is what the organization's clocks showed.
  if (format === 'xlsx' && column.type === 'timestamptz') {
    return `${name} AT TIME ZONE ${dialect.quoteLiteral({ type: 'text', value: timeZone })} AS ${name}`;
  }
  return name;
}

/** How many digits the values of each decimal column have, from one look at all of them. */
async function withDigits(
  columns: readonly ExportColumn[],
  warehouse: OrganizationWarehouse,
  table: string,
  signal: AbortSignal,
): Promise<ParquetColumn[]> {
  const { dialect } = warehouse.capabilities;
  const decimals = columns.filter(({ type }) => type === 'decimal');
  if (decimals.length === 0) return columns.map((column) => ({ ...column, digits: null }));
  const lengths = decimals.flatMap(({ name }, index) => {
    const text = `CAST(${dialect.quoteIdentifier(name)} AS text)`;
    const part = (number: number) => `length(split_part(replace(${text}, '-', ''), '.', ${number}))`;
    return [
      `max(${part(1)}) AS i${index}`,
      `max(${part(2)}) AS f${index}`,
      // NaN and infinity are no decimals of Parquet.
      `bool_and(${text} IS NULL OR ${text} ~ '^-?[0-9.]+$') AS n${index}`,
    ];
  });
  const { rows } = await warehouse.read(`SELECT ${lengths.join(', ')} FROM ${table}`, { signal });
  const found = rows[0] ?? {};
  return columns.map((column) => {
    const index = decimals.indexOf(column);
    const isNumber = index >= 0 && found[`n${index}`] !== false;
    return {
      ...column,
      digits: isNumber
        ? { integer: Number(found[`i${index}`] ?? 0), fraction: Number(found[`f${index}`] ?? 0) }
        : null,
    };
  });
}
