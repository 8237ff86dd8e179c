import type { Recipe } from '#contracts/recipe';
import { actionNames } from '#contracts/recipe-words';
import type { RecipeError, RecipeProblem } from '#contracts/transformations';
import type { OrganizationCatalog } from './load-catalog.ts';
import { referencedTables } from './plan/plan-recipe.ts';

/** A step as people call it: its own name, else what it does. */
export function stepWords(recipe: Recipe, index: number): string {
  const step = recipe.steps[index];
  if (step === undefined) return `Step ${index + 1}`;
  return `Step ${index + 1} (${step.label ?? actionNames[step.type]})`;
}

/** What a field of a step holds, when it is a name. */
function valueAt(recipe: Recipe, error: RecipeError): string | null {
  let value: unknown = recipe.steps[error.step];
  for (const part of error.field === '' ? [] : error.field.split('.')) {
    value =
      typeof value === 'object' && value !== null
        ? (value as Readonly<Record<string, unknown>>)[part] // any object may be asked for any key
        : undefined;
  }
  if (typeof value === 'string') return value;
  return typeof value === 'object' && value !== null && 'column' in value && typeof value.column === 'string'
    ? value.column
    : null;
}

/** Fields of steps that hold the name of a table. */
const tableFields = /^(table|with|tables\.\d+)$/;

/**
 * Why a saved recipe cannot run, for somebody who sees it on the canvas. Something that only waits for a table to be
 * made first is no problem: a run makes it.
 */
export function recipeProblem(
  recipe: Recipe,
  errors: readonly RecipeError[],
  catalog: OrganizationCatalog,
): RecipeProblem | null {
  const [error] = errors;
  if (error === undefined) return null;
  const unmade = new Set(
    catalog.tables
      .filter((table) => table.notYet !== undefined && table.columns.length === 0)
      .map((t) => t.name),
  );
  if (referencedTables(recipe, catalog.tables).some((name) => unmade.has(name))) return null;
  const name = valueAt(recipe, error);
  const isTable = tableFields.test(error.field);
  const meant = error.suggestion === null ? '' : ` “${error.suggestion}” may be what it is called now.`;
  return {
    step: error.step,
    where: stepWords(recipe, error.step),
    column: isTable ? null : name,
    // An id says nothing to people, and its table has no name any more.
    message:
      isTable && name !== null && /^(source|transform)_/.test(name)
        ? 'The table that it reads is not there any more.'
        : error.message,
    advice: isTable
      ? 'Open the step and choose another table, or bring the table back.'
      : `Open the step and choose another column, or bring the column back where the data comes from.${meant}`,
  };
}
