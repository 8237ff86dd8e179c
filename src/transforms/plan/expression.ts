import type { ColumnType } from '#contracts/column-types';
import type { SqlLiteral } from '#warehouse';
import type { OrderKey } from './relation.ts';

export type ComparisonOperator = '=' | '<' | '<=' | '>' | '>=' | 'is_distinct_from';
export type ArithmeticOperator = '+' | '-' | '*' | '/';
export type TextFunction = 'trim' | 'upper' | 'lower' | 'title';
export type DatePart =
  | 'year'
  | 'quarter'
  | 'month'
  | 'week'
  | 'day'
  | 'weekday'
  | 'hour'
  | 'minute'
  | 'second';

/**
 * What every engine has to be able to say, one line in each engine's table of functions. NULL in gives NULL out unless
 * it says otherwise, and no value of an operand raises an error.
 */
export type FunctionName =
  /** The first that is not NULL. */
  | 'coalesce'
  /** Largest and smallest, ignoring NULL. */
  | 'greatest'
  | 'least'
  // Text. Positions count from 1; a position or a count outside of the text gives what there is.
  | 'length'
  | 'left'
  | 'right'
  | 'substring'
  | 'position'
  | 'replace'
  /** Joins without a separator; NULL counts as ''. */
  | 'join_texts'
  /** The n-th part between separators; NULL beyond the last. */
  | 'split_part'
  /** (text, portable pattern as literal). */
  | 'regex_match'
  /** (text, portable pattern, replacement with \\1 for groups), everywhere. */
  | 'regex_replace'
  /** (text, portable pattern, number of the group; 0 for the whole match); NULL when nothing matches. */
  | 'regex_extract'
  /** (nested data, path as JSON list in a literal): the text of a text, number or yes/no value there. */
  | 'json_text'
  /** (nested data, path as JSON list in a literal): what is there, as nested data. */
  | 'json_part'
  | 'sha256'
  // Decimals.
  | 'absolute'
  | 'floor'
  | 'ceiling'
  /** (decimal, literal number of places): half away from zero. */
  | 'round'
  /** Remainder with the sign of the divisor; NULL for 0. */
  | 'modulo'
  /** NULL where it has no real value or is too large. */
  | 'power'
  // Dates. What would leave the years 1 to 9999 is NULL.
  /** (time zone as literal): the day it is there. */
  | 'today'
  /** (time zone as literal): the clock there, to the second. */
  | 'now'
  | 'make_date'
  | 'start_of_week'
  | 'start_of_month'
  | 'start_of_quarter'
  | 'start_of_year'
  | 'add_days'
  /** The same day of another month, or that month's last. */
  | 'add_months'
  /** Days from the first to the second. */
  | 'days_between'
  /** Whole months from the first to the second, which is not earlier. */
  | 'months_between'
  /** (value, original text): the value, or an error of the database where text that is not blank gave none. */
  | 'or_fail';

/** A scalar computed from one input row. Every node knows its type, so an emitter never has to guess. */
export type Expression =
  | { readonly kind: 'column'; readonly name: string; readonly type: ColumnType }
  | { readonly kind: 'literal'; readonly type: ColumnType; readonly literal: SqlLiteral }
  | {
      readonly kind: 'comparison';
      readonly type: 'boolean';
      readonly operator: ComparisonOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: 'and' | 'or'; readonly type: 'boolean'; readonly operands: readonly Expression[] }
  | {
      readonly kind: 'is_null';
      readonly type: 'boolean';
      readonly operand: Expression;
      readonly negated: boolean;
    }
  | {
      readonly kind: 'in';
      readonly type: 'boolean';
      readonly operand: Expression;
      /** Never empty, and without empty values. */
      readonly values: readonly Expression[];
    }
  | {
      /** Ignores case; nothing in `text` is a wildcard. */
      readonly kind: 'text_match';
      readonly type: 'boolean';
      readonly mode: 'contains' | 'starts_with' | 'ends_with';
      readonly operand: Expression;
      readonly text: string;
    }
  | {
      readonly kind: 'case';
      readonly type: ColumnType;
      readonly branches: readonly { readonly when: Expression; readonly result: Expression }[];
      readonly otherwise: Expression;
    }
  | {
      /**
       * Operands of any number type are decimals first. Sums are exact; products and quotients are rounded half away
       * from zero to ten places, so that all engines have the same. Division by zero is empty.
       */
      readonly kind: 'arithmetic';
      readonly type: 'decimal';
      readonly operator: ArithmeticOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      /** Skips NULL and ''; NULL when nothing is left. */
      readonly kind: 'concat';
      readonly type: 'text';
      readonly operands: readonly Expression[];
      readonly separator: string;
    }
  | {
      readonly kind: 'date_part';
      readonly type: 'integer';
      readonly part: DatePart;
      readonly operand: Expression;
    }
  | {
      readonly kind: 'text_function';
      readonly type: 'text';
      readonly name: TextFunction;
      readonly operand: Expression;
    }
  | {
      /** The clock on the wall of a time zone at an instant; as timestamptz, the instant at which it shows that. */
      readonly kind: 'local_time';
      readonly type: 'timestamp' | 'timestamptz';
      readonly operand: Expression;
      readonly timeZone: string;
    }
  /** A value of another type, or NULL where there is none. Instants become `local_time` before. */
  | { readonly kind: 'cast'; readonly type: ColumnType; readonly operand: Expression }
  /** Where a row stands in its table, or, of a row of no table, nothing. Its type is the engine's own. */
  | { readonly kind: 'row_position'; readonly type: 'text'; readonly isNone: boolean }
  | { readonly kind: 'not'; readonly type: 'boolean'; readonly operand: Expression }
  | {
      /** Computed over rows of the same relation; stands in extend and project only, never in another window. */
      readonly kind: 'window';
      readonly type: ColumnType;
      readonly name: WindowFunction;
      /** Value and, for lag and lead, how many rows away. */
      readonly operands: readonly Expression[];
      readonly partition: readonly Expression[];
      /** Total, or the same rows could give another result tomorrow. */
      readonly order: readonly OrderKey[];
      readonly frame: WindowFrame | null;
    }
  | {
      readonly kind: 'call';
      readonly type: ColumnType;
      readonly name: FunctionName;
      readonly operands: readonly Expression[];
    };

