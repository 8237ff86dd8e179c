import type { RecipeStep } from '#contracts/recipe';
import { columnOf, type Expression } from '../expression.ts';
import { chosenColumns, failed, projectColumns } from '../project-columns.ts';
import type { StepContext, StepResult } from '../step-context.ts';

export function planMergeColumns(
  step: Extract<RecipeStep, { type: 'merge_columns' }>,
  context: StepContext,
): StepResult {
  const { input } = context;
  const merged = chosenColumns('columns', step.columns, context);
  if (merged === undefined) return failed(context, input.columns);
  const kept = step.keep ? input.columns : input.columns.filter((column) => !merged.includes(column));
  const name = context.newName('name', step.name, kept);
  if (name === undefined) return failed(context, kept);
  const expression: Expression = {
    kind: 'concat',
    type: 'text',
    operands: merged.map((column) => columnOf(column)),
    separator: step.separator,
  };
  // The new column stands where the first of the merged ones stood.
  const [first] = merged;
  const at = step.keep || first === undefined ? kept.length : input.columns.indexOf(first);
  const before = input.columns.slice(0, at).filter((column) => kept.includes(column)).length;
  const made = { column: { name, displayName: step.name, type: 'text' as const }, expression };
  const others = kept.map((column) => ({ column }));
  return projectColumns(context, [...others.slice(0, before), made, ...others.slice(before)]);
}
