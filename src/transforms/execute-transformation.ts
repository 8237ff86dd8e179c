import type { Materialization } from '#contracts/materialization';
import type { Recipe } from '#contracts/recipe';
import type { AssertCurrent } from '#platform/database/assert-current';
import { AppError, toRunError } from '#platform/errors';
import type { OrganizationId, StepId, TransformationId } from '#platform/ids';
import {
  dropRelation,
  dropStagingTables,
  findPublishedRun,
  publishTable,
  recordTable,
  stagingPrefix,
  tableSize,
  type OrganizationWarehouse,
  type Publication,
  type WarehouseServices,
} from '#warehouse';
import { checkCycle } from './check-cycle.ts';
import { examineTable, hasTests, requirePassed } from './data-tests/examine-table.ts';
import { describeSql } from './describe-sql.ts';
import { emitPlan } from './emit/emit-plan.ts';
import { syntaxes } from './emit/syntaxes.ts';
import { loadCatalog, presentColumns, transformTable } from './load-catalog.ts';
import { checkTablesExist } from './check-tables-exist.ts';
import {
  growthColumns,
  grownTableSql,
  growTable,
  newRowsSql,
  planGrowth,
  requireKeys,
  type Growth,
} from './materialize/grow-table.ts';
import { joinKeysOf } from './materialize/join-keys.ts';
import { planRecipe, type Plan } from './plan/plan-recipe.ts';
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
  readonly assertCurrent?: AssertCurrent | undefined;
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
 * @throws AppError recipe_invalid, recipe_cycle, table_missing, data_test_failed (what was there stays),
 *   table_columns_changed, query_cancelled, and what the warehouse says
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
    await services.database.withOrganization(input.organizationId, async (trx) => {
      // Whoever took the step over writes its record now; the one who lost it has no say in how it ended.
      const isLost = await input.assertCurrent?.(trx).then(
        () => false,
        () => true,
      );
      if (isLost === true) return;
      await trx
        .updateTable('transformation_runs')
        .set({
          status: cancelled ? 'cancelled' : 'failed',
          error: JSON.stringify(toRunError(error)),
          finished_at: new Date(services.clock.now()),
        })
        .where('id', '=', input.stepId)
        .where('status', 'in', ['queued', 'running'])
        .execute();
    });
    throw error;
  }
}

/** What a run is about to make, and how. */
interface Work {
  readonly table: string;
  readonly displayName: string;
  readonly plan: Plan;
  readonly sql: string;
  readonly runId: string;
  readonly materialization: Materialization;
  /** How a table that is there grows; null when all of it is made. */
  readonly growth: Growth | null;
  /** Columns to find rows by quickly. */
  readonly indexes: readonly (readonly string[])[];
  readonly hasTests: boolean;
}

async function planWork(
  services: WarehouseServices,
  warehouse: OrganizationWarehouse,
  input: ExecuteInput,
): Promise<Work> {
  const { organizationId, stepId, signal } = input;
  const table = transformTable(input.transformationId);
  const { dialect } = warehouse.capabilities;
  const { before, rebuild, ...work } = await services.database.withOrganization(
    organizationId,
    async (trx) => {
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
      await input.assertCurrent?.(trx);
      const run = await trx
        .updateTable('transformation_runs')
        .set({ status: 'running', sql: text, started_at: new Date(services.clock.now()), error: null })
        .where('id', '=', stepId)
        .returning('run_id')
        .executeTakeFirst();
      const known = await trx
        .selectFrom('warehouse_tables')
        .select(['kind', 'columns'])
        .where('name', '=', table)
        .executeTakeFirst();
      return {
        plan: planned.plan,
        sql: text,
        runId: run?.run_id ?? '',
        displayName: row.output_table_name ?? row.name,
        materialization: row.materialization,
        rebuild: row.rebuild,
        before: known?.kind === 'transform' ? known.columns : null,
        hasTests: await hasTests(trx, table),
        indexes: joinKeysOf(table, planned.plan.columns, catalog.recipes.values(), catalog.tables),
      };
    },
  );
  const { materialization } = work;
  if (materialization.kind !== 'incremental') return { ...work, table, growth: null };
  const { key } = growthColumns(materialization, work.plan.columns);
  return {
    ...work,
    table,
    growth: rebuild ? null : await planGrowth(warehouse, table, materialization, work.plan.columns, before),
    indexes: key.length === 0 ? work.indexes : [key, ...work.indexes],
  };
}

/** Rows that the planner looks at: enough to know a table by, and no more time than a hundredth of making it. */
const STATISTICS_TARGET = 20;

