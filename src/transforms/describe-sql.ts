import type { Recipe, RecipeStep } from '#contracts/recipe';
import type { RecipeError } from '#contracts/transformations';
import { AppError } from '#platform/errors';
import type { Actor } from '#platform/actor';
import type { OrganizationWarehouse, WarehouseServices } from '#warehouse';
import { emitPlan } from './emit/emit-plan.ts';
import { syntaxes } from './emit/syntaxes.ts';
import { loadCatalog } from './load-catalog.ts';
import type { Catalog } from './plan/catalog.ts';
import { planRecipe } from './plan/plan-recipe.ts';
import { outputProblem, sqlOperation } from './plan/steps/sql.ts';

type SqlStep = Extract<RecipeStep, { type: 'sql' }>;
type Output = NonNullable<SqlStep['output']>;

export interface DescribedRecipe {
  /** The same recipe, its SQL steps with the columns that they give now. */
  readonly recipe: Recipe;
  /** What the database says against them, for PlanOptions.sqlProblems. */
  readonly sqlProblems: readonly RecipeError[];
}

type Description = { readonly output: Output } | { readonly message: string; readonly position?: number };

/** Descriptions that are remembered: each is as long as its SQL. */
const MAX_REMEMBERED = 500;
/** The database only plans; more means that it is busy. Milliseconds. */
const TIMEOUT_MS = 10_000;

/** By schema and SQL, which names every table and column that it reads. */
const remembered = new Map<string, Description>();

/** What PostgreSQL counts in characters, from 1. */
function positionOf(error: unknown, sql: string): number | undefined {
  const cause: unknown = error instanceof AppError ? error.cause : undefined;
  if (typeof cause !== 'object' || cause === null || !('position' in cause)) return undefined;
  const characters = Number(cause.position);
  return Number.isInteger(characters) && characters > 0
    ? Array.from(sql)
        .slice(0, characters - 1)
        .join('').length
    : undefined;
}

function messageOf(error: AppError): string {
  const cause: unknown = error.cause;
  const said = cause instanceof Error ? cause.message : error.message;
  return `The database said: ${said}.`;
}

async function describe(
  warehouse: OrganizationWarehouse,
  sql: string,
  query: string,
  signal: AbortSignal | undefined,
): Promise<Description> {
  const key = `${warehouse.schema}\n${sql}`;
  const before = remembered.get(key);
  if (before !== undefined) return before;
  let description: Description;
  try {
    const { columns } = await warehouse.read(sql, { signal, timeoutMs: TIMEOUT_MS });
    description = { output: columns.map(({ name, type }) => ({ name, type })) };
  } catch (error) {
    // Only what is about this SQL; a database that does not answer is another matter.
    if (!(error instanceof AppError) || !['warehouse_error', 'table_missing'].includes(error.code))
      throw error;
    const start = sql.indexOf(query);
    const at = positionOf(error, sql);
    const isInside = at !== undefined && at >= start && at <= start + query.length;
    return { message: messageOf(error), ...(isInside ? { position: at - start } : {}) };
  }
  remembered.set(key, description);
  for (const oldest of remembered.keys()) {
    if (remembered.size <= MAX_REMEMBERED) break;
    remembered.delete(oldest);
  }
  return description;
}

/**
 * Asks the database which columns the SQL steps of a recipe give, without running them, so that the steps after them
 * are typed. A recipe without such steps costs nothing.
 *
 * @throws AppError when the database does not answer
 */
export async function describeSql(
  warehouse: OrganizationWarehouse,
  recipe: Recipe,
  catalog: Catalog,
  options: {
    readonly timeZone: string;
    readonly upToStep?: number | undefined;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<DescribedRecipe> {
  const { timeZone, signal } = options;
  const syntax = syntaxes[warehouse.capabilities.dialect.name];
  const sqlProblems: RecipeError[] = [];
  const steps: RecipeStep[] = [...recipe.steps];
  const last = Math.min(steps.length - 1, options.upToStep ?? steps.length - 1);
  for (const [index, step] of recipe.steps.entries()) {
    if (step.type !== 'sql' || step.disabled === true || index === 0 || index > last) continue;
    const { output: _sent, ...unknown } = step;
    steps[index] = unknown;
    const { plan } = planRecipe({ steps: steps.slice(0, index) }, catalog, { timeZone });
    // What is before has errors of its own, and nothing after it can be told.
    if (plan === null) break;
    const { operation } = sqlOperation(step, plan.columns, catalog, null);
    if (operation === null) break;
    const missing = [...plan.tables, ...operation.tables.map((each) => each.table)].flatMap(
      (name) => catalog.find((table) => table.name === name)?.notYet ?? [],
    );
    if (missing[0] !== undefined) {
      sqlProblems.push({ step: index, field: 'query', message: missing[0], suggestion: null });
      break;
    }
    const node = { index, type: step.type, label: step.label, operation };
    const { sql } = emitPlan(
      { ...plan, nodes: [...plan.nodes, node], columns: [], hidden: [], order: [] },
      syntax,
      { schema: warehouse.schema },
    );
    const description = await describe(warehouse, `${sql}\nLIMIT 0`, operation.query, signal);
    const wrong = 'message' in description ? description.message : outputProblem(description.output);
    if ('message' in description || wrong !== null) {
      sqlProblems.push({
        step: index,
        field: 'query',
        message: wrong ?? '',
        suggestion: null,
        ...('position' in description ? { position: description.position } : {}),
      });
      break;
    }
    steps[index] = { ...unknown, output: description.output };
  }
  return { recipe: { steps }, sqlProblems };
}

/** A recipe to keep: its SQL steps with the columns that they give, so that whoever reads it later can type it. */
export async function withSqlColumns(
  services: WarehouseServices,
  actor: Actor,
  recipe: Recipe,
): Promise<Recipe> {
  if (recipe.steps.every((step) => step.type !== 'sql')) return recipe;
  const catalog = await services.database.withOrganization(actor.organizationId, (trx) =>
    loadCatalog(trx, actor.organizationId),
  );
  const warehouse = await services.warehouse.forOrganization(actor.organizationId);
  return (await describeSql(warehouse, recipe, catalog.tables, { timeZone: catalog.timeZone })).recipe;
}
