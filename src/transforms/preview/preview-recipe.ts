import type { Recipe, SortColumn } from '#contracts/recipe';
import type { RecipePreview } from '#contracts/transformations';
import type { Actor } from '#platform/actor';
import { AppError } from '#platform/errors';
import type { WarehouseServices } from '#warehouse';
import { checkTablesExist } from '../check-tables-exist.ts';
import { describeSql } from '../describe-sql.ts';
import { syntaxes } from '../emit/syntaxes.ts';
import { loadCatalog, presentColumns, type OrganizationCatalog } from '../load-catalog.ts';
import { planRecipe, type PlannedRecipe } from '../plan/plan-recipe.ts';
import { recipeInvalid } from '../recipe-invalid.ts';
import {
  chooseReading,
  wantedOrder,
  wantedPrefix,
  type Reading,
  type ReadingScope,
} from './choose-reading.ts';
import { countRows, countRowsSoon, uncountedSql, type CountedTables } from './count-rows.ts';
import { keptResultsOf } from './open-kept-results.ts';
import { readPage, RelationChanged, type ReadPage } from './read-page.ts';
import { lastWideStep } from './row-wise-steps.ts';

export interface PreviewInput {
  readonly recipe: Recipe;
  /** 0: no rows, but wait for the exact count. */
  readonly limit: number;
  readonly offset: number;
  readonly up_to_step?: number | undefined;
  readonly sort?: readonly SortColumn[] | undefined;
  readonly count_steps?: boolean | undefined;
}

/**
 * Rows of any step of a recipe, with the columns after each step. Nothing is saved. Pages fit together: while the
 * tables stay the same, a row is on exactly one of them (ADR "Order of a preview"). Steps before the last are not
 * computed again for each question (ADR "Previews keep results").
 *
 * @throws AppError recipe_invalid when a step up to the asked one has an error; invalid_input for a sort that cannot be;
 * table_missing; query_timeout
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
  const { sort, limit, offset } = input;
  // Programs with an API key share one: they do not look at screens.
  const person = actor.userId ?? 'program';
  const end = Math.min(input.up_to_step ?? input.recipe.steps.length, input.recipe.steps.length - 1);
  const scope = await readingScope(services, actor, catalog);
  const { timeZone } = catalog;
  const { recipe, sqlProblems } = await describeSql(scope.warehouse, input.recipe, catalog.tables, {
    timeZone,
    upToStep: end,
    signal,
  });
  const planned = planRecipe(recipe, catalog.tables, { upToStep: end, sort, timeZone, sqlProblems });
  if (planned.errors.length > 0) throw recipeInvalid(planned.errors);
  const [badSort] = planned.sortErrors;
  if (badSort !== undefined) throw wrongSort(badSort.message);
  if (planned.plan === null) throw recipeInvalid([]);
  checkTablesExist(planned.plan, catalog);
  const question = { recipe, end, sort };
  const read = await readSafely(scope, (usable) => {
    const reading = chooseReading(usable, question);
    return limit === 0
      ? Promise.resolve({ reading, page: { rows: [], total: null } })
      : readPage(usable, reading, { limit, offset, signal }).then((page) => ({ reading, page }));
  });
  const { page, reading } = read;
  // After the page, so that counting a large table does not slow the page down.
  const total = await totalOf(scope, reading, planned, page, { ...input, person }, signal);
  if (limit > 0) proposeResults(scope, reading, question, person);
  return {
    columns: presentColumns(planned.plan.columns),
    rows: [...page.rows],
    total_count: total,
    ...(total === null && offset === 0
      ? { estimated_count: await estimate(scope, reading, page.rows.length, signal) }
      : {}),
    next_cursor:
      page.rows.length === limit && limit > 0 && (total === null || offset + limit < total)
        ? String(offset + limit)
        : null,
    steps: await describeSteps(scope, recipe, planned, input.count_steps === true, signal),
  };
}

function wrongSort(message: string): AppError {
  const text = message.replace(' at this step.', ' to sort by.');
  return new AppError('invalid_input', text, { errors: [{ path: 'sort', message: text }] });
}

/** What a reading of the organization's tables needs, without what is out of date. */
export async function readingScope(
  services: WarehouseServices,
  actor: Actor,
  catalog: OrganizationCatalog,
): Promise<ReadingScope> {
  const warehouse = await services.warehouse.forOrganization(actor.organizationId);
  const kept = keptResultsOf(services, warehouse);
  await kept?.dropOutdated(catalog.dataVersions);
  return {
    warehouse,
    syntax: syntaxes[warehouse.capabilities.dialect.name],
    catalog,
    kept,
    now: services.clock.now(),
  };
}

