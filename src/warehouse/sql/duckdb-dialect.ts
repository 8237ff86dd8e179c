import type { ColumnType } from '#contracts/column-types';
import {
  checkedNumber,
  checkedTemporal,
  quoteStandardIdentifier,
  type Dialect,
  type SqlLiteral,
  type TableName,
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
  ['VARCHAR', 'text'],
  ['UUID', 'text'],
  ['TINYINT', 'integer'],
  ['SMALLINT', 'integer'],
  ['INTEGER', 'integer'],
  ['BIGINT', 'integer'],
  ['UTINYINT', 'integer'],
  ['USMALLINT', 'integer'],
  ['UINTEGER', 'integer'],
  ['UBIGINT', 'decimal'],
  ['HUGEINT', 'decimal'],
  ['UHUGEINT', 'decimal'],
  ['DECIMAL', 'decimal'],
  ['FLOAT', 'float'],
  ['DOUBLE', 'float'],
  ['BOOLEAN', 'boolean'],
  ['DATE', 'date'],
  ['TIMESTAMP', 'timestamp'],
  ['TIMESTAMP_S', 'timestamp'],
  ['TIMESTAMP_MS', 'timestamp'],
  ['TIMESTAMP_NS', 'timestamp'],
  ['TIMESTAMPTZ', 'timestamptz'],
  ['TIMESTAMP WITH TIME ZONE', 'timestamptz'],
  ['TIME', 'time'],
  ['JSON', 'json'],
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

export const duckdb: Dialect = Object.freeze({
  name: 'duckdb',
  maxIdentifierBytes: MAX_IDENTIFIER_BYTES,
  decimalDigits: { integer: 28, fraction: 10 },
  quoteIdentifier,
  quoteTable: ({ schema, name }: TableName): string =>
    schema === undefined ? quoteIdentifier(name) : `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`,
  quoteLiteral,
  typeName: (type: ColumnType): string => typeNames[type],
  columnType: (engineType: string): ColumnType | null =>
    columnTypes.get(
      engineType
        .toUpperCase()
        .replace(/\([^)]*\)/, '')
        .trim(),
    ) ?? null,
});
