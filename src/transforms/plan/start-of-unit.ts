import type { CalendarUnit } from '#contracts/recipe';
import { arithmetic, call, castTo, datePart, integerLiteral, type Expression } from './expression.ts';

/** Months from January to the beginning of the fiscal year: it begins in April. */
export const FISCAL_MONTHS = 3;

/** The first day of the unit in which a date lies. */
export function startOfUnit(unit: CalendarUnit, date: Expression): Expression {
  switch (unit) {
    case 'day':
      return date;
    case 'week':
      return call('date', 'start_of_week', date);
    case 'month':
      return call('date', 'start_of_month', date);
    case 'quarter':
      return call('date', 'start_of_quarter', date);
    case 'year':
      return call('date', 'start_of_year', date);
    case 'fiscal_year':
      return call(
        'date',
        'add_months',
        call('date', 'start_of_year', call('date', 'add_months', date, integerLiteral(-FISCAL_MONTHS))),
        integerLiteral(FISCAL_MONTHS),
      );
  }
}

/** The year in which the fiscal year of a date begins: 2025 for March 2026. */
export function fiscalYear(date: Expression): Expression {
  return datePart('year', call('date', 'add_months', date, integerLiteral(-FISCAL_MONTHS)));
}

/** April to June is the first. */
export function fiscalQuarter(date: Expression): Expression {
  return datePart('quarter', call('date', 'add_months', date, integerLiteral(-FISCAL_MONTHS)));
}

/** Whole units between two dates, negative when the second is earlier. */
export function wholeUnitsBetween(
  from: Expression,
  to: Expression,
  unit: 'day' | 'week' | 'month' | 'year',
): Expression {
  const days = call('integer', 'days_between', from, to);
  if (unit === 'day') return days;
  const months = call('integer', 'months_between', from, to);
  const [base, size] = unit === 'week' ? [days, 7] : [months, 12];
  const backwards = call('integer', 'months_between', to, from);
  const towardsZero = (amount: Expression, divisor: number): Expression =>
    castTo(
      'integer',
      call('decimal', 'floor', arithmetic('/', castTo('decimal', amount), integerLiteral(divisor))),
    );
  const forward = unit === 'month' ? months : towardsZero(base, size);
  const backward =
    unit === 'month'
      ? backwards
      : towardsZero(unit === 'week' ? call('integer', 'days_between', to, from) : backwards, size);
  return {
    kind: 'case',
    type: 'integer',
    branches: [
      {
        when: { kind: 'comparison', type: 'boolean', operator: '>=', left: to, right: from },
        result: forward,
      },
      {
        when: { kind: 'comparison', type: 'boolean', operator: '<', left: to, right: from },
        result: castTo('integer', arithmetic('-', integerLiteral(0), backward)),
      },
    ],
    otherwise: { kind: 'literal', type: 'integer', literal: { type: 'integer', value: null } },
  };
}
