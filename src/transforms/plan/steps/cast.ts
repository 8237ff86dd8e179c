import type { ColumnType } from '#contracts/column-types';
import type { OnError, RecipeStep } from '#contracts/recipe';
import { isNumber } from '../common-type.ts';
import {
  call,
  caseWhen,
  castTo,
  columnOf,
  emptyOf,
  isBlank,
  isNull,
  type Expression,
} from '../expression.ts';
import { chosenColumns, failed, projectColumns, type ProjectedColumn } from '../project-columns.ts';
import type { PlanColumn } from '../relation.ts';
import type { StepContext, StepResult } from '../step-context.ts';
import { typeWords } from '../type-words.ts';

const temporal: ReadonlySet<ColumnType> = new Set(['date', 'timestamp', 'timestamptz']);

/** Whether values of one type have equals in another at all. */
function canBecome(from: ColumnType, to: ColumnType): boolean {
  if (from === to || from === 'text' || to === 'text') return true;
  if (from === 'json') return to !== 'timestamptz';
  if (to === 'json') return isNumber(from) || from === 'boolean';
  if (isNumber(from)) return isNumber(to) || (to === 'boolean' && from !== 'float');
  if (from === 'boolean') return isNumber(to);
  if (temporal.has(from)) return temporal.has(to) || (to === 'time' && from !== 'date');
  return false;
}

/** A value of a column as another type; instants as the clock on the wall shows them. */
export function converted(column: PlanColumn, to: ColumnType, timeZone: string): Expression {
  const operand = columnOf(column);
  if (column.type === 'timestamptz' && to !== 'timestamptz')
    return castTo(to, { kind: 'local_time', type: 'timestamp', operand, timeZone });
  if (to === 'timestamptz' && (column.type === 'timestamp' || column.type === 'date'))
    return { kind: 'local_time', type: 'timestamptz', operand: castTo('timestamp', operand), timeZone };
  return castTo(to, operand);
}

/**
 * A column whose value may be unreadable, by what is to happen then. `keep` gives a second column with the text of what
 * could not be read.
 */
export function withErrors(
  original: PlanColumn,
  value: Expression,
  onError: OnError,
): { readonly value: Expression; readonly rejected: Expression | null } {
  if (onError === 'null') return { value, rejected: null };
  if (onError === 'fail')
    return { value: call(value.type, 'or_fail', value, columnOf(original)), rejected: null };
  const text = castTo('text', columnOf(original));
  return {
    value,
    rejected: caseWhen(
      'text',
      [
        {
          when: {
            kind: 'and',
            type: 'boolean',
            operands: [isNull(value), { kind: 'not', type: 'boolean', operand: isBlank(text) }],
          },
          result: text,
        },
      ],
      emptyOf('text'),
    ),
  };
}

export function planCast(step: Extract<RecipeStep, { type: 'cast' }>, context: StepContext): StepResult {
  const { input, settings } = context;
  const chosen = chosenColumns('columns', step.columns, context);
  if (chosen === undefined) return failed(context, input.columns);
  let broken = false;
  const columns: ProjectedColumn[] = [];
  const taken = [...input.columns];
  for (const column of input.columns) {
    const index = chosen.indexOf(column);
    if (index === -1) {
      columns.push({ column });
      continue;
    }
    if (!canBecome(column.type, step.to)) {
      context.report(
        `columns.${index}`,
        `“${column.displayName}” holds ${typeWords[column.type]}, which cannot become ${typeWords[step.to]}.`,
      );
      broken = true;
      continue;
    }
    const { value, rejected } = withErrors(
      column,
      converted(column, step.to, settings.timeZone),
      column.type === step.to ? 'null' : step.on_error,
    );
    columns.push({ column: { ...column, type: step.to }, expression: value });
    if (rejected === null) continue;
    const wish = `${column.displayName} (not read)`;
    const name = context.newName(`columns.${index}`, wish, taken);
    if (name === undefined) {
      broken = true;
      continue;
    }
    const extra: PlanColumn = { name, displayName: wish, type: 'text' };
    taken.push(extra);
    columns.push({ column: extra, expression: rejected });
  }
  if (broken)
    return failed(
      context,
      input.columns.map((column) => (chosen.includes(column) ? { ...column, type: step.to } : column)),
    );
  return projectColumns(context, columns);
}
