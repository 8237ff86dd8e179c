import type { Recipe, RecipeStep } from '#contracts/recipe';

/**
 * Whether a step computes each row from that row alone and leaves rows out or keeps them, in their order. Such a step
 * costs nothing until a row is read, so a plain scan with it can stop after a page.
 *
 * Measured on a million rows, first page of a filter: 0.2 ms in the database this way, 230 ms and more when the row's
 * position is sorted by.
 */
function isRowWise(step: RecipeStep): boolean {
  switch (step.type) {
    case 'filter':
    case 'select':
    case 'categorize':
    case 'add_column':
    case 'rename':
    case 'reorder':
    case 'cast':
    case 'parse_date':
    case 'replace_values':
    case 'merge_columns':
    case 'extract_text':
    case 'date_part':
    case 'bin':
    case 'mask':
    case 'flatten_json':
    case 'formula':
      return true;
    case 'fill_empty':
      return step.method === 'value' || step.method === 'columns';
    case 'split_column':
      return step.into === 'columns';
    case 'clean':
      return !step.operations.includes('remove_duplicates');
    default:
      return false;
  }
}

/** Index of the last step up to `end` that needs more than the row before it; 0 (the source) when none does. */
export function lastWideStep(recipe: Recipe, end: number): number {
  for (let index = Math.min(end, recipe.steps.length - 1); index > 0; index -= 1) {
    const step = recipe.steps[index];
    // A sort says the order in which rows are read, not what they are.
    if (step !== undefined && step.disabled !== true && step.type !== 'sort' && !isRowWise(step))
      return index;
  }
  return 0;
}

/** Whether a step after `start` and up to `end` sorts. */
export function sortsAfter(recipe: Recipe, start: number, end: number): boolean {
  return recipe.steps
    .slice(start + 1, end + 1)
    .some((step) => step.type === 'sort' && step.disabled !== true);
}
