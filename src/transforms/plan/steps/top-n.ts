import type { RecipeStep } from '#contracts/recipe';
import { chosenColumns } from '../project-columns.ts';
import { totalOrder } from '../relation.ts';
import type { StepContext, StepResult } from '../step-context.ts';
import { firstRows } from './remove-duplicates.ts';
import { planSortKeys } from './sort.ts';

export function planTopN(step: Extract<RecipeStep, { type: 'top_n' }>, context: StepContext): StepResult {
  const { input } = context;
  const by = chosenColumns('by', step.by, context);
  const keys = planSortKeys(step.order, 'order', context);
  if (by === undefined || keys === undefined) return { output: input, operation: null };
  const planned = firstRows(context, {
    by,
    order: step.ties ? keys : totalOrder(keys, input.columns),
    number: step.ties ? 'rank' : 'row_number',
    n: step.n,
  });
  // People want to see the first ones first, group by group.
  const groups = by.map(({ name, type }) => ({ name, type, descending: false }));
  const order = [...groups, ...keys.filter((key) => !groups.some((group) => group.name === key.name))];
  const sortable = order.filter((key) => key.type !== 'json');
  const before = input.order.filter((old) => !sortable.some((key) => key.name === old.name));
  return { ...planned, output: { ...planned.output, order: [...sortable, ...before] } };
}
