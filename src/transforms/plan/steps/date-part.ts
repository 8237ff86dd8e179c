import type { RecipeStep } from '#contracts/recipe';
import {
  call,
  caseWhen,
  columnOf,
  compare,
  datePart,
  emptyOf,
  integerLiteral,
  textLiteral,
  type Expression,
} from '../expression.ts';
import { dayOf } from '../plan-relative-date.ts';
import { addColumn } from '../project-columns.ts';
import type { PlanColumn } from '../relation.ts';
import { fiscalQuarter, fiscalYear, startOfUnit, wholeUnitsBetween } from '../start-of-unit.ts';
import type { StepContext, StepResult } from '../step-context.ts';
import { typeWords } from '../type-words.ts';

type Step = Extract<RecipeStep, { type: 'date_part' }>;

export const MONTH_NAMES = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;
export const WEEKDAY_NAMES = [
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
  'Sunday',
] as const;

/** The name that a number from 1 has. */
export function nameOf(number: Expression, names: readonly string[]): Expression {
  return caseWhen(
    'text',
    names.map((name, index) => ({
      when: compare('=', number, integerLiteral(index + 1)),
      result: textLiteral(name),
    })),
    emptyOf('text'),
  );
}

/** A date column as a day, or undefined after saying that it holds none. */
function dateOf(field: string, column: PlanColumn | undefined, context: StepContext): Expression | undefined {
  if (column === undefined) return undefined;
  if (column.type === 'date' || column.type === 'timestamp' || column.type === 'timestamptz')
    return dayOf(columnOf(column), context.settings.timeZone);
  context.report(
    field,
    `“${column.displayName}” holds ${typeWords[column.type]}, not dates. ${column.type === 'text' ? 'Read it as a date first (Parse date).' : 'Choose a column of dates.'}`,
  );
  return undefined;
}

function clockOf(column: PlanColumn, part: 'hour' | 'minute', context: StepContext): Expression | undefined {
  const operand = columnOf(column);
  if (column.type === 'timestamptz')
    return datePart(part, {
      kind: 'local_time',
      type: 'timestamp',
      operand,
      timeZone: context.settings.timeZone,
    });
  if (column.type === 'timestamp' || column.type === 'time') return datePart(part, operand);
  context.report('column', `“${column.displayName}” holds ${typeWords[column.type]}, which have no ${part}.`);
  return undefined;
}

const resultType = (step: Step): PlanColumn['type'] => {
  if (step.part === 'month_name' || step.part === 'weekday_name') return 'text';
  return step.part === 'start_of' || step.part === 'date' ? 'date' : 'integer';
};

function expressionOf(step: Step, column: PlanColumn, context: StepContext): Expression | undefined {
  if (step.part === 'hour' || step.part === 'minute') return clockOf(column, step.part, context);
  const date = dateOf('column', column, context);
  if (date === undefined) return undefined;
  switch (step.part) {
    case 'date':
      return date;
    case 'month_name':
      return nameOf(datePart('month', date), MONTH_NAMES);
    case 'weekday_name':
      return nameOf(datePart('weekday', date), WEEKDAY_NAMES);
    case 'fiscal_year':
      return fiscalYear(date);
    case 'fiscal_quarter':
      return fiscalQuarter(date);
    case 'start_of':
      return startOfUnit(step.unit, date);
    case 'age': {
      const at =
        step.at === undefined
          ? call('date', 'today', textLiteral(context.settings.timeZone))
          : dateOf('at', context.column('at', step.at), context);
      return at === undefined ? undefined : wholeUnitsBetween(date, at, 'year');
    }
    case 'difference': {
      const to = dateOf('to', context.column('to', step.to), context);
      return to === undefined ? undefined : wholeUnitsBetween(date, to, step.unit);
    }
    default:
      return datePart(step.part, date);
  }
}

export function planDatePart(step: Step, context: StepContext): StepResult {
  const column = context.column('column', step.column);
  const expression = column === undefined ? undefined : expressionOf(step, column, context);
  return addColumn(context, { field: 'name', name: step.name, type: resultType(step) }, expression);
}
