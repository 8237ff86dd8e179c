import type { RecipeStep } from '#contracts/recipe';
import { chosenColumns, projectColumns } from '../project-columns.ts';
import type { StepContext, StepResult } from '../step-context.ts';

export function planReorder(
  step: Extract<RecipeStep, { type: 'reorder' }>,
  context: StepContext,
): StepResult {
  const { input } = context;
  const moved = chosenColumns('columns', step.columns, context);
  const before = step.before === undefined ? null : context.column('before', step.before);
  if (moved === undefined || before === undefined) return { output: input, operation: null };
  if (before !== null && moved.includes(before)) {
    context.report('before', `“${before.displayName}” is one of the columns that move.`);
    return { output: input, operation: null };
  }
  const others = input.columns.filter((column) => !moved.includes(column));
  const end = step.to === 'end' ? others.length : 0;
  const at = before === null ? end : others.indexOf(before);
  const columns = [...others.slice(0, at), ...moved, ...others.slice(at)];
  return projectColumns(
    context,
    columns.map((column) => ({ column })),
  );
}
