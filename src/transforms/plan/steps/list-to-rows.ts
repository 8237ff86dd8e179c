import type { RecipeStep } from '#contracts/recipe';
import { failed } from '../project-columns.ts';
import type { StepContext, StepResult } from '../step-context.ts';
import { typeWords } from '../type-words.ts';
import { partsAsRows } from './split-column.ts';

export function planListToRows(
  step: Extract<RecipeStep, { type: 'list_to_rows' }>,
  context: StepContext,
): StepResult {
  const { input } = context;
  const column = context.column('column', step.column);
  if (column === undefined) return failed(context, input.columns);
  const { separator } = step;
  if (column.type === 'json' && separator === undefined)
    return partsAsRows(context, column, { name: step.name, keep: step.keep, separator: null });
  if (column.type === 'text' && separator !== undefined)
    return partsAsRows(context, column, { name: step.name, keep: step.keep, separator });
  context.report(
    column.type === 'text' ? 'separator' : 'column',
    column.type === 'text'
      ? 'Give what stands between the items, for instance a comma.'
      : `“${column.displayName}” holds ${typeWords[column.type]}; a list is text with a separator, or nested data without one.`,
  );
  return failed(context, input.columns);
}
