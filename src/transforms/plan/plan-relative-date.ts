import type { CalendarUnit, FilterValue } from '#contracts/recipe';
import {
  and,
  call,
  castTo,
  columnOf,
  compare,
  integerLiteral,
  textLiteral,
  type Expression,
} from './expression.ts';
import { startOfUnit } from './start-of-unit.ts';
import type { PlanColumn } from './relation.ts';
import { typeWords } from './type-words.ts';

export interface RelativeDate {
  readonly operator: 'in_last' | 'in_next' | 'in_this' | 'in_previous' | 'in_following';
  readonly value?: FilterValue | undefined;
  readonly unit?: CalendarUnit | undefined;
}

const MAX_UNITS = 10_000;

/** A date that many units later (earlier when negative). */
export function shiftDate(date: Expression, unit: CalendarUnit, count: number): Expression {
  if (count === 0) return date;
  switch (unit) {
    case 'day':
      return call('date', 'add_days', date, integerLiteral(count));
    case 'week':
      return call('date', 'add_days', date, integerLiteral(count * 7));
    case 'month':
      return call('date', 'add_months', date, integerLiteral(count));
    case 'quarter':
      return call('date', 'add_months', date, integerLiteral(count * 3));
    case 'year':
    case 'fiscal_year':
      return call('date', 'add_months', date, integerLiteral(count * 12));
  }
}

/** The day of a date or of a moment, there where the organization is. */
export function dayOf(column: Expression, timeZone: string): Expression {
  if (column.type !== 'timestamptz') return castTo('date', column);
  return castTo('date', { kind: 'local_time', type: 'timestamp', operand: column, timeZone });
}

/**
 * “in the last 3 months” are the days after today three months ago, until today; “in this month” the calendar month.
 * Today is that of the organization's time zone when the rows are read.
 */
export function planRelativeDate(
  column: PlanColumn,
  condition: RelativeDate,
  timeZone: string,
): { readonly predicate: Expression } | { readonly field: string; readonly message: string } {
  if (column.type !== 'date' && column.type !== 'timestamp' && column.type !== 'timestamptz') {
    return {
      field: 'operator',
      message: `“${column.displayName}” holds ${typeWords[column.type]}, and only dates are before or after today.`,
    };
  }
  const { operator, unit, value } = condition;
  if (unit === undefined) return { field: 'unit', message: 'Choose days, weeks, months, quarters or years.' };
  const day = dayOf(columnOf(column), timeZone);
  const today = call('date', 'today', textLiteral(timeZone));
  if (operator === 'in_last' || operator === 'in_next') {
    const count = typeof value === 'string' ? Number(value) : value;
    if (typeof count !== 'number' || !Number.isInteger(count) || count < 1 || count > MAX_UNITS) {
      return { field: 'value', message: `Give a whole number from 1 to ${MAX_UNITS}.` };
    }
    if (operator === 'in_last')
      return {
        predicate: and(compare('>', day, shiftDate(today, unit, -count)), compare('<=', day, today)),
      };
    return { predicate: and(compare('>=', day, today), compare('<', day, shiftDate(today, unit, count))) };
  }
  const start = startOfUnit(unit, today);
  const by = { in_previous: -1, in_this: 0, in_following: 1 }[operator];
  return {
    predicate: and(
      compare('>=', day, shiftDate(start, unit, by)),
      compare('<', day, shiftDate(start, unit, by + 1)),
    ),
  };
}
