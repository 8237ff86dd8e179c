import type { Recipe, RecipeStepType } from '#contracts/recipe';

/** What a step does, in the words of the editor's buttons. */
const words: Readonly<Partial<Record<RecipeStepType, string | null>>> = {
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
  rename: 'rename',
  reorder: 'move columns',
  cast: 'change type',
  parse_date: 'read dates',
  replace_values: 'replace',
  fill_empty: 'fill empty cells',
  split_column: 'split',
  merge_columns: 'merge columns',
  extract_text: 'take text out',
  date_part: 'take dates apart',
};

/** A recipe in a few words: "Filter, combine, summarize". */
export function summarizeRecipe(recipe: Recipe): string {
  const steps = recipe.steps
    .filter((step) => step.disabled !== true)
    .map(({ type }) => (type in words ? (words[type] ?? null) : type.replaceAll('_', ' ')));
  const text = [...new Set(steps)].filter((word) => word !== null).join(', ');
  return text === '' ? 'Copy' : `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
