import type { ColumnType } from '#contracts/column-types';
import {
  checkedNumber,
  checkedTemporal,
  identifierBytes,
  type Dialect,
  type SqlLiteral,
  type TableName,
} from './dialect.ts';

/** Column names have at most 300 characters; none of ours comes near. */
const MAX_IDENTIFIER_BYTES = 300;

const typeNames: Readonly<Record<ColumnType, string>> = {
  text: 'STRING',
  integer: 'INT64',
  decimal: 'BIGNUMERIC',
  float: 'FLOAT64',
  boolean: 'BOOL',
  date: 'DATE',
  timestamp: 'DATETIME',
  timestamptz: 'TIMESTAMP',
  time: 'TIME',
  json: 'JSON',
};

const columnTypes: ReadonlyMap<string, ColumnType> = new Map([
  ['STRING', 'text'],
  ['INT64', 'integer'],
  ['INTEGER', 'integer'],
  ['NUMERIC', 'decimal'],
  ['BIGNUMERIC', 'decimal'],
  ['FLOAT64', 'float'],
  ['FLOAT', 'float'],
  ['BOOL', 'boolean'],
  ['BOOLEAN', 'boolean'],
  ['DATE', 'date'],
  ['DATETIME', 'timestamp'],
  ['TIMESTAMP', 'timestamptz'],
  ['TIME', 'time'],
  ['JSON', 'json'],
]);

const escapes: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  "'": "\\'",
  '`': '\\`',
  '\n': '\\n',
  '\r': '\\r',
};

/** A backslash begins an escape, in texts and in names, and a line cannot end inside of either. */
function escaped(text: string): string {
  return text.replaceAll(/[\\'`\n\r]/g, (character) => escapes[character] ?? character);
}

function quoteText(text: string): string {
  if (text.includes('\u0000')) throw new Error('BigQuery SQL cannot contain NUL.');
  return `'${escaped(text.toWellFormed())}'`;
}

function quoteLiteral({ type, value }: SqlLiteral): string {
  if (value === null) return `CAST(NULL AS ${typeNames[type]})`;
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE';
  switch (type) {
    case 'text':
      return quoteText(value);
    case 'integer':
      return checkedNumber(value);
    case 'decimal':
      // Digits with a point would be an inexact number.
      return `BIGNUMERIC '${checkedNumber(value)}'`;
    case 'float':
      return `CAST(${checkedNumber(value)} AS FLOAT64)`;
    case 'boolean':
      return value === 'true' ? 'TRUE' : 'FALSE';
    case 'json':
      return `JSON ${quoteText(value)}`;
    case 'date':
    case 'timestamp':
    case 'timestamptz':
    case 'time':
      return `${typeNames[type]} '${checkedTemporal(value)}'`;
  }
}

function quoteIdentifier(name: string): string {
  if (name === '') throw new Error('An identifier cannot be empty.');
  if (name.includes('\u0000')) throw new Error('An identifier cannot contain NUL.');
  if (!name.isWellFormed()) throw new Error('An identifier cannot contain half a surrogate pair.');
  if (identifierBytes(name) > MAX_IDENTIFIER_BYTES)
    throw new Error(
      `The identifier ${JSON.stringify(name.slice(0, 40))}… is longer than ${MAX_IDENTIFIER_BYTES} bytes.`,
    );
  return `\`${escaped(name)}\``;
}

/** GoogleSQL, as BigQuery reads it. */
export const bigquery: Dialect = Object.freeze({
  name: 'bigquery',
  maxIdentifierBytes: MAX_IDENTIFIER_BYTES,
  decimalDigits: { integer: 38, fraction: 38 },
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