export type WindowFunction =
  | 'row_number'
  | 'rank'
  | 'dense_rank'
  | 'lag'
  | 'lead'
  | 'count_rows'
  | 'count'
  | 'sum'
  | 'min'
  | 'max';

/** Which rows around a row count: all of its group, those up to it, those from it on, or it and some before it. */
export type WindowFrame = 'all' | 'up_to_row' | 'from_row' | { readonly preceding: number };

export function columnOf(column: { readonly name: string; readonly type: ColumnType }): Expression {
  return { kind: 'column', name: column.name, type: column.type };
}

export function literalOf(literal: SqlLiteral): Expression {
  return { kind: 'literal', type: literal.type, literal };
}

export function textLiteral(value: string): Expression {
  return literalOf({ type: 'text', value });
}

export function integerLiteral(value: number): Expression {
  return literalOf({ type: 'integer', value: String(value) });
}

export function emptyOf(type: ColumnType): Expression {
  return literalOf({ type, value: null });
}

export function call(type: ColumnType, name: FunctionName, ...operands: Expression[]): Expression {
  return { kind: 'call', type, name, operands };
}

export const and = (...operands: Expression[]): Expression => ({ kind: 'and', type: 'boolean', operands });
export const or = (...operands: Expression[]): Expression => ({ kind: 'or', type: 'boolean', operands });
export const not = (operand: Expression): Expression => ({ kind: 'not', type: 'boolean', operand });
export const isNull = (operand: Expression, negated = false): Expression => ({
  kind: 'is_null',
  type: 'boolean',
  operand,
  negated,
});
export const compare = (operator: ComparisonOperator, left: Expression, right: Expression): Expression => ({
  kind: 'comparison',
  type: 'boolean',
  operator,
  left,
  right,
});
export const textFunction = (name: TextFunction, operand: Expression): Expression => ({
  kind: 'text_function',
  type: 'text',
  name,
  operand,
});
export const arithmetic = (
  operator: ArithmeticOperator,
  left: Expression,
  right: Expression,
): Expression => ({
  kind: 'arithmetic',
  type: 'decimal',
  operator,
  left,
  right,
});
export const caseWhen = (
  type: ColumnType,
  branches: readonly { readonly when: Expression; readonly result: Expression }[],
  otherwise: Expression,
): Expression => ({ kind: 'case', type, branches, otherwise });
export const datePart = (part: DatePart, operand: Expression): Expression => ({
  kind: 'date_part',
  type: 'integer',
  part,
  operand,
});

/** As the value of a type; the same expression when it already is one. */
export function castTo(type: ColumnType, operand: Expression): Expression {
  return operand.type === type ? operand : { kind: 'cast', type, operand };
}

/** NULL, or text of nothing but white space. */
export function isBlank(operand: Expression): Expression {
  if (operand.type !== 'text') return isNull(operand);
  return or(isNull(operand), compare('=', textFunction('trim', operand), textLiteral('')));
}
