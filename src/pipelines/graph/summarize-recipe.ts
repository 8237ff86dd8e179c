import type { Recipe, RecipeStepType } from '#contracts/recipe';

/** What a step does, in the words of the editor's buttons. */
const words: Readonly<Record<RecipeStepType, string | null>> = {
  source: null,
  filter: 'filter',
  join: 'combine',
  group: 'summarize',
  select: 'select columns',
  sort: 'sort',
  clean: 'clean',
  categorize: 'categorize',
  add_column: 'add column',
  distinct: 'remove duplicates',
};

/** A recipe in a few words: "Filter, combine, summarize". */
export function summarizeRecipe(recipe: Recipe): string {
  const steps = recipe.steps.filter((step) => step.disabled !== true).map((step) => words[step.type]);
  const text = [...new Set(steps)].filter((word) => word !== null).join(', ');
  return text === '' ? 'Copy' : `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
