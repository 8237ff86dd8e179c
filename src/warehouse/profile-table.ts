import type { ColumnProfile, TableColumn } from '#contracts/warehouse';
import type { Actor } from '#platform/actor';
import type { Dialect } from './sql/dialect.ts';
import { findTable } from './queries.ts';
import type { WarehouseServices } from './services.ts';

const SAMPLE_ROWS = 100_000;
const TOP_VALUES = 5;
const TIMEOUT_MS = 30_000;

function isEmpty(column: TableColumn, quoted: string): string {
  return column.type === 'text' ? `(${quoted} IS NULL OR trim(${quoted}) = '')` : `${quoted} IS NULL`;
}

/** One aggregate over all columns; each contributes five numbered result columns. */
function profileSql(columns: readonly TableColumn[], from: string, dialect: Dialect): string {
  const parts = columns.flatMap((column, index) => {
    const quoted = dialect.quoteIdentifier(column.name);
    const numeric = column.type === 'integer' || column.type === 'decimal' || column.type === 'float';
    const comparable = column.type !== 'json' && column.type !== 'boolean';
    const text = (expression: string) => `left(CAST(${expression} AS text), 200)`;
    return [
      `count(*) FILTER (WHERE ${isEmpty(column, quoted)}) AS e${index}`,
      column.type === 'json' ? `NULL AS d${index}` : `count(DISTINCT ${quoted}) AS d${index}`,
      comparable ? `${text(`min(${quoted})`)} AS n${index}` : `NULL AS n${index}`,
      comparable ? `${text(`max(${quoted})`)} AS x${index}` : `NULL AS x${index}`,
      numeric ? `CAST(avg(${quoted}) AS double precision) AS a${index}` : `NULL AS a${index}`,
    ];
  });
  return `SELECT count(*) AS n, ${parts.join(', ')} FROM ${from}`;
}

function numberOrNull(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}
/** min and max are cast to text by the statement. */
function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/**
 * Statistics of every column: of all rows up to 100,000, else of a sample of about as many whole pages, the same
 * sample each time, and labelled as one.
 */
export async function profileTable(
  services: WarehouseServices,
  actor: Actor,
  name: string,
  signal: AbortSignal,
): Promise<{ columns: ColumnProfile[]; sampled: boolean; sample_rows: number }> {
  const table = await services.database.withOrganization(actor.organizationId, (trx) => findTable(trx, name));
  const warehouse = await services.warehouse.forOrganization(actor.organizationId);
  const { dialect } = warehouse.capabilities;
  const rows = table.row_count ?? 0;
  const sampled = rows > SAMPLE_ROWS;
  const quotedTable = dialect.quoteTable({ schema: warehouse.schema, name: table.name });
  const from = sampled
    ? `${quotedTable} TABLESAMPLE SYSTEM (${((100 * SAMPLE_ROWS) / rows).toFixed(4)}) REPEATABLE (1)`
    : quotedTable;
  const options = { signal, timeoutMs: TIMEOUT_MS };
  const summary = (await warehouse.read(profileSql(table.columns, from, dialect), options)).rows[0] ?? {};
  const sampleRows = Number(summary['n'] ?? 0);

  const columns: ColumnProfile[] = [];
  for (const [index, column] of table.columns.entries()) {
    const quoted = dialect.quoteIdentifier(column.name);
    const top =
      column.type === 'json'
        ? []
        : (
            await warehouse.read(
              `SELECT ${quoted} AS value, count(*) AS n FROM ${from} WHERE NOT (${isEmpty(column, quoted)}) GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ${TOP_VALUES}`,
              options,
            )
          ).rows;
    columns.push({
      name: column.name,
      type: column.type,
      row_count: sampleRows,
      empty_count: Number(summary[`e${index}`] ?? 0),
      distinct_count: numberOrNull(summary[`d${index}`]),
      min: textOrNull(summary[`n${index}`]),
      max: textOrNull(summary[`x${index}`]),
      mean: numberOrNull(summary[`a${index}`]),
      top: top.map((row) => ({ value: row['value'], count: Number(row['n']) })),
    });
  }
  return { columns, sampled, sample_rows: sampleRows };
}
