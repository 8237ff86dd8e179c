import type { RecipeStep, SortColumn } from '#contracts/recipe';
import { isNumber } from '../common-type.ts';
import {
  arithmetic,
  castTo,
  columnOf,
  integerLiteral,
  type Expression,
  type WindowFrame,
  type WindowFunction,
} from '../expression.ts';
import { addColumn, chosenColumns } from '../project-columns.ts';
import { totalOrder, type OrderKey, type PlanColumn } from '../relation.ts';
import type { StepContext, StepResult } from '../step-context.ts';
import { typeWords } from '../type-words.ts';
import { planSortKeys } from './sort.ts';

type Step = Extract<RecipeStep, { type: 'window' }>;

const onlyNumbers: ReadonlySet<Step['function']> = new Set([
  'running_total',
  'moving_average',
  'percent_of_total',
  'group_total',
  'group_average',
]);

function resultType(step: Step, column: PlanColumn | undefined): PlanColumn['type'] {
  switch (step.function) {
    case 'row_number':
    case 'rank':
    case 'dense_rank':
    case 'running_count':
    case 'group_count':
      return 'integer';
    case 'previous':
    case 'next':
    case 'group_min':
    case 'group_max':
      return column?.type ?? 'text';
    default:
      return 'decimal';
  }
}

type Window = Extract<Expression, { kind: 'window' }>;

/** The windows that a function needs, and what it makes of them. */
interface Computation {
  readonly windows: readonly Window[];
  readonly result: (windows: readonly Expression[]) => Expression;
}

function computationOf(
  step: Step,
  column: PlanColumn | undefined,
  partition: readonly Expression[],
  order: readonly OrderKey[],
  context: StepContext,
): Computation {
  const total = totalOrder(order, context.input.columns);
  const value: Expression = column === undefined ? integerLiteral(0) : columnOf(column);
  const amount = column !== undefined && isNumber(column.type) ? castTo('decimal', value) : value;
  const windowOf = (
    name: WindowFunction,
    type: PlanColumn['type'],
    operands: readonly Expression[],
    frame: WindowFrame | null = null,
    keys: readonly OrderKey[] = [],
  ): Window => ({ kind: 'window', type, name, operands, partition, order: keys, frame });
  const only = (window: Window): Computation => ({
    windows: [window],
    result: ([first = window]) => first,
  });
  const ratio = (left: Window, right: Window): Computation => ({
    windows: [left, right],
    result: ([a = left, b = right]) => arithmetic('/', a, b),
  });
  switch (step.function) {
    case 'row_number':
      return only(windowOf('row_number', 'integer', [], null, total));
    case 'rank':
    case 'dense_rank':
      return only(windowOf(step.function, 'integer', [], null, order));
    case 'running_total':
      return only(windowOf('sum', 'decimal', [amount], 'up_to_row', total));
    case 'running_count':
      return only(windowOf('count', 'integer', [value], 'up_to_row', total));
    case 'previous':
      return only(windowOf('lag', value.type, [value, integerLiteral(step.offset)], null, total));
    case 'next':
      return only(windowOf('lead', value.type, [value, integerLiteral(step.offset)], null, total));
    case 'moving_average': {
      const frame = { preceding: step.rows - 1 };
      return ratio(
        windowOf('sum', 'decimal', [amount], frame, total),
        windowOf('count', 'integer', [value], frame, total),
      );
    }
    case 'percent_of_total': {
      const sum = windowOf('sum', 'decimal', [amount]);
      return {
        windows: [sum],
        result: ([whole = sum]) => arithmetic('/', arithmetic('*', amount, integerLiteral(100)), whole),
      };
    }
    case 'group_total':
      return only(windowOf('sum', 'decimal', [amount]));
    case 'group_average':
      return ratio(windowOf('sum', 'decimal', [amount]), windowOf('count', 'integer', [value]));
    case 'group_count':
      return only(windowOf('count', 'integer', [value]));
    case 'group_min':
      return only(windowOf('min', value.type, [value]));
    case 'group_max':
      return only(windowOf('max', value.type, [value]));
  }
}

/** Windows in columns of their own, so that no engine has to find one inside of a calculation. */
function computed(
  context: StepContext,
  added: StepResult,
  name: string,
  computation: Computation,
): StepResult {
  const { windows, result } = computation;
  const [first] = windows;
  if (windows.length === 1 && first !== undefined && result([first]) === first)
    return { output: added.output, operation: { kind: 'extend', items: [{ name, expression: first }] } };
  const items = windows.map((expression, index) => ({
    name: `_dalgo_window_${context.index + 1}_${index + 1}`,
    expression,
  }));
  const columns = items.map((item) => ({
    kind: 'column' as const,
    name: item.name,
    type: item.expression.type,
  }));
  return {
    output: { ...added.output, hidden: [...added.output.hidden, ...items.map((item) => item.name)] },
    operation: {
      kind: 'sequence',
      operations: [
        { kind: 'extend', items },
        { kind: 'extend', items: [{ name, expression: result(columns) }] },
      ],
    },
  };
}

/** Why a function cannot be computed over a column, or null. */
function refusal(step: Step, column: PlanColumn): string | null {
  if (onlyNumbers.has(step.function) && !isNumber(column.type))
    return `“${column.displayName}” holds ${typeWords[column.type]}, and only numbers can be added up.`;
  if ((step.function === 'group_min' || step.function === 'group_max') && column.type === 'json')
    return 'Nested data has no smallest or largest value.';
  return null;
}

export function planWindow(step: Step, context: StepContext): StepResult {
  const by = chosenColumns('by', step.by, context);
  const wanted: readonly SortColumn[] = 'order' in step ? step.order : [];
  const order = planSortKeys(wanted, 'order', context);
  const column = 'column' in step ? context.column('column', step.column) : null;
  const problem = column === null || column === undefined ? null : refusal(step, column);
  if (problem !== null) context.report('column', problem);
  const added = addColumn(
    context,
    { field: 'name', name: step.name, type: resultType(step, column ?? undefined) },
    undefined,
  );
  const made = added.output.columns[context.input.columns.length];
  if (by === undefined || order === undefined || column === undefined) return added;
  if (problem !== null || made === undefined) return added;
  const groups = by.map((each) => columnOf(each));
  return computed(
    context,
    added,
    made.name,
    computationOf(step, column ?? undefined, groups, order, context),
  );
}
