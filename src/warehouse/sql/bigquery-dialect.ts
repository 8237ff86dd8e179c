import type { ColumnType } from '#contracts/column-types';
import {
  checkedIdentifier,
  checkedNumber,
  checkedTemporal,
  defineDialect,
  type SqlLiteral,
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
  ['string', 'text'],
  ['int64', 'integer'],
  ['integer', 'integer'],
  ['numeric', 'decimal'],
  ['bignumeric', 'decimal'],
  ['float64', 'float'],
  ['float', 'float'],
  ['bool', 'boolean'],
  ['boolean', 'boolean'],
  ['date', 'date'],
  ['datetime', 'timestamp'],
  ['timestamp', 'timestamptz'],
  ['time', 'time'],
  ['json', 'json'],
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
  return `\`${escaped(checkedIdentifier(name, MAX_IDENTIFIER_BYTES))}\``;
}

/** GoogleSQL, as BigQuery reads it. */
export const bigquery = defineDialect({
  name: 'bigquery',
  maxIdentifierBytes: MAX_IDENTIFIER_BYTES,
  decimalDigits: { integer: 38, fraction: 38 },
  quoteIdentifier,
  quoteLiteral,
  typeNames,
  columnTypes,
});
