import type { ColumnType } from '#contracts/column-types';
import type { Dialect, SqlLiteral } from '#warehouse';
import type { ArithmeticOperator, ComparisonOperator, DatePart, TextFunction } from '../plan/expression.ts';
import type { AggregateKind } from '../plan/relation.ts';

/** SQL of an operand, and its type. */
export interface TypedSql {
  readonly sql: string;
  readonly type: ColumnType;
}

/**
 * What one engine says differently in a query. Each function is one line of the divergence table: pure text in, text
 * out, tested on the real engines for equal results. A new engine is one more object of this shape.
 */
export interface SqlSyntax {
  readonly dialect: Dialect;
  /** The row's position in its table, which does not change while the table is not written to. */
  readonly rowPosition: string;
  /**
   * Statement that makes a plain scan return rows in the order of their positions for the rest of the transaction, or
   * null when the engine always does.
   */
  readonly inScanOrder: string | null;
  /** A condition is true or false, for instance the literal of a list that is empty. */
  readonly comparison: (operator: ComparisonOperator, left: TypedSql, right: TypedSql) => string;
  /** A literal next to which a column of type `against` stands. */
  readonly literal: (literal: SqlLiteral, against: ColumnType | null) => string;
  readonly textMatch: (
    mode: 'contains' | 'starts_with' | 'ends_with',
    operand: string,
    text: string,
  ) => string;
  readonly arithmetic: (operator: ArithmeticOperator, left: TypedSql, right: TypedSql) => string;
  readonly concat: (operands: readonly TypedSql[], separator: string) => string;
  readonly textFunction: (name: TextFunction, operand: string) => string;
  readonly datePart: (part: DatePart, operand: string) => string;
  readonly localTime: (operand: string, timeZone: string) => string;
  readonly cast: (operand: TypedSql, type: 'decimal' | 'timestamp') => string;
  readonly aggregate: (kind: AggregateKind, operand: TypedSql | null) => string;
  /** A key of ORDER BY: empty values last in both directions, text by code points whatever the server's collation is. */
  readonly orderKey: (column: string, type: ColumnType | null, descending: boolean) => string;
}

/** The characters that trim takes away, and that separate words: Unicode's white space and the zero-width space. */
export const WHITE_SPACE = [
  0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x20, 0x85, 0xa0, 0x1680, 0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005,
  0x2006, 0x2007, 0x2008, 0x2009, 0x200a, 0x200b, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000, 0xfeff,
] as const;

/** ASCII punctuation that ends a word for `title`; the apostrophe is not one (O'brien's). */
export const WORD_BREAKS = '\\-/\\\\()\\[\\]{},.;:!?&+_|"';

/** A wildcard pattern in which the user's text matches literally, and whether it needs an ESCAPE clause. */
export function likePattern(
  mode: 'contains' | 'starts_with' | 'ends_with',
  text: string,
): { pattern: string; escaped: boolean } {
  const literal = text.replaceAll(/[\\%_]/g, (character) => `\\${character}`);
  const pattern = `${mode === 'starts_with' ? '' : '%'}${literal}${mode === 'ends_with' ? '' : '%'}`;
  return { pattern, escaped: literal !== text };
}
