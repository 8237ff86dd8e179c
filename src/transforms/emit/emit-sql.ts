import type { PlanOperation } from '../plan/relation.ts';
import { INPUT_NAME } from '../plan/sql/check-sql.ts';
import type { EmitOptions } from './emit-plan.ts';
import type { SqlSyntax } from './sql-syntax.ts';
import { UnsupportedByDialect } from './unsupported-by-dialect.ts';

/**
 * A person's SELECT, as it was written, between what it may see and what may leave it. The tables and the step before
 * stand around it as WITH parts under the names that it uses: a name in it can mean nothing else.
 */
export function emitSql(
  { query, input, tables, output, maxRows }: Extract<PlanOperation, { kind: 'sql' }>,
  before: string,
  { dialect, readsOwnSql }: SqlSyntax,
  options: EmitOptions,
): string {
  if (!readsOwnSql)
    throw new UnsupportedByDialect(
      'SQL of your own is written for PostgreSQL and stays there: another engine would read it differently.',
    );
  const quote = dialect.quoteIdentifier;
  const list = (names: readonly string[]): string => names.map(quote).join(', ');
  const parts = tables.map(
    ({ as, table, columns }) =>
      `${quote(as)} AS NOT MATERIALIZED (SELECT ${list(columns)} FROM ${dialect.quoteTable({ schema: options.schema, name: table })})`,
  );
  if (input !== null) parts.unshift(`${quote(INPUT_NAME)} AS (SELECT ${list(input)} FROM ${before})`);
  const around = parts.length === 0 ? '' : `    WITH ${parts.join(',\n      ')}\n`;
  // The end of a line ends a comment that the query may end with.
  const asWritten = `\n${query}\n`;
  if (output === null)
    return `  SELECT *\n  FROM (\n${around}    SELECT * FROM (${asWritten}    ) AS own\n  ) AS own`;
  const columns = output.map(
    ({ name, type }) => `\n    CAST(${quote(name)} AS ${dialect.typeName(type)}) AS ${quote(name)}`,
  );
  // The text holds the number, so that no planner works the condition out beforehand.
  const tooMany = `CAST(concat('This SQL gives more than ${maxRows} rows: row ', _dalgo_number) AS boolean)`;
  return `  SELECT${columns.join(',')}\n  FROM (\n${around}    SELECT *, row_number() OVER () AS _dalgo_number FROM (${asWritten}    ) AS own\n  ) AS own\n  WHERE CASE WHEN _dalgo_number > ${maxRows} THEN ${tooMany} ELSE TRUE END`;
}
