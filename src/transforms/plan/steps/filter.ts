import type { RecipeStep } from '#contracts/recipe';
import { planCondition } from '../plan-condition.ts';
import type { StepContext, StepResult } from '../step-context.ts';

export function planFilter(step: Extract<RecipeStep, { type: 'filter' }>, context: StepContext): StepResult {
  const output = context.input;
  const column = context.column('column', step.column);
  if (column === undefined) return { output, operation: null };
  const planned = planCondition(column, step, context.settings.timeZone);
  if ('message' in planned) {
    context.report(planned.field, planned.message);
    return { output, operation: null };
  }
  return { output, operation: { kind: 'filter', predicate: planned.predicate } };
}
