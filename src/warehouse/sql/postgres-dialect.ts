import type { ColumnType } from '#contracts/column-types';
import {
  checkedNumber,
  checkedTemporal,
  defineDialect,
  quoteStandardIdentifier,
  type SqlLiteral,
} from './dialect.ts';

const MAX_IDENTIFIER_BYTES = 63;

const typeNames: Readonly<Record<ColumnType, string>> = {
  text: 'text',
  integer: 'bigint',
  decimal: 'numeric',
  float: 'double precision',
  boolean: 'boolean',
  date: 'date',
  timestamp: 'timestamp',
  timestamptz: 'timestamptz',
  time: 'time',
  json: 'jsonb',
};

/** Spellings of information_schema, format_type() and pg_type. */
const columnTypes: ReadonlyMap<string, ColumnType> = new Map([
  ['text', 'text'],
  ['character varying', 'text'],
  ['varchar', 'text'],
  ['character', 'text'],
  ['bpchar', 'text'],
  ['uuid', 'text'],
  ['name', 'text'],
  ['smallint', 'integer'],
  ['int2', 'integer'],
  ['integer', 'integer'],
  ['int4', 'integer'],
  ['bigint', 'integer'],
  ['int8', 'integer'],
  ['numeric', 'decimal'],
  ['real', 'float'],
  ['float4', 'float'],
  ['double precision', 'float'],
  ['float8', 'float'],
  ['boolean', 'boolean'],
  ['bool', 'boolean'],
  ['date', 'date'],
  ['timestamp', 'timestamp'],
  ['timestamp without time zone', 'timestamp'],
  ['timestamptz', 'timestamptz'],
  ['timestamp with time zone', 'timestamptz'],
  ['time', 'time'],
  ['time without time zone', 'time'],
  ['json', 'json'],
  ['jsonb', 'json'],
]);

/**
 * A backslash is an ordinary character only while standard_conforming_strings is on, which a session may change; the
 * E form means the same either way.
 */
export function quotePostgresText(text: string): string {
  if (text.includes('\u0000')) throw new Error('PostgreSQL text cannot contain NUL.');
  const quoted = text.toWellFormed().replaceAll("'", "''");
  return quoted.includes('\\') ? `E'${quoted.replaceAll('\\', '\\\\')}'` : `'${quoted}'`;
}

function quoteLiteral({ type, value }: SqlLiteral): string {
  if (value === null) return `NULL::${typeNames[type]}`;
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE';
  switch (type) {
    case 'text':
      return quotePostgresText(value);
    case 'integer':
    case 'decimal':
      return checkedNumber(value);
    case 'float':
      return `${checkedNumber(value)}::double precision`;
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
      return `${quotePostgresText(value)}::jsonb`;
  }
}

function quoteIdentifier(name: string): string {
  return quoteStandardIdentifier(name, MAX_IDENTIFIER_BYTES);
}

export const postgres = defineDialect({
  name: 'postgres',
  maxIdentifierBytes: MAX_IDENTIFIER_BYTES,
  decimalDigits: null,
  quoteIdentifier,
  quoteLiteral,
  typeNames,
  columnTypes,
});
