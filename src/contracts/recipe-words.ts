import type { RecipeStep, RecipeStepType } from './recipe.ts';

/** What the action is called that makes a step: on the editor's buttons, in errors, lineage and exports alike. */
export const actionNames: Readonly<Record<RecipeStepType, string>> = {
  source: 'Start',
  filter: 'Filter',
  join: 'Combine tables',
  group: 'Summarize',
  select: 'Select columns',
  sort: 'Sort',
  clean: 'Clean data',
  categorize: 'Categorize',
  add_column: 'Add column',
  distinct: 'Remove duplicates',
  rename: 'Rename columns',
  reorder: 'Move columns',
  cast: 'Change type',
  parse_date: 'Read dates',
  replace_values: 'Replace values',
  fill_empty: 'Fill empty cells',
  split_column: 'Split column',
  merge_columns: 'Merge columns',
  extract_text: 'Take text out',
  date_part: 'Date parts',
  stack: 'Stack tables',
  unpivot: 'Turn columns into rows',
  pivot: 'Turn rows into columns',
  remove_duplicates: 'Remove duplicates',
  top_n: 'First rows of each group',
  sample: 'Random sample',
  list_to_rows: 'Turn lists into rows',
  window: 'Running total and rank',
  lookup: 'Look up a value',
  bin: 'Ranges of numbers',
  mask: 'Hide personal data',
  flatten_json: 'Take nested data apart',
  formula: 'Formula',
  fuzzy_match: 'Match similar texts',
  sql: 'SQL',
};

const briefWords: Readonly<Record<Exclude<RecipeStepType, 'source'>, string>> = {
  filter: 'filter',
  join: 'combine',
  group: 'summarize',
  select: 'select',
  sort: 'sort',
  clean: 'clean',
  categorize: 'categorize',
  add_column: 'add column',
  distinct: 'remove duplicates',
  rename: 'rename',
  reorder: 'move columns',
  cast: 'change types',
  parse_date: 'read dates',
  replace_values: 'replace',
  fill_empty: 'fill empty cells',
  split_column: 'split',
  merge_columns: 'merge columns',
  extract_text: 'take text out',
  date_part: 'take dates apart',
  stack: 'stack',
  unpivot: 'columns to rows',
  pivot: 'rows to columns',
  remove_duplicates: 'remove duplicates',
  top_n: 'first rows',
  sample: 'sample',
  list_to_rows: 'lists to rows',
  window: 'running totals',
  lookup: 'look up',
  bin: 'ranges',
  mask: 'hide personal data',
  flatten_json: 'nested data',
  formula: 'formula',
  fuzzy_match: 'match similar texts',
  sql: 'SQL',
};

/** What a recipe does in about three words, each once: "Filter, combine, summarize". Disabled steps do nothing. */
export function summarizeRecipe(steps: readonly RecipeStep[]): string {
  const words = new Set<string>();
  for (const step of steps) {
    if (step.disabled !== true && step.type !== 'source') words.add(briefWords[step.type]);
  }
  const kinds = [...words];
  if (kinds.length === 0) return 'Copy';
  const text = kinds.slice(0, 3).join(', ') + (kinds.length > 3 ? ` and ${kinds.length - 3} more` : '');
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
