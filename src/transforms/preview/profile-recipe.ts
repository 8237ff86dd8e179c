import type { Recipe } from '#contracts/recipe';
import type { TableProfile } from '#contracts/warehouse';
import type { Actor } from '#platform/actor';
import { AppError } from '#platform/errors';
import { PROFILE_SAMPLE_ROWS, profileColumns, type WarehouseServices } from '#warehouse';
import { checkTablesExist } from '../check-tables-exist.ts';
import { describeSql } from '../describe-sql.ts';
import { emitPlan } from '../emit/emit-plan.ts';
import { loadCatalog, presentColumns } from '../load-catalog.ts';
import { planRecipe } from '../plan/plan-recipe.ts';
import { findColumn, unknownColumn } from '../plan/step-context.ts';
import { recipeInvalid } from '../recipe-invalid.ts';
import { chooseReading } from './choose-reading.ts';
import { readingScope, readSafely } from './preview-recipe.ts';

const TIMEOUT_MS = 60_000;

/**
 * Statistics of the columns after a step: of a sample at once (the first rows when the step's rows have no place of
 * their own, else rows from all over), or of every row.
 *
 * @throws AppError recipe_invalid, invalid_input for an unknown column, table_missing, query_timeout
 */
export async function profileRecipe(
  services: WarehouseServices,
  actor: Actor,
  input: {
    readonly recipe: Recipe;
    readonly up_to_step?: number | undefined;
    readonly columns?: readonly string[] | undefined;
    readonly full: boolean;
    readonly top: number;
  },
  signal: AbortSignal,
): Promise<TableProfile> {
  const catalog = await services.database.withOrganization(actor.organizationId, (trx) =>
    loadCatalog(trx, actor.organizationId),
  );
  const scope = await readingScope(services, actor, catalog);
  const { warehouse, syntax } = scope;
  const end = Math.min(input.up_to_step ?? input.recipe.steps.length, input.recipe.steps.length - 1);
  const { timeZone } = catalog;
  const { recipe, sqlProblems } = await describeSql(warehouse, input.recipe, catalog.tables, {
    timeZone,
    upToStep: end,
    signal,
  });
  const { plan, errors } = planRecipe(recipe, catalog.tables, { upToStep: end, timeZone, sqlProblems });
  if (plan === null) throw recipeInvalid(errors);
  checkTablesExist(plan, catalog);
  const chosen = (input.columns ?? plan.columns.map(({ name }) => name)).map((reference) => {
    const column = findColumn(plan.columns, reference);
    if (column === undefined)
      throw new AppError('invalid_input', unknownColumn(plan.columns, reference).message);
    return column;
  });
  return readSafely(scope, async (usable) => {
    const reading = chooseReading(usable, { recipe, end, sort: undefined });
    const rows = reading.kept?.result.rows ?? catalog.rowCounts.get(reading.base?.table ?? '');
    const isSpread =
      reading.base !== null && syntax.keeping !== null && rows !== undefined && rows > PROFILE_SAMPLE_ROWS;
    const emitted = emitPlan(reading.plan, syntax, {
      schema: warehouse.schema,
      unordered: true,
      ...(!input.full && isSpread && syntax.keeping !== null
        ? { scanSample: syntax.keeping.sample((100 * PROFILE_SAMPLE_ROWS) / rows) }
        : {}),
    });
    const from =
      input.full || isSpread
        ? emitted.from
        : `(SELECT * FROM ${emitted.from} LIMIT ${PROFILE_SAMPLE_ROWS}) AS first_rows`;
    const profile = await profileColumns(
      warehouse,
      presentColumns(chosen),
      { withClause: emitted.withClause, from },
      input.top,
      { signal, timeoutMs: TIMEOUT_MS },
    );
    const sampled = !input.full && (isSpread || profile.rows >= PROFILE_SAMPLE_ROWS);
    return { columns: profile.columns, sampled, sample_rows: profile.rows };
  });
}
