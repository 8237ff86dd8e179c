import type { Transformation, TransformationRun } from '#contracts/transformations';
import type { RowOf } from '#platform/database/tables';
import type { OrganizationCatalog } from './load-catalog.ts';
import { presentColumns, transformTable } from './load-catalog.ts';
import { planRecipe } from './plan/plan-recipe.ts';
import { recipeProblem } from './recipe-problem.ts';

export function presentRun(row: RowOf<'transformation_runs'>): TransformationRun {
  return {
    run_id: row.run_id,
    transformation_id: row.transformation_id,
    status: row.status,
    trigger: row.trigger,
    table: row.table_name,
    row_count: row.row_count,
    duration_ms:
      row.started_at === null || row.finished_at === null
        ? null
        : row.finished_at.getTime() - row.started_at.getTime(),
    sql: row.sql,
    version: row.version,
    started_at: row.started_at?.toISOString() ?? null,
    finished_at: row.finished_at?.toISOString() ?? null,
    error: row.error,
  };
}

/** A transformation as the API shows it. Its columns and errors are those against the tables of this moment. */
export function presentTransformation(
  row: RowOf<'transformations'>,
  catalog: OrganizationCatalog,
  lastRun: RowOf<'transformation_runs'> | undefined,
): Transformation {
  const { steps, errors } = planRecipe(row.recipe, catalog.tables, { timeZone: catalog.timeZone });
  const table = transformTable(row.id);
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    recipe: row.recipe,
    output_table_name: row.output_table_name,
    table_name: table,
    version: row.version,
    published_version: row.published_version ?? row.version,
    materialization: row.materialization,
    rebuild: row.rebuild,
    output_columns: presentColumns(steps.at(-1)?.columns ?? []),
    depends_on: row.depends_on,
    errors: [...errors],
    problem: recipeProblem(row.recipe, errors, catalog),
    row_count: catalog.rowCounts.get(table) ?? null,
    last_run_at: (lastRun?.finished_at ?? lastRun?.started_at)?.toISOString() ?? null,
    last_run: lastRun === undefined ? null : presentRun(lastRun),
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}
