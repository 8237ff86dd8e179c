import type { ColumnType } from '#contracts/column-types';
import type { CalendarUnit, FilterOperator, FilterValue, ScalarValue } from '#contracts/recipe';
import { calendarDate, coerceValue, dayAfter } from './coerce-value.ts';
import {
  and,
  call,
  columnOf,
  compare,
  isBlank,
  isNull,
  literalOf,
  not,
  or,
  textFunction,
  textLiteral,
  type ComparisonOperator,
  type Expression,
} from './expression.ts';
import { planRelativeDate } from './plan-relative-date.ts';
import { portablePattern } from './portable-pattern.ts';
import type { PlanColumn } from './relation.ts';
import { typeWords } from './type-words.ts';

export interface Condition {
  readonly operator: FilterOperator;
  readonly value?: FilterValue | undefined;
  readonly ignore_case?: boolean | undefined;
  readonly unit?: CalendarUnit | undefined;
}

type Planned = { readonly predicate: Expression } | { readonly field: string; readonly message: string };

const never: Expression = literalOf({ type: 'boolean', value: false });
const lower = (operand: Expression): Expression => textFunction('lower', operand);

export const comparisons = {
  equals: '=',
  not_equals: 'is_distinct_from',
  greater_than: '>',
  less_than: '<',
  greater_or_equal: '>=',
  less_or_equal: '<=',
} as const satisfies Partial<Record<FilterOperator, ComparisonOperator>>;

export type ValueOperator = keyof typeof comparisons;

export function isValueOperator(operator: FilterOperator): operator is ValueOperator {
  return operator in comparisons;
}

/** A date-only value against a date with time means the whole day, as it does for a person. */
function compareDay(operator: ValueOperator, operand: Expression, date: string): Expression {
  const midnight = (day: string): Expression => literalOf({ type: 'timestamp', value: `${day} 00:00:00` });
  const start = midnight(date);
  const next = dayAfter(date);
  const after = (otherwise: Expression): Expression =>
    next === null ? otherwise : compare('>=', operand, midnight(next));
  const notAfter = next === null ? isNull(operand, true) : compare('<', operand, midnight(next));
  switch (operator) {
    case 'equals':
      return and(compare('>=', operand, start), notAfter);
    case 'not_equals':
      return or(isNull(operand), compare('<', operand, start), after(never));
    case 'greater_than':
      return after(never);
    case 'greater_or_equal':
      return compare('>=', operand, start);
    case 'less_than':
      return compare('<', operand, start);
    case 'less_or_equal':
      return notAfter;
  }
}

function compareValue(
  column: PlanColumn,
  operator: ValueOperator,
  value: ScalarValue,
  ignoreCase: boolean,
  timeZone: string,
): { readonly predicate: Expression } | { readonly message: string } {
  const coerced = coerceValue(value, column.type);
  if ('message' in coerced) return coerced;
  const { literal } = coerced;
  const operand = columnOf(column);
  if (column.type === 'timestamp' || column.type === 'timestamptz') {
    const date = calendarDate(String(value).trim());
    const local: Expression =
      column.type === 'timestamptz' && literal.type === 'timestamp'
        ? { kind: 'local_time', type: 'timestamp', operand, timeZone }
        : operand;
    if (date !== null) return { predicate: compareDay(operator, local, date) };
    return { predicate: compare(comparisons[operator], local, literalOf(literal)) };
  }
  const fold = ignoreCase && column.type === 'text';
  return {
    predicate: compare(
      comparisons[operator],
      fold ? lower(operand) : operand,
      fold ? lower(literalOf(literal)) : literalOf(literal),
    ),
  };
}

function comparable(type: ColumnType, operator: FilterOperator): string | null {
  if (type === 'json' && !['is_null', 'is_not_null', 'is_empty', 'is_not_empty'].includes(operator)) {
    return 'Nested data can only be checked for being empty.';
  }
  if (
    type === 'boolean' &&
    ['greater_than', 'less_than', 'greater_or_equal', 'less_or_equal', 'between'].includes(operator)
  ) {
    return 'Yes/no values have no order. Use equals or not equals.';
  }
  return null;
}

