import type { ColumnType } from '#contracts/column-types';
import {
  checkedNumber,
  checkedTemporal,
  defineDialect,
  quoteStandardIdentifier,
  type SqlLiteral,
} from './dialect.ts';

/** DuckDB has no limit; a megabyte of name is a mistake all the same. */
const MAX_IDENTIFIER_BYTES = 65_536;

/**
 * The widest decimal of DuckDB has 38 digits. Ten of them behind the point leave 28 before it, so that a sum of a
 * billion of the largest integers still fits.
 */
const DECIMAL = 'DECIMAL(38,10)';

const typeNames: Readonly<Record<ColumnType, string>> = {
  text: 'VARCHAR',
  integer: 'BIGINT',
  decimal: DECIMAL,
  float: 'DOUBLE',
  boolean: 'BOOLEAN',
  date: 'DATE',
  timestamp: 'TIMESTAMP',
  timestamptz: 'TIMESTAMPTZ',
  time: 'TIME',
  json: 'JSON',
};

const columnTypes: ReadonlyMap<string, ColumnType> = new Map([
  ['varchar', 'text'],
  ['uuid', 'text'],
  ['tinyint', 'integer'],
  ['smallint', 'integer'],
  ['integer', 'integer'],
  ['bigint', 'integer'],
  ['utinyint', 'integer'],
  ['usmallint', 'integer'],
  ['uinteger', 'integer'],
  ['ubigint', 'decimal'],
  ['hugeint', 'decimal'],
  ['uhugeint', 'decimal'],
  ['decimal', 'decimal'],
  ['float', 'float'],
  ['double', 'float'],
  ['boolean', 'boolean'],
  ['date', 'date'],
  ['timestamp', 'timestamp'],
  ['timestamp_s', 'timestamp'],
  ['timestamp_ms', 'timestamp'],
  ['timestamp_ns', 'timestamp'],
  ['timestamptz', 'timestamptz'],
  ['timestamp with time zone', 'timestamptz'],
  ['time', 'time'],
  ['json', 'json'],
]);

/** DuckDB's parser stops at NUL, and a backslash means itself. */
export function quoteDuckdbText(text: string): string {
  if (text.includes('\u0000')) throw new Error('DuckDB SQL cannot contain NUL.');
  return `'${text.toWellFormed().replaceAll("'", "''")}'`;
}

function quoteLiteral({ type, value }: SqlLiteral): string {
  if (value === null) return `CAST(NULL AS ${typeNames[type]})`;
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE';
  switch (type) {
    case 'text':
      return quoteDuckdbText(value);
    case 'integer':
    case 'decimal':
      return checkedNumber(value);
    case 'float':
      return `CAST(${checkedNumber(value)} AS DOUBLE)`;
    case 'boolean':
      return value === 'true' ? 'TRUE' : 'FALSE';
    case 'date':
      return `DATE '${checkedTemporal(value)}'`;
    case 'timestamp':
      return `TIMESTAMP '${checkedTemporal(value)}'`;
    case 'timestamptz':
      return `TIMESTAMPTZ '${checkedTemporal(value)}'`;
    case 'time':
      return `TIME '${checkedTemporal(value)}'`;
    case 'json':
      return `CAST(${quoteDuckdbText(value)} AS JSON)`;
  }
}

function quoteIdentifier(name: string): string {
  return quoteStandardIdentifier(name, MAX_IDENTIFIER_BYTES);
}

export const duckdb = defineDialect({
  name: 'duckdb',
  maxIdentifierBytes: MAX_IDENTIFIER_BYTES,
  decimalDigits: { integer: 28, fraction: 10 },
  quoteIdentifier,
  quoteLiteral,
  typeNames,
  columnTypes,
});
