import { recipeStep, type RecipeStep } from '#contracts/recipe';

/**
 * The step with the value at a path (`aggregates.0.column`) replaced by the name that the server suggested; the step
 * itself when there is no such place or the result would be no step.
 */
export function applySuggestion<Step extends RecipeStep>(
  step: Step,
  field: string,
  suggestion: string,
): Step {
  const changed = recipeStep.safeParse(setIn(step, field.split('.'), suggestion));
  // The type of a step is not what a suggestion changes.
  return changed.success && changed.data.type === step.type ? (changed.data as Step) : step;
}

function setIn(target: unknown, [head, ...rest]: readonly string[], value: unknown): unknown {
  if (head === undefined) return value;
  if (Array.isArray(target)) {
    return target.map((item: unknown, index) => (String(index) === head ? setIn(item, rest, value) : item));
  }
  if (typeof target !== 'object' || target === null || !Object.hasOwn(target, head)) return target;
  return { ...target, [head]: setIn(Reflect.get(target, head), rest, value) };
}
