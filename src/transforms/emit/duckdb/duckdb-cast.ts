import type { ColumnType } from '#contracts/column-types';
import { dialects } from '#warehouse';
import { GROUPED, NO_WORDS, PLAIN_NUMBER, SHAPES, YES_WORDS, type Temporal } from '../readable-values.ts';
import type { TypedSql } from '../sql-syntax.ts';
import { exactDecimal } from './duckdb-decimal.ts';
import { DUCKDB_SPACES } from './duckdb-spaces.ts';

const { duckdb } = dialects;
const text = (value: string): string => duckdb.quoteLiteral({ type: 'text', value });
const DECIMAL = duckdb.typeName('decimal');

export function duckdbText({ sql, type }: TypedSql): string {
  switch (type) {
    case 'text':
      return sql;
    case 'integer':
    case 'boolean':
    case 'json':
      return `CAST(${sql} AS VARCHAR)`;
    case 'decimal':
    case 'float':
      return `rtrim(rtrim(CAST(${exactDecimal({ sql, type })} AS VARCHAR), '0'), '.')`;
    case 'date':
      return `strftime(${sql}, '%Y-%m-%d')`;
    case 'timestamp':
    case 'timestamptz':
      return `strftime(${sql}, '%Y-%m-%d %H:%M:%S')`;
    case 'time':
      return `strftime(DATE '2000-01-01' + ${sql}, '%H:%M:%S')`;
  }
}

const trimmed = (sql: string): string => `trim(${sql}, ${DUCKDB_SPACES})`;

function textToDecimal(sql: string): string {
  const value = trimmed(sql);
  return `CASE WHEN regexp_matches(${value}, ${text(PLAIN_NUMBER)}) THEN TRY_CAST(${value} AS ${DECIMAL}) WHEN regexp_matches(${value}, ${text(GROUPED)}) THEN TRY_CAST(replace(${value}, ',', '') AS ${DECIMAL}) END`;
}

/** TRY_CAST of a decimal rounds half away from zero, and is empty beyond the largest integer. */
const toInteger = (sql: string): string => `TRY_CAST(${sql} AS BIGINT)`;

function textTo(sql: string, to: Temporal): string {
  const value = trimmed(sql);
  // DuckDB knows a year 0; other engines and people do not.
  const year = to !== 'time' ? ` AND left(${value}, 4) <> '0000'` : '';
  return `CASE WHEN regexp_matches(${value}, ${text(SHAPES[to])})${year} THEN TRY_CAST(${value} AS ${duckdb.typeName(to)}) END`;
}

/** DuckDB takes NaN and Infinity for JSON; only they have capitals outside of texts. */
const withoutTexts = (sql: string): string =>
  `regexp_replace(${sql}, ${text(String.raw`"(\\.|[^"\\])*"`)}, '', 'g')`;

const words = (list: readonly string[]): string => list.map(text).join(', ');

function fromText(sql: string, to: ColumnType): string {
  switch (to) {
    case 'text':
      return sql;
    case 'decimal':
      return textToDecimal(sql);
    case 'float':
      return `CAST(${textToDecimal(sql)} AS DOUBLE)`;
    case 'integer':
      return toInteger(textToDecimal(sql));
    case 'boolean':
      return `CASE WHEN lower(${trimmed(sql)}) IN (${words(YES_WORDS)}) THEN TRUE WHEN lower(${trimmed(sql)}) IN (${words(NO_WORDS)}) THEN FALSE END`;
    case 'date':
    case 'timestamp':
    case 'timestamptz':
    case 'time':
      return textTo(sql, to);
    case 'json':
      return `CASE WHEN json_valid(${sql}) AND NOT regexp_matches(${withoutTexts(sql)}, '[NI]') THEN CAST(${sql} AS JSON) END`;
  }
}

export function duckdbCast(operand: TypedSql, to: ColumnType): string {
  const { sql, type } = operand;
  if (type === to) return sql;
  if (type === 'text') return fromText(sql, to);
  if (to === 'text') return duckdbText(operand);
  if (type === 'json') return fromText(`json_extract_string(${sql}, '$')`, to);
  switch (to) {
    case 'integer':
      return type === 'boolean' ? `CAST(${sql} AS BIGINT)` : toInteger(exactDecimal(operand));
    case 'decimal':
      return exactDecimal(operand);
    case 'boolean':
      return `CASE ${sql} WHEN 1 THEN TRUE WHEN 0 THEN FALSE END`;
    case 'json':
      return `to_json(${sql})`;
    default:
      return `CAST(${sql} AS ${duckdb.typeName(to)})`;
  }
}
