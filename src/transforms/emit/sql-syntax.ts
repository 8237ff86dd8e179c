import type { ColumnType } from '#contracts/column-types';
import type { Dialect, SqlLiteral } from '#warehouse';
import type {
  ArithmeticOperator,
  ComparisonOperator,
  DatePart,
  FunctionName,
  TextFunction,
} from '../plan/expression.ts';
import type { AggregateKind } from '../plan/relation.ts';

/** SQL of an operand, and its type. */
export interface TypedSql {
  readonly sql: string;
  readonly type: ColumnType;
}

/** An operand of a function; the value of a literal where the engine wants to read it (a pattern, a number of places). */
export interface FunctionOperand extends TypedSql {
  readonly literal: string | null;
}

export interface AggregateDetails {
  /** ` FILTER (WHERE …)`, or nothing. */
  readonly filter?: string;
  /** The same condition by itself. */
  readonly condition?: string | undefined;
  readonly fraction?: number | undefined;
  readonly separator?: string | undefined;
  /** Keys of ORDER BY. */
  readonly order?: string;
}

/** How a result is kept for a while, and how its rows are found by their position. Positions are what the engine shows. */
export interface ResultKeeping {
  /** Makes a table that need not survive a crash of the server. */
  readonly create: (table: string, select: string) => string;
  /** SELECT of what tells a table from the one that takes its name later, as `identity`. */
  readonly identity: (table: string) => string;
  /** Conditions on the rows of a table. */
  readonly isOf: (identity: string) => string;
  readonly from: (position: string) => string;
  readonly among: (subquery: string) => string;
  /** After a table's name: about so many percent of its rows, from all over it, the same each time. */
  readonly sample: (percent: number) => string;
  /** A position as text. */
  readonly positionText: (position: string) => string;
}

export type SqlFunctions = Readonly<
  Record<FunctionName, (...operands: readonly FunctionOperand[]) => string>
>;

/**
 * What one engine says differently in a query. Each function is one line of the divergence table: pure text in, text
 * out, tested on the real engines for equal results. A new engine is one more object of this shape.
 */
export interface SqlSyntax {
  readonly dialect: Dialect;
  /** The row's position in its table, which does not change while the table is not written to; null where there is none. */
  readonly rowPosition: string | null;
  /** Ends a subquery whose columns are to be computed once, not written into whatever uses them. */
  readonly computedOnce: string;
  /** Makes a part of WITH one that is planned by itself; null where that has no use. */
  readonly plannedApart: 'MATERIALIZED' | null;
  /** The same type without a value. */
  readonly noRowPosition: string | null;
  /**
   * Statement that makes a plain scan return rows in the order of their positions for the rest of the transaction, or
   * null when the engine always does.
   */
  readonly inScanOrder: string | null;
  /** People's own SELECTs are PostgreSQL's, which another engine would read differently or not at all. */
  readonly readsOwnSql: boolean;
  /** Nested data can be compared, so that equal rows are found. */
  readonly groupsNestedData: boolean;
  /** null where results cannot be kept: then every page is computed. */
  readonly keeping: ResultKeeping | null;
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
  readonly localTime: (operand: string, timeZone: string, type: 'timestamp' | 'timestamptz') => string;
  /** NULL where the value has no equal of that type; never an error. */
  readonly cast: (operand: TypedSql, type: ColumnType) => string;
  /** A dialect that forgets one does not compile. */
  readonly functions: SqlFunctions;
  readonly aggregate: (kind: AggregateKind, operand: TypedSql | null, details?: AggregateDetails) => string;
  /** SELECT of the parts of a value that are not blank, as `value`, trimmed, and their number from 1 as `n`. */
  readonly parts: (list: string, separator: string | null) => string;
  /** Joins each row to its parts, or to nothing when it has none. */
  readonly lateral: (parts: string, alias: string) => string;
  /** A table of the whole numbers from 1, in a column of that name, for a row beside it. */
  readonly series: (upTo: string, column: string) => string;
  /** A table of labels with their numbers from 1: columns `n` and `label`. */
  readonly numbered: (labels: readonly string[], alias: string) => string;
  /** A key of ORDER BY: empty values last in both directions, text by code points whatever the server's collation is. */
  readonly orderKey: (column: string, type: ColumnType | null, descending: boolean) => string;
}

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

export const standardLateral: SqlSyntax['lateral'] = (parts, alias) =>
  `LEFT JOIN LATERAL (${parts}) AS ${alias} ON TRUE`;
export const standardNumbered: SqlSyntax['numbered'] = (labels, alias) =>
  `(VALUES ${labels.map((label, index) => `(${index + 1}, ${label})`).join(', ')}) AS ${alias}(n, label)`;