/** Makes the relation that nobody reads yet. @returns rows that it has */
async function stage(
  warehouse: OrganizationWarehouse,
  work: Work,
  staging: string,
  signal: AbortSignal | undefined,
): Promise<number> {
  const { dialect } = warehouse.capabilities;
  const target = dialect.quoteTable({ schema: warehouse.schema, name: staging });
  const hasOwnSql = work.plan.nodes.some(({ operation }) => operation.kind === 'sql');
  const timeoutMs = hasOwnSql ? OWN_SQL_TIMEOUT_MS : undefined;
  if (work.materialization.kind === 'view') {
    await warehouse.transaction((session) => session.query(`CREATE VIEW ${target} AS\n${work.sql}`), {
      signal,
    });
    // Reads it once: a view that fails is not published.
    const { rows } = await warehouse.read(`SELECT count(*) AS n FROM ${target}`, { signal, timeoutMs });
    return Number(rows[0]?.['n'] ?? 0);
  }
  const sql = work.growth === null ? work.sql : newRowsSql(warehouse, work.table, work.sql, work.growth);
  const made = await warehouse.transaction(
    async (session) => {
      const result = await session.query(`CREATE TABLE ${target} AS\n${sql}`);
      if (work.growth !== null) return result;
      for (const columns of work.indexes) {
        await session.query(`CREATE INDEX ON ${target} (${columns.map(dialect.quoteIdentifier).join(', ')})`);
      }
      await session.query(`SET LOCAL default_statistics_target = ${STATISTICS_TARGET}`);
      await session.query(`ANALYZE ${target}`);
      return result;
    },
    { signal, timeoutMs },
  );
  return made.affectedRows ?? 0;
}

/** Asks the table's tests of what is staged. @throws AppError data_test_failed */
async function examine(
  services: WarehouseServices,
  warehouse: OrganizationWarehouse,
  work: Work,
  staging: string,
  input: ExecuteInput,
): Promise<void> {
  if (!work.hasTests) return;
  const { dialect } = warehouse.capabilities;
  const whole = work.growth === null ? staging : `${staging}_whole`;
  if (work.growth !== null) {
    const sql = grownTableSql(warehouse, work.table, staging, work.plan.columns, work.growth);
    await warehouse.transaction((session) =>
      session.query(`CREATE VIEW ${dialect.quoteTable({ schema: warehouse.schema, name: whole })} AS ${sql}`),
    );
  }
  const results = await examineTable(services, {
    organizationId: input.organizationId,
    publishedAs: work.table,
    table: {
      name: whole,
      displayName: work.displayName,
      columns: work.plan.columns,
      hasRowPosition: false,
    },
    runId: work.runId === '' ? null : work.runId,
    stepId: input.stepId,
    signal: input.signal,
  });
  if (whole !== staging) await warehouse.transaction((session) => dropRelation(warehouse, session, whole));
  requirePassed(results, work.displayName);
}

async function execute(services: WarehouseServices, input: ExecuteInput): Promise<ExecuteResult> {
  const { organizationId, stepId, signal, assertCurrent } = input;
  const warehouse = await services.warehouse.forOrganization(organizationId);
  const work = await planWork(services, warehouse, input);
  const { table } = work;

  const earlier = await findPublishedRun(warehouse, stepId);
  let published: Pick<Publication, 'rowCount' | 'lostViews'> = {
    rowCount: earlier?.rowCount ?? 0,
    lostViews: [],
  };
  if (earlier === null) {
    // Only the current try clears away: one that was paused would take the table of the one that took over.
    await assertCurrent?.();
    await dropStagingTables(warehouse, stepId);
    const staging = `${stagingPrefix(stepId)}_${services.newId<string>().slice(0, 8)}`;
    try {
      const rowCount = await stage(warehouse, work, staging, signal);
      if (work.materialization.kind === 'incremental') {
        await requireKeys(warehouse, staging, growthColumns(work.materialization, work.plan.columns).key);
      }
      await examine(services, warehouse, work, staging, input);
      published =
        work.growth === null
          ? await publishTable(warehouse, {
              runToken: stepId,
              stagingTable: staging,
              targetTable: table,
              rowCount,
              signal,
              assertCurrent,
            })
          : await growTable(warehouse, {
              runToken: stepId,
              table,
              staging,
              columns: work.plan.columns,
              growth: work.growth,
              signal,
              assertCurrent,
            });
    } catch (error) {
      // A leftover is dropped by the next attempt at the latest; the first error is the one to tell about.
      await (assertCurrent?.() ?? Promise.resolve())
        .then(() => dropStagingTables(warehouse, stepId))
        .catch(() => undefined);
      throw error;
    }
  }

  const isView = work.materialization.kind === 'view';
  const size = isView ? null : await tableSize(warehouse, table);
  await services.database.withOrganization(organizationId, async (trx) => {
    // A worker that was paused since the swap must not describe a table that others have written again.
    await assertCurrent?.(trx);
    await recordTable(trx, {
      organizationId,
      name: table,
      displayName: work.displayName,
      kind: isView ? 'view' : 'transform',
      transformationId: input.transformationId,
      columns: [...presentColumns(work.plan.columns), ...(work.growth?.kept ?? [])],
      rowCount: isView ? null : published.rowCount,
      sizeBytes: size,
      runToken: stepId,
      lostViews: published.lostViews,
    });
    await trx
      .updateTable('transformation_runs')
      .set({
        status: 'succeeded',
        row_count: published.rowCount,
        finished_at: new Date(services.clock.now()),
      })
      .where('id', '=', stepId)
      .execute();
    if (work.growth === null) {
      await trx
        .updateTable('transformations')
        .set({ rebuild: false })
        .where('id', '=', input.transformationId)
        .where('rebuild', '=', true)
        .execute();
    }
  });
  return { table, rowCount: published.rowCount };
}
