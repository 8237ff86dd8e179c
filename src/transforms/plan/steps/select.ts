import type { RecipeStep } from '#contracts/recipe';
import { columnOf } from '../expression.ts';
import { hiddenItems, keepOrderKeys, type PlanColumn } from '../relation.ts';
import type { StepContext, StepResult } from '../step-context.ts';

export function planSelect(step: Extract<RecipeStep, { type: 'select' }>, context: StepContext): StepResult {
  const { input } = context;
  const columns: PlanColumn[] = [];
  let broken = false;
  for (const [index, reference] of step.columns.entries()) {
    const column = context.column(`columns.${index}`, reference);
    if (column === undefined) broken = true;
    else if (columns.includes(column)) {
      context.report(`columns.${index}`, `“${column.displayName}” is there twice.`);
      broken = true;
    } else columns.push(column);
  }
  if (broken) return { output: { ...input, columns, incomplete: true }, operation: null };

  const kept = new Set(columns.map((column) => column.name));
  const lost = new Set(input.columns.filter((column) => !kept.has(column.name)).map((column) => column.name));
  const { items, order, ties, hidden } = keepOrderKeys(input, lost, context.index);
  return {
    output: { columns, hidden, order, ties, incomplete: input.incomplete },
    operation: {
      kind: 'project',
      items: [
        ...columns.map((column) => ({ name: column.name, expression: columnOf(column) })),
        ...hiddenItems(input),
        ...items,
      ],
      distinct: false,
    },
  };
}
