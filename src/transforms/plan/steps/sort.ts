import type { RecipeStep, SortColumn } from '#contracts/recipe';
import type { OrderKey } from '../relation.ts';
import type { StepContext, StepResult } from '../step-context.ts';

export function planSortKeys(
  columns: readonly SortColumn[],
  field: string,
  context: StepContext,
): OrderKey[] | undefined {
  const keys: OrderKey[] = [];
  let broken = false;
  for (const [index, wanted] of columns.entries()) {
    const { column: reference, descending = false } =
      typeof wanted === 'string' ? { column: wanted } : wanted;
    const path = typeof wanted === 'string' ? `${field}.${index}` : `${field}.${index}.column`;
    const column = context.column(path, reference);
    if (column === undefined) {
      broken = true;
    } else if (column.type === 'json') {
      context.report(path, `“${column.displayName}” holds nested data, which has no order.`);
      broken = true;
    } else if (!keys.some((key) => key.name === column.name)) {
      keys.push({ name: column.name, type: column.type, descending });
    }
  }
  return broken ? undefined : keys;
}

export function planSort(step: Extract<RecipeStep, { type: 'sort' }>, context: StepContext): StepResult {
  const { input } = context;
  const keys = planSortKeys(step.columns, 'columns', context);
  if (keys === undefined) return { output: input, operation: null };
  // A spreadsheet's sort is stable: what was sorted before stays so among equals.
  const before = input.order.filter((old) => !keys.some((key) => key.name === old.name));
  return { output: { ...input, order: [...keys, ...before] }, operation: { kind: 'sort', keys } };
}
