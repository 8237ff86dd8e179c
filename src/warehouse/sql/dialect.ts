import type { ColumnType } from '#contracts/column-types';

/** A value as it stands in a recipe after it was checked against a column's type. */
export interface SqlLiteral {
  readonly type: ColumnType;
  /**
   * Canonical text: digits with an optional sign, fraction and exponent for numbers, `YYYY-MM-DD`,
   * `YYYY-MM-DD HH:MM:SS[.ffffff]` (with `+00` for timestamptz), `HH:MM:SS[.ffffff]`; a boolean as itself; null for an
   * empty value of that type.
   */
  readonly value: string | boolean | null;
}

/** The name of a relation; without a schema, the connection's search path decides. */
export interface TableName {
  readonly schema?: string | undefined;
  readonly name: string;
}

/**
 * What differs between engines when SQL is written down: pure text, no I/O. Names and values reach SQL only through
 * these functions.
 */
export interface Dialect {
  readonly name: 'postgres' | 'duckdb' | 'bigquery';
  /** Longer names are silently cut by the engine, so they are refused here and shortened before. */
  readonly maxIdentifierBytes: number;
  /** Digits before and after the point that `decimal` can hold; null when there is no practical limit. */
  readonly decimalDigits: { readonly integer: number; readonly fraction: number } | null;
  /** @throws Error for a name that the engine would refuse or change: empty, with NUL, malformed or too long. */
  readonly quoteIdentifier: (name: string) => string;
  readonly quoteTable: (table: TableName) => string;
  /** @example postgres.quoteLiteral({type: 'date', value: '2026-01-31'}) // DATE '2026-01-31' */
  readonly quoteLiteral: (literal: SqlLiteral) => string;
  /** The engine's name of a type of ours, as in CREATE TABLE. */
  readonly typeName: (type: ColumnType) => string;
  /** Our type for the engine's name as its catalogue or driver spells it; null when we have none. */
  readonly columnType: (engineType: string) => ColumnType | null;
}

export function identifierBytes(name: string): number {
  return Buffer.byteLength(name, 'utf8');
}

/** @throws Error for what no engine takes as a name, or would change. */
export function checkedIdentifier(name: string, maxBytes: number): string {
  if (name === '') throw new Error('An identifier cannot be empty.');
  if (name.includes('\u0000')) throw new Error('An identifier cannot contain NUL.');
  if (!name.isWellFormed()) throw new Error('An identifier cannot contain half a surrogate pair.');
  if (identifierBytes(name) > maxBytes) {
    throw new Error(`The identifier ${JSON.stringify(name.slice(0, 40))}… is longer than ${maxBytes} bytes.`);
  }
  return name;
}

/** Standard SQL: double quotes, doubled inside. */
export function quoteStandardIdentifier(name: string, maxBytes: number): string {
  return `"${checkedIdentifier(name, maxBytes).replaceAll('"', '""')}"`;
}

const NUMBER = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/;

/** Digits stand in SQL without quotes, so they are checked to be nothing else. */
export function checkedNumber(value: string): string {
  if (!NUMBER.test(value)) throw new Error(`Not a number: ${JSON.stringify(value.slice(0, 40))}`);
  return value;
}

/** The one check that dates and times have before they stand inside quotes; they have no quotes of their own. */
export function checkedTemporal(value: string): string {
  if (!/^[0-9:.+ -]+$/.test(value))
    throw new Error(`Not a date or time: ${JSON.stringify(value.slice(0, 40))}`);
  return value;
}

/** What is said of an engine, with what follows from that. */
export function defineDialect({
  typeNames,
  columnTypes,
  ...dialect
}: Omit<Dialect, 'quoteTable' | 'typeName' | 'columnType'> & {
  readonly typeNames: Readonly<Record<ColumnType, string>>;
  /** Ours by the engine's names in small letters, without what stands in parentheses. */
  readonly columnTypes: ReadonlyMap<string, ColumnType>;
}): Dialect {
  const { quoteIdentifier } = dialect;
  return Object.freeze({
    ...dialect,
    quoteTable: ({ schema, name }: TableName) =>
      schema === undefined ? quoteIdentifier(name) : `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`,
    typeName: (type: ColumnType) => typeNames[type],
    columnType: (engineType: string) =>
      columnTypes.get(
        engineType
          .toLowerCase()
          .replace(/\([^)]*\)/, '')
          .replaceAll(/ +/g, ' ')
          .trim(),
      ) ?? null,
  });
}