/**
 * Reads with what is kept, and once more without when that was dropped in the meantime: by another request, by new data
 * or by a crash of the server.
 */
export async function readSafely<T>(
  scope: ReadingScope,
  read: (scope: ReadingScope) => Promise<T>,
): Promise<T> {
  try {
    return await read(scope);
  } catch (error) {
    const isLost =
      error instanceof RelationChanged ||
      (error instanceof Error && error.cause instanceof RelationChanged) ||
      (error instanceof AppError && error.code === 'table_missing');
    if (!isLost) throw error;
    return read({ ...scope, kept: null });
  }
}

/** The tables as a count sees them: a kept result is one of them. */
function countedTables(scope: ReadingScope, reading: Reading): CountedTables {
  const { catalog } = scope;
  if (reading.kept === null) return catalog;
  const { table, rows } = reading.kept.result;
  return {
    rowCounts: new Map([...catalog.rowCounts, [table, rows]]),
    dataVersions: new Map([...catalog.dataVersions, [table, 'kept']]),
  };
}

async function totalOf(
  scope: ReadingScope,
  reading: Reading,
  planned: PlannedRecipe,
  page: ReadPage,
  { limit, offset, person }: { limit: number; offset: number; person: string },
  signal: AbortSignal,
): Promise<number | null> {
  if (page.total !== null) return page.total;
  if (page.rows.length > 0 && page.rows.length < limit) return offset + page.rows.length;
  const { warehouse } = scope;
  // On the tables, the plan that does not carry the positions of rows along.
  const plan = reading.kept === null ? (planned.plan ?? reading.plan) : reading.plan;
  const tables = countedTables(scope, reading);
  return limit === 0
    ? countRows(warehouse, tables, plan, signal)
    : countRowsSoon(warehouse, tables, plan, person);
}

async function estimate(
  scope: ReadingScope,
  reading: Reading,
  atLeast: number,
  signal: AbortSignal,
): Promise<number | null> {
  const { with: withClause, from } = uncountedSql(scope.warehouse, reading.plan);
  const rows = await scope.warehouse.estimateRows(`${withClause}\nSELECT * FROM ${from}`, { signal });
  return rows === null ? null : Math.max(Math.round(rows), atLeast);
}

/**
 * What a person is likely to need next: the result before the last step, while they change that step; the result with
 * it, when they go on from there; the order that they scroll through.
 */
function proposeResults(
  scope: ReadingScope,
  reading: Reading,
  { recipe, end }: { recipe: Recipe; end: number },
  person: string,
): void {
  const before = lastWideStep(recipe, end - 1);
  const whole = lastWideStep(recipe, end);
  const wanted = [
    before > 0 ? wantedPrefix(scope, recipe, before, null) : null,
    whole > before ? wantedPrefix(scope, recipe, whole, person) : null,
    wantedOrder(scope, reading, person),
  ];
  scope.kept?.propose(
    person,
    wanted.filter((each) => each !== null),
  );
}

/** Columns after each step and, when asked, its rows: what a dialog shows as before → after. */
async function describeSteps(
  scope: ReadingScope,
  recipe: Recipe,
  planned: PlannedRecipe,
  withCounts: boolean,
  signal: AbortSignal,
): Promise<RecipePreview['steps']> {
  const { catalog, warehouse } = scope;
  const steps: RecipePreview['steps'] = [];
  for (const { index, columns, errors } of planned.steps) {
    const step = { index, columns: presentColumns(columns), errors: [...errors] };
    if (!withCounts) {
      steps.push(step);
      continue;
    }
    const counted = await readSafely(scope, (usable) => {
      const reading = chooseReading(usable, { recipe, end: index, sort: undefined });
      const { plan } = planRecipe(recipe, catalog.tables, { upToStep: index, timeZone: catalog.timeZone });
      return countRows(
        warehouse,
        countedTables(usable, reading),
        reading.kept === null ? (plan ?? reading.plan) : reading.plan,
        signal,
      );
    });
    steps.push({ ...step, row_count: counted });
  }
  return steps;
}
