import type { ColumnType } from '#contracts/column-types';
import type { SqlLiteral } from '#warehouse';

export type ComparisonOperator = '=' | '<' | '<=' | '>' | '>=' | 'is_distinct_from';
export type ArithmeticOperator = '+' | '-' | '*' | '/';
export type TextFunction = 'trim' | 'upper' | 'lower' | 'title';
export type DatePart = 'year' | 'month' | 'day';

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
      /** Exact: operands of any number type are decimals first. Division by zero is empty. */
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
      /** The clock on the wall of a time zone at an instant. */
      readonly kind: 'local_time';
      readonly type: 'timestamp';
      readonly operand: Expression;
      readonly timeZone: string;
    }
  | { readonly kind: 'cast'; readonly type: 'decimal' | 'timestamp'; readonly operand: Expression };

export function columnOf(column: { readonly name: string; readonly type: ColumnType }): Expression {
  return { kind: 'column', name: column.name, type: column.type };
}

export function literalOf(literal: SqlLiteral): Expression {
  return { kind: 'literal', type: literal.type, literal };
}

export function textLiteral(value: string): Expression {
  return literalOf({ type: 'text', value });
}
