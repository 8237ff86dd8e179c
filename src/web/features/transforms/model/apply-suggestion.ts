import { recipeStep, type RecipeStep } from '#contracts/recipe';
import { correctFormula } from './formula-text.ts';

/**
 * The step with the value at a path (`aggregates.0.column`) replaced by the name that the server suggested; the step
 * itself when there is no such place or the result would be no step.
 *
 * @param message of the error; a formula's says at which character the piece is that the suggestion stands for
 */
export function applySuggestion<Step extends RecipeStep>(
  step: Step,
  field: string,
  suggestion: string,
  message = '',
): Step {
  if (step.type === 'formula' && field === 'expression')
    return { ...step, expression: correctFormula(step.expression, message, suggestion) };
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
