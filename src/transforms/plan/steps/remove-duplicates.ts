import type { RecipeStep, SortColumn } from '#contracts/recipe';
import { columnOf, compare, integerLiteral, type Expression, type WindowFunction } from '../expression.ts';
import { chosenColumns } from '../project-columns.ts';
import { totalOrder, type OrderKey, type PlanColumn } from '../relation.ts';
import type { StepContext, StepResult } from '../step-context.ts';
import { planDistinct } from './distinct.ts';
import { planSortKeys } from './sort.ts';

/** The keys that a step names, else those of the sort before; undefined after saying what is wrong with them. */
export function orderOrBefore(
  order: readonly SortColumn[],
  context: StepContext,
): readonly OrderKey[] | undefined {
  if (order.length > 0) return planSortKeys(order, 'order', context);
  const known = new Set([...context.input.columns.map((column) => column.name), ...context.input.hidden]);
  return context.input.order.filter((key) => known.has(key.name));
}

/** The rows that are among the first n of their group. The number stays behind in a hidden column. */
export function firstRows(
  context: StepContext,
  choice: {
    readonly by: readonly PlanColumn[];
    readonly order: readonly OrderKey[];
    readonly number: WindowFunction;
    readonly n: number;
  },
): StepResult {
  const { input, index } = context;
  const name = `_dalgo_first_${index + 1}`;
  const number: Expression = {
    kind: 'window',
    type: 'integer',
    name: choice.number,
    operands: [],
    partition: choice.by.map((column) => columnOf(column)),
    order:
      choice.number === 'row_number'
        ? // Of rows that are the same, the one that stands first: or they could stand in another place tomorrow.
          [...choice.order, ...input.ties.filter((tie) => !choice.order.some((key) => key.name === tie.name))]
        : choice.order,
    frame: null,
  };
  return {
    output: { ...input, hidden: [...input.hidden, name] },
    operation: {
      kind: 'sequence',
      operations: [
        { kind: 'extend', items: [{ name, expression: number }] },
        {
          kind: 'filter',
          predicate: compare('<=', { kind: 'column', name, type: 'integer' }, integerLiteral(choice.n)),
        },
      ],
    },
  };
}

export function planRemoveDuplicates(
  step: Extract<RecipeStep, { type: 'remove_duplicates' }>,
  context: StepContext,
): StepResult {
  const { input } = context;
  if (step.by.length === 0) return planDistinct(context);
  const by = chosenColumns('by', step.by, context);
  const keys = orderOrBefore(step.order, context);
  if (by === undefined || keys === undefined) return { output: input, operation: null };
  const directed = step.keep === 'last' ? keys.map((key) => ({ ...key, descending: !key.descending })) : keys;
  const order = totalOrder(directed, input.columns).map((key) =>
    step.keep === 'last' && !keys.some((each) => each.name === key.name) ? { ...key, descending: true } : key,
  );
  return firstRows(context, { by, order, number: 'row_number', n: 1 });
}