function planIn(column: PlanColumn, value: FilterValue, ignoreCase: boolean, timeZone: string): Planned {
  if (!Array.isArray(value)) return { field: 'value', message: 'Give a list of values.' };
  const values: Expression[] = [];
  const others: Expression[] = [];
  for (const [index, item] of value.entries()) {
    // An empty value in the list equals nothing, so it must not make the others unknown either.
    if (item === null) continue;
    const compared = compareValue(column, 'equals', item, ignoreCase, timeZone);
    if ('message' in compared) return { field: `value.${index}`, message: compared.message };
    const { predicate } = compared;
    if (predicate.kind === 'comparison' && predicate.left.kind === 'column' && predicate.operator === '=')
      values.push(predicate.right);
    else others.push(predicate);
  }
  const list: Expression[] =
    values.length === 0
      ? others
      : [{ kind: 'in', type: 'boolean', operand: columnOf(column), values }, ...others];
  const [first] = list;
  if (first === undefined) return { predicate: never };
  return { predicate: list.length === 1 ? first : or(...list) };
}

/**
 * The predicate of one condition on a column. The value is coerced to the column's type here, so that nothing is left
 * to go wrong while rows are read.
 */
export function planCondition(column: PlanColumn, condition: Condition, timeZone: string): Planned {
  const { operator, value } = condition;
  const ignoreCase = condition.ignore_case === true;
  const problem = comparable(column.type, operator);
  if (problem !== null) return { field: 'operator', message: problem };
  switch (operator) {
    case 'is_null':
    case 'is_not_null':
      return { predicate: isNull(columnOf(column), operator === 'is_not_null') };
    case 'is_empty':
      return { predicate: isBlank(columnOf(column)) };
    case 'is_not_empty':
      return { predicate: not(isBlank(columnOf(column))) };
    case 'in_last':
    case 'in_next':
    case 'in_this':
    case 'in_previous':
    case 'in_following':
      return planRelativeDate(column, { operator, value, unit: condition.unit }, timeZone);
    case 'contains':
    case 'not_contains':
    case 'starts_with':
    case 'ends_with':
    case 'matches': {
      if (column.type !== 'text') {
        return {
          field: 'operator',
          message: `“${column.displayName}” holds ${typeWords[column.type]}, and this looks into text. Use equals, greater than or less than.`,
        };
      }
      if (value === undefined || value === null || Array.isArray(value))
        return { field: 'value', message: 'Give the text to look for.' };
      if (operator === 'matches') {
        const made = portablePattern(String(value), ignoreCase);
        if ('message' in made)
          return { field: 'value', message: `${made.message} (character ${made.position + 1})` };
        return { predicate: call('boolean', 'regex_match', columnOf(column), textLiteral(made.pattern)) };
      }
      const found: Expression = {
        kind: 'text_match',
        type: 'boolean',
        mode: operator === 'not_contains' ? 'contains' : operator,
        operand: columnOf(column),
        text: String(value),
      };
      // Rows without a value do not contain it, as a person expects.
      return { predicate: operator === 'not_contains' ? or(isNull(columnOf(column)), not(found)) : found };
    }
    case 'not_in': {
      const planned = planIn(column, value ?? null, ignoreCase, timeZone);
      if ('message' in planned) return planned;
      return { predicate: or(isNull(columnOf(column)), not(planned.predicate)) };
    }
    case 'in':
      return planIn(column, value ?? null, ignoreCase, timeZone);
    case 'between': {
      if (!Array.isArray(value) || value.length !== 2)
        return { field: 'value', message: 'Give two values: from and to.' };
      const [from = null, to = null] = value;
      const low = compareValue(column, 'greater_or_equal', from, false, timeZone);
      if ('message' in low) return { field: 'value.0', message: low.message };
      const high = compareValue(column, 'less_or_equal', to, false, timeZone);
      if ('message' in high) return { field: 'value.1', message: high.message };
      return { predicate: and(low.predicate, high.predicate) };
    }
    default: {
      if (value === undefined) return { field: 'value', message: 'Give a value to compare with.' };
      if (Array.isArray(value)) return { field: 'value', message: 'Give one value, not a list.' };
      const compared = compareValue(column, operator, value, ignoreCase, timeZone);
      return 'message' in compared ? { field: 'value', message: compared.message } : compared;
    }
  }
}
