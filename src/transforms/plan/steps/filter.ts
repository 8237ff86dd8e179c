import type { RecipeStep } from '#contracts/recipe';
import { planConditions } from '../plan-conditions.ts';
import type { StepContext, StepResult } from '../step-context.ts';

export function planFilter(step: Extract<RecipeStep, { type: 'filter' }>, context: StepContext): StepResult {
  const predicate = planConditions('', step, context);
  return {
    output: context.input,
    operation: predicate === undefined ? null : { kind: 'filter', predicate },
  };
}
