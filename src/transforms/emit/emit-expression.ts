import type { ColumnType } from '#contracts/column-types';
import type { Expression } from '../plan/expression.ts';
import type { FunctionOperand, SqlSyntax, TypedSql } from './sql-syntax.ts';
import { UnsupportedByDialect } from './unsupported-by-dialect.ts';

/** Expressions that bind less tightly than an operator next to them. */
function needsParentheses(expression: Expression): boolean {
  switch (expression.kind) {
    case 'and':
    case 'or':
    case 'comparison':
    case 'is_null':
    case 'in':
    case 'text_match':
    case 'case':
    case 'arithmetic':
    case 'not':
      return true;
    default:
      return false;
  }
}

/** @throws UnsupportedByDialect where rows have no position */
export function positionOf(sql: string | null): string {
  if (sql === null) throw new UnsupportedByDialect('This engine keeps no order of the rows of a table.');
  return sql;
}

function operandOf(expression: Expression, sql: string): FunctionOperand {
  const isText = expression.kind === 'literal' && typeof expression.literal.value === 'string';
  return { sql, type: expression.type, literal: isText ? expression.literal.value : null };
}

const frames = {
  all: '',
  up_to_row: 'ROWS UNBOUNDED PRECEDING',
  from_row: 'ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING',
} as const;

function emitWindow(
  window: Extract<Expression, { kind: 'window' }>,
  syntax: SqlSyntax,
  typed: (operand: Expression) => TypedSql,
): string {
  const [operand, distance] = window.operands.map((each) => typed(each));
  const { quoteIdentifier } = syntax.dialect;
  const call = (): string => {
    switch (window.name) {
      case 'row_number':
      case 'rank':
      case 'dense_rank':
        return `${window.name}()`;
      case 'lag':
      case 'lead':
        return `${window.name}(${operand?.sql ?? ''}, ${distance?.sql ?? '1'})`;
      default:
        return syntax.aggregate(window.name, operand ?? null);
    }
  };
  const { frame } = window;
  const over = [
    window.partition.length === 0
      ? ''
      : `PARTITION BY ${window.partition.map((each) => typed(each).sql).join(', ')}`,
    window.order.length === 0
      ? ''
      : `ORDER BY ${window.order.map((key) => syntax.orderKey(quoteIdentifier(key.name), key.type, key.descending)).join(', ')}`,
    frame === null
      ? ''
      : typeof frame === 'string'
        ? frames[frame]
        : `ROWS BETWEEN ${frame.preceding} PRECEDING AND CURRENT ROW`,
  ];
  return `${call()} OVER (${over.filter((part) => part !== '').join(' ')})`;
}

/**
 * SQL of an expression. Columns are those of the only relation in scope, or of `scope` when a name has to say which.
 */
export function emitExpression(expression: Expression, syntax: SqlSyntax, scope?: string): string {
  const { dialect } = syntax;
  const emit = (operand: Expression, against: ColumnType | null = null): string => {
    if (operand.kind === 'literal') return syntax.literal(operand.literal, against);
    const sql = emitExpression(operand, syntax, scope);
    return needsParentheses(operand) ? `(${sql})` : sql;
  };
  const typed = (operand: Expression, against: ColumnType | null = null): TypedSql => ({
    sql: emit(operand, against),
    type: operand.type,
  });
  switch (expression.kind) {
    case 'column':
      return `${scope === undefined ? '' : `${scope}.`}${dialect.quoteIdentifier(expression.name)}`;
    case 'literal':
      return syntax.literal(expression.literal, null);
    case 'comparison':
      return syntax.comparison(
        expression.operator,
        typed(expression.left),
        typed(expression.right, expression.left.type),
      );
    case 'and':
    case 'or':
      return expression.operands
        .map((operand) => emit(operand))
        .join(expression.kind === 'and' ? ' AND ' : ' OR ');
    case 'is_null':
      return `${emit(expression.operand)} IS ${expression.negated ? 'NOT ' : ''}NULL`;
    case 'in':
      return `${emit(expression.operand)} IN (${expression.values.map((value) => emit(value, expression.operand.type)).join(', ')})`;
    case 'text_match':
      return syntax.textMatch(expression.mode, emit(expression.operand), expression.text);
    case 'case': {
      const branches = expression.branches.map(
        ({ when, result }) => `\n      WHEN ${emitExpression(when, syntax, scope)} THEN ${emit(result)}`,
      );
      return `CASE${branches.join('')}\n      ELSE ${emit(expression.otherwise)}\n    END`;
    }
    case 'arithmetic':
      return syntax.arithmetic(expression.operator, typed(expression.left), typed(expression.right));
    case 'concat':
      return syntax.concat(
        expression.operands.map((operand) => typed(operand)),
        expression.separator,
      );
    case 'date_part':
      return syntax.datePart(expression.part, emit(expression.operand));
    case 'text_function':
      return syntax.textFunction(expression.name, emit(expression.operand));
    case 'local_time':
      return syntax.localTime(emit(expression.operand), expression.timeZone, expression.type);
    case 'cast':
      return syntax.cast(typed(expression.operand), expression.type);
    case 'row_position':
      return positionOf(expression.isNone ? syntax.noRowPosition : syntax.rowPosition);
    case 'not':
      return `NOT ${emit(expression.operand)}`;
    case 'window':
      return emitWindow(expression, syntax, typed);
    case 'call':
      return syntax.functions[expression.name](
        ...expression.operands.map((operand) => operandOf(operand, emit(operand))),
      );
  }
}
