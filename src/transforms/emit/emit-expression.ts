import type { ColumnType } from '#contracts/column-types';
import type { Expression } from '../plan/expression.ts';
import type { SqlSyntax, TypedSql } from './sql-syntax.ts';

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
      return true;
    default:
      return false;
  }
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
      return syntax.localTime(emit(expression.operand), expression.timeZone);
    case 'cast':
      return syntax.cast(typed(expression.operand), expression.type);
  }
}
