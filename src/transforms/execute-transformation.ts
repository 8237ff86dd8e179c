import type { Recipe } from '#contracts/recipe';
import { AppError, toRunError } from '#platform/errors';
import type { OrganizationId, StepId, TransformationId } from '#platform/ids';
import {
  dropStagingTables,
  findPublishedRun,
  publishTable,
  recordTable,
  stagingPrefix,
  tableSize,
  type WarehouseServices,
} from '#warehouse';
import { checkCycle } from './check-cycle.ts';
import { describeSql } from './describe-sql.ts';
import { emitPlan } from './emit/emit-plan.ts';
import { syntaxes } from './emit/syntaxes.ts';
import { loadCatalog, presentColumns, transformTable } from './load-catalog.ts';
import { checkTablesExist } from './check-tables-exist.ts';
import { planRecipe } from './plan/plan-recipe.ts';
import { findTransformation } from './queries.ts';
import { recipeInvalid } from './recipe-invalid.ts';

/** People's own SQL can ask for more than it looks like. Milliseconds. */
const OWN_SQL_TIMEOUT_MS = 15 * 60_000;

export interface ExecuteInput {
  readonly organizationId: OrganizationId;
  readonly transformationId: TransformationId;
  /** Id of the run step: the row of transformation_runs, and the token under which the result is published. */
  readonly stepId: StepId;
  /** Recipe as it was when the run was asked for; the saved one when absent. */
  readonly recipe?: Recipe;
  readonly signal?: AbortSignal | undefined;
  /** Throws when another worker has taken the step over; asked inside the transaction of the swap. */
  readonly assertCurrent?: (() => Promise<void>) | undefined;
}

export interface ExecuteResult {
  /** Physical name of the table. */
  readonly table: string;
  readonly rowCount: number;
}

/**
 * Runs a transformation and puts its result in the place of its table, atomically and once: repeated with the same
 * `stepId` after a crash, it recognises that the table is already there.
 *
 * Keeps the row of transformation_runs with this id (which the caller has queued) up to date: running, then succeeded,
 * failed or cancelled.
 *
 * @throws AppError recipe_invalid, recipe_cycle, table_missing, query_cancelled, and what the warehouse says
 */
export async function executeTransformation(
  services: WarehouseServices,
  input: ExecuteInput,
): Promise<ExecuteResult> {
  try {
    return await execute(services, input);
  } catch (error) {
    // Another worker has it now: its record is that one's to write.
    if (error instanceof AppError && error.code === 'step_taken_over') throw error;
    const cancelled =
      input.signal?.aborted === true || (error instanceof AppError && error.code === 'query_cancelled');
    // Whoever took the step over writes its record now; the one who lost it has no say in how it ended.
    const lost = await input.assertCurrent?.().then(
      () => false,
      () => true,
    );
    if (lost === true) throw error;
    await services.database.withOrganization(input.organizationId, (trx) =>
      trx
        .updateTable('transformation_runs')
        .set({
          status: cancelled ? 'cancelled' : 'failed',
          error: JSON.stringify(toRunError(error)),
          finished_at: new Date(services.clock.now()),
        })
        .where('id', '=', input.stepId)
        .where('status', 'in', ['queued', 'running'])
        .execute(),
    );
    throw error;
  }
}

async function execute(services: WarehouseServices, input: ExecuteInput): Promise<ExecuteResult> {
  const { organizationId, stepId, signal } = input;
  const table = transformTable(input.transformationId);
  const warehouse = await services.warehouse.forOrganization(organizationId);
  const { dialect } = warehouse.capabilities;

  const { plan, sql, displayName } = await services.database.withOrganization(organizationId, async (trx) => {
    const row = await findTransformation(trx, input.transformationId);
    const catalog = await loadCatalog(trx, organizationId);
    const { timeZone } = catalog;
    const described = await describeSql(warehouse, input.recipe ?? row.recipe, catalog.tables, {
      timeZone,
      signal,
    });
    const { sqlProblems } = described;
    const planned = planRecipe(described.recipe, catalog.tables, { timeZone, sqlProblems });
    if (planned.plan === null) throw recipeInvalid(planned.errors);
    const nameOf = (name: string): string =>
      catalog.tables.find((each) => each.name === name)?.displayName ?? name;
    checkCycle(table, planned.plan.tables, catalog.reads, nameOf);
    checkTablesExist(planned.plan, catalog);
    const text = emitPlan(planned.plan, syntaxes[dialect.name], { schema: warehouse.schema }).sql;
    await trx
      .updateTable('transformation_runs')
      .set({ status: 'running', sql: text, started_at: new Date(services.clock.now()), error: null })
      .where('id', '=', stepId)
      .execute();
    return { plan: planned.plan, sql: text, displayName: row.output_table_name ?? row.name };
  });

  const hasOwnSql = plan.nodes.some(({ operation }) => operation.kind === 'sql');
  let rowCount = (await findPublishedRun(warehouse, stepId))?.rowCount;
  if (rowCount === undefined) {
    await dropStagingTables(warehouse, stepId);
    const staging = `${stagingPrefix(stepId)}_${services.newId<string>().slice(0, 8)}`;
    const made = await warehouse.transaction(
      (session) =>
        session.query(
          `CREATE TABLE ${dialect.quoteTable({ schema: warehouse.schema, name: staging })} AS\n${sql}`,
        ),
      { signal, timeoutMs: hasOwnSql ? OWN_SQL_TIMEOUT_MS : undefined },
    );
    const published = await publishTable(warehouse, {
      runToken: stepId,
      stagingTable: staging,
      targetTable: table,
      rowCount: made.affectedRows ?? 0,
      signal,
      assertCurrent: input.assertCurrent,
    });
    rowCount = published.rowCount;
  }

  const size = await tableSize(warehouse, table);
  const rows = rowCount;
  // A worker that was paused since the swap must not describe a table that others have written again.
  await input.assertCurrent?.();
  await services.database.withOrganization(organizationId, async (trx) => {
    await recordTable(trx, {
      organizationId,
      name: table,
      displayName,
      kind: 'transform',
      transformationId: input.transformationId,
      columns: presentColumns(plan.columns),
      rowCount: rows,
      sizeBytes: size,
      runToken: stepId,
    });
    await trx
      .updateTable('transformation_runs')
      .set({ status: 'succeeded', row_count: rows, finished_at: new Date(services.clock.now()) })
      .where('id', '=', stepId)
      .execute();
  });
  return { table, rowCount: rows };
}
