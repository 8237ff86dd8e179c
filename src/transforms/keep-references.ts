import type { Recipe, RecipeStep } from '#contracts/recipe';
import { findTable, type Catalog } from './plan/catalog.ts';
import { namesInSql } from './plan/steps/sql.ts';

type JoinStep = Extract<RecipeStep, { type: 'join' }>;

/** The table's physical name, which no renaming changes; what names no table stays as it was written. */
function physicalName(catalog: Catalog, reference: string): string {
  return findTable(catalog, reference).found?.name ?? reference;
}

/** The step of the recipe before that this one was: by id, else at the same place. */
function earlierJoin(step: JoinStep, index: number, before: Recipe | undefined): JoinStep | undefined {
  const steps = before?.steps ?? [];
  const same = step.id === undefined ? steps[index] : steps.find((each) => each.id === step.id);
  return same?.type === 'join' ? same : undefined;
}

function keepJoin(step: JoinStep, index: number, catalog: Catalog, before: Recipe | undefined): JoinStep {
  const name = physicalName(catalog, step.with);
  const table = catalog.find((each) => each.name === name);
  if (table === undefined || step.suffix !== undefined) return { ...step, with: name };
  const earlier = earlierJoin(step, index, before);
  const ofAnotherTable =
    step.prefix !== undefined &&
    step.prefix.name !== name &&
    catalog.some((t) => t.name === step.prefix?.name);
  const prefix =
    (ofAnotherTable ? undefined : step.prefix) ??
    (earlier?.with === name && earlier.prefix !== undefined
      ? earlier.prefix
      : { name: step.with, display_name: step.with === name ? table.displayName : step.with });
  return { ...step, with: name, prefix };
}

/**
 * A recipe as it is kept: every table by its id, and the names of the columns that a join brings fixed as they are
 * today. So renaming a source, a table or a transformation changes nothing in a recipe that reads it.
 *
 * @param before the recipe that this one replaces; what was fixed in it stays.
 */
export function keepReferences(recipe: Recipe, catalog: Catalog, before?: Recipe): Recipe {
  // Also what nothing has made yet: its name is known.
  const known = catalog.map(({ notYet: _notYet, ...table }) => table);
  return {
    ...recipe,
    steps: recipe.steps.map((step, index): RecipeStep => {
      switch (step.type) {
        case 'source':
        case 'lookup':
          return { ...step, table: physicalName(known, step.table) };
        case 'stack':
          return { ...step, tables: step.tables.map((table) => physicalName(known, table)) };
        case 'join':
          return keepJoin(step, index, known, before);
        case 'sql': {
          const tables = namesInSql(step, known);
          const { tables: _before, ...rest } = step;
          return tables.length === 0 ? rest : { ...rest, tables };
        }
        default:
          return step;
      }
    }),
  };
}
