import type { ColumnType } from '#contracts/column-types';
import { dialects } from '#warehouse';
import { WHITE_SPACE } from '../../plan/white-space.ts';
import { GROUPED, NO_WORDS, PLAIN_NUMBER, SHAPES, YES_WORDS, type Temporal } from '../readable-values.ts';
import type { TypedSql } from '../sql-syntax.ts';

const { bigquery } = dialects;
const text = (value: string): string => bigquery.quoteLiteral({ type: 'text', value });

/** White space with escapes that can be seen. */
export const BIGQUERY_SPACES = `'${WHITE_SPACE.map((code) => (code === 0x20 ? ' ' : `\\u${code.toString(16).padStart(4, '0')}`)).join('')}'`;

/** A double by its fifteen digits, as PostgreSQL makes a numeric of it. */
export function decimalOfDouble(sql: string): string {
  return `SAFE_CAST(FORMAT('%.15g', ${sql}) AS BIGNUMERIC)`;
}

export function exactDecimal({ sql, type }: TypedSql): string {
  if (type === 'decimal') return sql;
  return type === 'float' ? decimalOfDouble(sql) : `CAST(${sql} AS BIGNUMERIC)`;
}

export function bigqueryText({ sql, type }: TypedSql): string {
  switch (type) {
    case 'text':
      return sql;
    case 'integer':
    case 'boolean':
    case 'decimal':
    case 'date':
      return `CAST(${sql} AS STRING)`;
    case 'float':
      return `CAST(${decimalOfDouble(sql)} AS STRING)`;
    case 'json':
      return `TO_JSON_STRING(${sql})`;
    case 'timestamp':
      return `FORMAT_DATETIME('%E4Y-%m-%d %H:%M:%S', ${sql})`;
    case 'timestamptz':
      return `FORMAT_TIMESTAMP('%E4Y-%m-%d %H:%M:%S', ${sql}, 'UTC')`;
    case 'time':
      return `FORMAT_TIME('%H:%M:%S', ${sql})`;
  }
}

const trimmed = (sql: string): string => `TRIM(${sql}, ${BIGQUERY_SPACES})`;

function textToDecimal(sql: string): string {
  const value = trimmed(sql);
  return `CASE WHEN REGEXP_CONTAINS(${value}, ${text(PLAIN_NUMBER)}) THEN SAFE_CAST(${value} AS BIGNUMERIC) WHEN REGEXP_CONTAINS(${value}, ${text(GROUPED)}) THEN SAFE_CAST(REPLACE(${value}, ',', '') AS BIGNUMERIC) END`;
}

/** Rounded half away from zero, and empty beyond the largest integer. */
const toInteger = (decimal: string): string => `SAFE_CAST(ROUND(${decimal}) AS INT64)`;

function textTo(sql: string, to: Temporal): string {
  const value = trimmed(sql);
  return `CASE WHEN REGEXP_CONTAINS(${value}, ${text(SHAPES[to])}) THEN SAFE_CAST(${value} AS ${bigquery.typeName(to)}) END`;
}

const words = (list: readonly string[]): string => list.map(text).join(', ');

function fromText(sql: string, to: ColumnType): string {
  switch (to) {
    case 'text':
      return sql;
    case 'decimal':
      return textToDecimal(sql);
    case 'float':
      return `SAFE_CAST(${textToDecimal(sql)} AS FLOAT64)`;
    case 'integer':
      return toInteger(textToDecimal(sql));
    case 'boolean':
      return `CASE WHEN LOWER(${trimmed(sql)}) IN (${words(YES_WORDS)}) THEN TRUE WHEN LOWER(${trimmed(sql)}) IN (${words(NO_WORDS)}) THEN FALSE END`;
    case 'date':
    case 'timestamp':
    case 'timestamptz':
    case 'time':
      return textTo(sql, to);
    case 'json':
      return `SAFE.PARSE_JSON(${sql}, wide_number_mode => 'round')`;
  }
}

export function bigqueryCast(operand: TypedSql, to: ColumnType): string {
  const { sql, type } = operand;
  if (type === to) return sql;
  if (type === 'text') return fromText(sql, to);
  if (type === 'json' && to !== 'text') return fromText(`JSON_VALUE(${sql}, '$')`, to);
  if (to === 'text') return bigqueryText(operand);
  switch (to) {
    case 'integer':
      return type === 'boolean' ? `CAST(${sql} AS INT64)` : toInteger(exactDecimal(operand));
    case 'decimal':
      return type === 'boolean' ? `CAST(CAST(${sql} AS INT64) AS BIGNUMERIC)` : exactDecimal(operand);
    case 'float':
      return type === 'boolean' ? `CAST(CAST(${sql} AS INT64) AS FLOAT64)` : `SAFE_CAST(${sql} AS FLOAT64)`;
    case 'boolean':
      return `CASE ${sql} WHEN 1 THEN TRUE WHEN 0 THEN FALSE END`;
    case 'json':
      return `TO_JSON(${sql})`;
    default:
      return `CAST(${sql} AS ${bigquery.typeName(to)})`;
  }
}
