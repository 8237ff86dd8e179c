import {
  arithmetic,
  call,
  castTo,
  datePart,
  integerLiteral,
  textLiteral,
  type DatePart,
  type Expression,
} from '../expression.ts';
import { fiscalQuarter, fiscalYear, startOfUnit, wholeUnitsBetween } from '../start-of-unit.ts';
import { FormulaError } from './formula-error.ts';
import { operand, type FormulaFunction } from './formula-function.ts';
import { asDate, asInteger, constantText, type FormulaValue } from './formula-value.ts';

const group = 'Dates' as const;

const date = (operands: readonly FormulaValue[], index = 0): Expression => asDate(operand(operands, index));

const part = (name: DatePart) => (operands: readonly FormulaValue[]) => datePart(name, date(operands));

function clock(name: 'hour' | 'minute' | 'second') {
  return (operands: readonly FormulaValue[]): Expression => {
    const { expression, at } = operand(operands, 0);
    if (expression.type !== 'timestamp' && expression.type !== 'time')
      throw new FormulaError('A date with time is needed here.', at);
    return datePart(name, expression);
  };
}

const one = { group, least: 1, most: 1 } as const;

export const dateFunctions: readonly FormulaFunction[] = [
  {
    name: 'TODAY',
    group,
    signature: 'TODAY()',
    help: 'The date it is when the table is made.',
    example: 'TODAY() - [Visited]',
    least: 0,
    most: 0,
    build: (_operands, { timeZone }) => call('date', 'today', textLiteral(timeZone)),
  },
  {
    name: 'NOW',
    group,
    signature: 'NOW()',
    help: 'The date and time it is when the table is made.',
    example: 'NOW()',
    least: 0,
    most: 0,
    build: (_operands, { timeZone }) => call('timestamp', 'now', textLiteral(timeZone)),
  },
  {
    name: 'DATE',
    group,
    signature: 'DATE(year, month, day)',
    help: 'A date from its numbers; empty when there is no such day.',
    example: 'DATE([Year], [Month], 1)',
    least: 3,
    most: 3,
    build: (operands) =>
      call(
        'date',
        'make_date',
        asInteger(operand(operands, 0)),
        asInteger(operand(operands, 1)),
        asInteger(operand(operands, 2)),
      ),
  },
  {
    ...one,
    name: 'YEAR',
    signature: 'YEAR(date)',
    help: 'The year.',
    example: 'YEAR([Born])',
    build: part('year'),
  },
  {
    ...one,
    name: 'QUARTER',
    signature: 'QUARTER(date)',
    help: 'The quarter of the calendar year, 1 to 4.',
    example: 'QUARTER([Day])',
    build: part('quarter'),
  },
  {
    ...one,
    name: 'MONTH',
    signature: 'MONTH(date)',
    help: 'The month, 1 to 12.',
    example: 'MONTH([Day])',
    build: part('month'),
  },
  {
    ...one,
    name: 'WEEKNUM',
    signature: 'WEEKNUM(date)',
    help: 'The week of the year (ISO): weeks begin on Monday.',
    example: 'WEEKNUM([Day])',
    build: part('week'),
  },
  {
    ...one,
    name: 'DAY',
    signature: 'DAY(date)',
    help: 'The day of the month.',
    example: 'DAY([Day])',
    build: part('day'),
  },
  {
    ...one,
    name: 'WEEKDAY',
    signature: 'WEEKDAY(date)',
    help: 'The day of the week: 1 is Monday, 7 is Sunday.',
    example: 'WEEKDAY([Day])',
    build: part('weekday'),
  },
  {
    ...one,
    name: 'HOUR',
    signature: 'HOUR(time)',
    help: 'The hour, 0 to 23.',
    example: 'HOUR([Started])',
    build: clock('hour'),
  },
  {
    ...one,
    name: 'MINUTE',
    signature: 'MINUTE(time)',
    help: 'The minute.',
    example: 'MINUTE([Started])',
    build: clock('minute'),
  },
  {
    ...one,
    name: 'SECOND',
    signature: 'SECOND(time)',
    help: 'The second.',
    example: 'SECOND([Started])',
    build: clock('second'),
  },
  {
    ...one,
    name: 'FISCALYEAR',
    signature: 'FISCALYEAR(date)',
    help: 'The year in which the fiscal year (April to March) begins.',
    example: 'FISCALYEAR([Day])',
    build: (operands) => fiscalYear(date(operands)),
  },
  {
    ...one,
    name: 'FISCALQUARTER',
    signature: 'FISCALQUARTER(date)',
    help: 'The quarter of the fiscal year; April to June is 1.',
    example: 'FISCALQUARTER([Day])',
    build: (operands) => fiscalQuarter(date(operands)),
  },
  {
    name: 'EDATE',
    group,
    signature: 'EDATE(date, months)',
    help: 'The same day some months later, or the last day of that month.',
    example: 'EDATE([Enrolled], 6)',
    least: 2,
    most: 2,
    build: (operands) => call('date', 'add_months', date(operands), asInteger(operand(operands, 1))),
  },
  {
    name: 'EOMONTH',
    group,
    signature: 'EOMONTH(date, [months])',
    help: 'The last day of the month, or of the one some months later.',
    example: 'EOMONTH([Day], 0)',
    least: 1,
    most: 2,
    build(operands) {
      const months = operands.length > 1 ? asInteger(operand(operands, 1)) : integerLiteral(0);
      const first = startOfUnit('month', call('date', 'add_months', date(operands), months));
      return call(
        'date',
        'add_days',
        call('date', 'add_months', first, integerLiteral(1)),
        integerLiteral(-1),
      );
    },
  },
  {
    name: 'DAYS',
    group,
    signature: 'DAYS(end, start)',
    help: 'How many days lie between two dates.',
    example: 'DAYS([Closed], [Opened])',
    least: 2,
    most: 2,
    build: (operands) => call('integer', 'days_between', date(operands, 1), date(operands)),
  },
  {
    name: 'DATEDIF',
    group,
    signature: 'DATEDIF(start, end, unit)',
    help: 'Whole years "Y", months "M", weeks "W" or days "D" between two dates; negative when the end is earlier.',
    example: 'DATEDIF([Born], TODAY(), "Y")',
    least: 3,
    most: 3,
    build(operands) {
      const unit = constantText(operand(operands, 2), 'The unit').toUpperCase();
      const units = { Y: 'year', M: 'month', W: 'week', D: 'day' } as const;
      const known = unit === 'Y' || unit === 'M' || unit === 'W' || unit === 'D' ? units[unit] : null;
      if (known === null)
        throw new FormulaError('The unit is "Y", "M", "W" or "D".', operand(operands, 2).at);
      return wholeUnitsBetween(date(operands), date(operands, 1), known);
    },
  },
  {
    name: 'STARTOF',
    group,
    signature: 'STARTOF(date, unit)',
    help: 'The first day of the "week", "month", "quarter", "year" or "fiscal year".',
    example: 'STARTOF([Day], "month")',
    least: 2,
    most: 2,
    build(operands) {
      const word = constantText(operand(operands, 1), 'The unit').toLowerCase();
      const unit = (['week', 'month', 'quarter', 'year'] as const).find((each) => each === word);
      if (unit === undefined && word !== 'fiscal year')
        throw new FormulaError(
          'The unit is "week", "month", "quarter", "year" or "fiscal year".',
          operand(operands, 1).at,
        );
      return startOfUnit(unit ?? 'fiscal_year', date(operands));
    },
  },
];

/** A date some days later. */
export function daysLater(day: Expression, days: Expression, sign: 1 | -1): Expression {
  const count = sign === 1 ? days : arithmetic('-', integerLiteral(0), days);
  return call('date', 'add_days', day, castTo('integer', count));
}
