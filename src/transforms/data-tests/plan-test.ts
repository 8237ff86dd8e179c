import type { DataTestRule } from '#contracts/data-tests';
import type { Recipe, RecipeStep } from '#contracts/recipe';
import type { RecipeError } from '#contracts/transformations';
import type { Catalog, CatalogTable } from '../plan/catalog.ts';
import { planRecipe, type Plan } from '../plan/plan-recipe.ts';

export type PlannedTest =
  /** The rows that do not pass. */
  | { readonly kind: 'failing_rows'; readonly plan: Plan; readonly noun: 'rows' | 'values' }
  /** One row with the number of rows of the table in `rows`. */
  | { readonly kind: 'row_count'; readonly plan: Plan }
  /** One row with the largest value in `newest`. */
  | { readonly kind: 'newest'; readonly plan: Plan };

/** Column that says whether a text matches; it is not one of the table's. */
function freshName(table: CatalogTable, wish: string): string {
  const taken = new Set(
    table.columns.flatMap((each) => [each.name.toLowerCase(), each.displayName.toLowerCase()]),
  );
  let name = wish;
  while (taken.has(name)) name += '_';
  return name;
}

function steps(rule: DataTestRule, table: CatalogTable): RecipeStep[] {
  const filled = (column: string) => ({ column, operator: 'is_not_empty' as const });
  switch (rule.kind) {
    case 'not_empty':
      return [{ type: 'filter', column: rule.column, operator: 'is_empty' }];
    case 'unique': {
      const rows = freshName(table, 'rows');
      return [
        { type: 'filter', match: 'all', conditions: rule.columns.map(filled) },
        {
          type: 'group',
          by: [...rule.columns],
          aggregates: [{ function: 'count_rows', alias: rows }],
        },
        { type: 'filter', column: rows, operator: 'greater_than', value: 1 },
      ];
    }
    case 'one_of':
      return [
        {
          type: 'filter',
          match: 'all',
          conditions: [
            filled(rule.column),
            { column: rule.column, operator: 'not_in', value: [...rule.values] },
          ],
        },
      ];
    case 'between':
      return [
        {
          type: 'filter',
          match: 'any',
          conditions: [
            ...(rule.min === null
              ? []
              : [{ column: rule.column, operator: 'less_than' as const, value: rule.min }]),
            ...(rule.max === null
              ? []
              : [{ column: rule.column, operator: 'greater_than' as const, value: rule.max }]),
          ],
        },
      ];
    case 'matches': {
      const verdict = freshName(table, 'matches');
      return [
        { type: 'filter', ...filled(rule.column) },
        {
          type: 'categorize',
          new_column: verdict,
          source_column: rule.column,
          // All of the text, whatever alternatives the pattern has.
          rules: [{ operator: 'matches', value: `^(${rule.pattern})$`, category: 'yes' }],
          default: null,
        },
        { type: 'filter', column: verdict, operator: 'is_null' },
        { type: 'select', columns: table.columns.map((column) => column.name) },
      ];
    }
    case 'relation':
      return [
        { type: 'filter', ...filled(rule.column) },
        {
          type: 'join',
          with: rule.table,
          left_on: rule.column,
          right_on: rule.table_column,
          join_type: 'anti',
        },
      ];
    case 'row_count':
      return [{ type: 'group', by: [], aggregates: [{ function: 'count_rows', alias: 'rows' }] }];
    case 'freshness':
      return [
        { type: 'group', by: [], aggregates: [{ function: 'max', column: rule.column, alias: 'newest' }] },
      ];
  }
}

/**
 * A test as a plan: the recipe that keeps the rows which do not pass. So a test reads types, dates and patterns as
 * every step does, and means the same on every engine.
 *
 * @param table what to test, which `catalog` has to contain.
 */
export function planTest(
  rule: DataTestRule,
  table: CatalogTable,
  catalog: Catalog,
  timeZone: string,
): PlannedTest | { readonly kind: 'error'; readonly errors: readonly RecipeError[] } {
  const recipe: Recipe = { steps: [{ type: 'source', table: table.name }, ...steps(rule, table)] };
  const { plan, errors } = planRecipe(recipe, catalog, { timeZone });
  if (plan === null) return { kind: 'error', errors };
  if (rule.kind === 'freshness') {
    const type = plan.columns[0]?.type;
    if (type !== 'date' && type !== 'timestamp' && type !== 'timestamptz') {
      const message = `“${rule.column}” holds no dates, so its age cannot be told.`;
      return { kind: 'error', errors: [{ step: 1, field: 'column', message, suggestion: null }] };
    }
    return { kind: 'newest', plan };
  }
  if (rule.kind === 'row_count') return { kind: 'row_count', plan };
  return { kind: 'failing_rows', plan, noun: rule.kind === 'unique' ? 'values' : 'rows' };
}
