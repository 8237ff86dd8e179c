import type { RecipeError } from '#contracts/transformations';
import { AppError } from '#platform/errors';

/** The error that a command throws for a recipe that cannot run, with every place that needs a correction. */
export function recipeInvalid(errors: readonly RecipeError[]): AppError {
  const first = errors[0];
  const where = first === undefined ? '' : `Step ${first.step + 1}: ${first.message}`;
  return new AppError('recipe_invalid', where === '' ? 'The recipe cannot run.' : where, {
    errors: errors.map((error) => ({
      path: ['recipe.steps', error.step, error.field].filter((part) => part !== '').join('.'),
      ...error,
    })),
    ...(first === undefined ? {} : { where: { step: first.step + 1 } }),
  });
}
