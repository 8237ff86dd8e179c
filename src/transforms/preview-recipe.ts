import type { Recipe, SortColumn } from '#contracts/recipe';
import type { RecipePreview } from '#contracts/transformations';
import type { Row } from '#contracts/warehouse';
import type { Actor } from '#platform/actor';
import type { OrganizationWarehouse, WarehouseServices } from '#warehouse';
import { checkTablesExist } from './check-tables-exist.ts';
import { countRows, countRowsSoon } from './count-rows.ts';
import { describeSql } from './describe-sql.ts';
import { emitPlan } from './emit/emit-plan.ts';
import { syntaxes } from './emit/syntaxes.ts';
import { loadCatalog, presentColumns, type OrganizationCatalog } from './load-catalog.ts';
import { planRecipe, type Plan, type PlannedRecipe } from './plan/plan-recipe.ts';
import { recipeInvalid } from './recipe-invalid.ts';
import { keepsScanOrder } from './scan-order.ts';

export interface PreviewInput {
  readonly recipe: Recipe;
  /** 0: no rows, but wait for the exact count. */
  readonly limit: number;
  readonly offset: number;
  readonly up_to_step?: number | undefined;
  readonly sort?: readonly SortColumn[] | undefined;
  readonly count_steps?: boolean | undefined;
}

/** A page is not held up longer for its count; the next page or a call with limit 0 has it. Milliseconds. */
const COUNT_PATIENCE_MS = 15;
/** A preview that takes longer is better run as a table. */
const PREVIEW_TIMEOUT_MS = 30_000;

/**
 * Rows of any step of a recipe, with the columns after each step. Nothing is saved. Pages fit together: while the
 * tables stay the same, a row is on exactly one of them (ADR "Order of a preview").
 *
 * @throws AppError recipe_invalid when a step up to the asked one has an error; table_missing; query_timeout
 */
export async function previewRecipe(
  services: WarehouseServices,
  actor: Actor,
  input: PreviewInput,
  signal: AbortSignal,
): Promise<RecipePreview> {
  const catalog = await services.database.withOrganization(actor.organizationId, (trx) =>
    loadCatalog(trx, actor.organizationId),
  );
  return previewWithCatalog(services, actor, catalog, input, signal);
}

export async function previewWithCatalog(
  services: WarehouseServices,
  actor: Actor,
  catalog: OrganizationCatalog,
  input: PreviewInput,
  signal: AbortSignal,
): Promise<RecipePreview> {
  const { sort, up_to_step: upToStep, limit, offset } = input;
  const warehouse = await services.warehouse.forOrganization(actor.organizationId);
  const { recipe, sqlProblems } = await describeSql(warehouse, input.recipe, catalog.tables, {
    timeZone: catalog.timeZone,
    upToStep,
    signal,
  });
  const inScanOrder = (sort ?? []).length === 0 && keepsScanOrder(recipe, catalog.tables, upToStep);
  const planned = planRecipe(recipe, catalog.tables, {
    upToStep,
    sort,
    timeZone: catalog.timeZone,
    totalOrder: !inScanOrder,
    sqlProblems,
  });
  if (planned.plan === null) throw recipeInvalid(planned.errors);
  checkTablesExist(planned.plan, catalog);
  const counted =
    planRecipe(recipe, catalog.tables, { upToStep, timeZone: catalog.timeZone }).plan ?? planned.plan;
  const { plan } = planned;
  const rows = limit === 0 ? [] : await readPage(warehouse, plan, { limit, offset, inScanOrder, signal });
  // After the page, so that counting a large table does not slow the page down.
  const total =
    rows.length > 0 && rows.length < limit
      ? offset + rows.length
      : limit === 0
        ? await countRows(warehouse, catalog, counted)
        : await countRowsSoon(warehouse, catalog, counted, COUNT_PATIENCE_MS);
  return {
    columns: presentColumns(plan.columns),
    rows: [...rows],
    total_count: total,
    next_cursor:
      rows.length === limit && limit > 0 && (total === null || offset + limit < total)
        ? String(offset + limit)
        : null,
    steps: await describeSteps(warehouse, catalog, recipe, planned, input.count_steps === true),
  };
}

interface PageOptions {
  readonly limit: number;
  readonly offset: number;
  readonly inScanOrder: boolean;
  readonly signal: AbortSignal;
}

async function readPage(
  warehouse: OrganizationWarehouse,
  plan: Plan,
  { limit, offset, inScanOrder, signal }: PageOptions,
): Promise<readonly Row[]> {
  const syntax = syntaxes[warehouse.capabilities.dialect.name];
  const { sql } = emitPlan(plan, syntax, { schema: warehouse.schema, unordered: inScanOrder });
  const page = `${sql}\nLIMIT ${Math.trunc(limit)} OFFSET ${Math.trunc(offset)}`;
  const options = { signal, timeoutMs: PREVIEW_TIMEOUT_MS };
  const prepare = syntax.inScanOrder;
  if (!inScanOrder || prepare === null) return (await warehouse.read(page, options)).rows;
  return warehouse.transaction(async (session) => {
    await session.query(prepare);
    return (await session.query(page)).rows;
  }, options);
}

/** Columns after each step and, when asked, its rows: what a dialog shows as before → after. */
async function describeSteps(
  warehouse: OrganizationWarehouse,
  catalog: OrganizationCatalog,
  recipe: Recipe,
  planned: PlannedRecipe,
  withCounts: boolean,
): Promise<RecipePreview['steps']> {
  const steps: RecipePreview['steps'] = [];
  for (const { index, columns, errors } of planned.steps) {
    const step = { index, columns: presentColumns(columns), errors: [...errors] };
    if (!withCounts) {
      steps.push(step);
      continue;
    }
    const { plan } = planRecipe(recipe, catalog.tables, { upToStep: index, timeZone: catalog.timeZone });
    steps.push({ ...step, row_count: plan === null ? null : await countRows(warehouse, catalog, plan) });
  }
  return steps;
}
