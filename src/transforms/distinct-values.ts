import type { Recipe } from '#contracts/recipe';
import type { Actor } from '#platform/actor';
import type { WarehouseServices } from '#warehouse';
import { checkTablesExist } from './check-tables-exist.ts';
import { describeSql } from './describe-sql.ts';
import { emitPlan } from './emit/emit-plan.ts';
import { loadCatalog } from './load-catalog.ts';
import { planRecipe } from './plan/plan-recipe.ts';
import { chooseReading } from './preview/choose-reading.ts';
import { readingScope, readSafely } from './preview/preview-recipe.ts';
import { recipeInvalid } from './recipe-invalid.ts';
import { findColumn } from './plan/step-context.ts';

const COUNT = '#count';
const TIMEOUT_MS = 30_000;

/**
 * Values of a column at a step with how often each is there, most frequent first. It is a recipe as well: filter by
 * the search, group by the column, sort.
 */
export async function distinctValues(
  services: WarehouseServices,
  actor: Actor,
  input: {
    recipe: Recipe;
    up_to_step?: number | undefined;
    column: string;
    search?: string | undefined;
    limit: number;
  },
  signal: AbortSignal,
): Promise<{ values: { value: unknown; count: number }[]; truncated: boolean }> {
  const catalog = await services.database.withOrganization(actor.organizationId, (trx) =>
    loadCatalog(trx, actor.organizationId),
  );
  const scope = await readingScope(services, actor, catalog);
  const { warehouse } = scope;
  const described = await describeSql(warehouse, input.recipe, catalog.tables, {
    timeZone: catalog.timeZone,
    upToStep: input.up_to_step,
    signal,
  });
  const steps = described.recipe.steps.slice(0, (input.up_to_step ?? input.recipe.steps.length) + 1);
  const options = { timeZone: catalog.timeZone, sqlProblems: described.sqlProblems };
  const before = planRecipe({ steps }, catalog.tables, options);
  if (before.plan === null) throw recipeInvalid(before.errors);
  const column = findColumn(before.plan.columns, input.column);
  const searched = input.search !== undefined && input.search !== '' && column?.type === 'text';
  const recipe: Recipe = {
    steps: [
      ...steps,
      ...(searched
        ? [
            {
              type: 'filter' as const,
              column: column.name,
              operator: 'contains' as const,
              value: input.search,
            },
          ]
        : []),
      { type: 'group', by: [input.column], aggregates: [{ function: 'count', alias: COUNT }] },
      {
        type: 'sort',
        columns: [
          { column: COUNT, descending: true },
          ...(column === undefined || column.type === 'json' ? [] : [column.name]),
        ],
      },
    ],
  };
  const { plan, errors } = planRecipe(recipe, catalog.tables, options);
  if (plan === null) throw recipeInvalid(errors);
  checkTablesExist(plan, catalog);
  const rows = await readSafely(scope, async (usable) => {
    const reading = chooseReading(usable, { recipe, end: recipe.steps.length - 1, sort: undefined });
    const { sql } = emitPlan(reading.plan, scope.syntax, { schema: warehouse.schema });
    const page = await warehouse.read(`${sql}\nLIMIT ${Math.trunc(input.limit) + 1}`, {
      signal,
      timeoutMs: TIMEOUT_MS,
    });
    return page.rows;
  });
  const name = plan.columns[0]?.name ?? '';
  return {
    values: rows
      .slice(0, input.limit)
      .map((row) => ({ value: row[name] ?? null, count: Number(row[COUNT] ?? 0) })),
    truncated: rows.length > input.limit,
  };
}
