import type { Recipe } from '#contracts/recipe';
import type { RecipeError } from '#contracts/transformations';
import type { TableColumn } from '#contracts/warehouse';
import type { Actor } from '#platform/actor';
import type { Dialect, WarehouseServices } from '#warehouse';
import { describeSql } from './describe-sql.ts';
import { compileRecipe } from './compile-recipe.ts';
import { loadCatalog, presentColumns } from './load-catalog.ts';

export interface CompiledForOrganization {
  sql: string | null;
  columns: TableColumn[];
  steps: { index: number; columns: TableColumn[]; errors: RecipeError[] }[];
}

/** SQL of a recipe against the tables of an organization, and columns and errors of each step. Reads no data. */
export async function compileForOrganization(
  services: WarehouseServices,
  actor: Actor,
  input: { recipe: Recipe; dialect: Dialect['name'] },
  signal: AbortSignal,
): Promise<CompiledForOrganization> {
  const catalog = await services.database.withOrganization(actor.organizationId, (trx) =>
    loadCatalog(trx, actor.organizationId),
  );
  const { timeZone } = catalog;
  const warehouse = await services.warehouse.forOrganization(actor.organizationId);
  const described = await describeSql(warehouse, input.recipe, catalog.tables, { timeZone, signal });
  const compiled = compileRecipe({
    ...described,
    dialect: input.dialect,
    catalog: catalog.tables,
    timeZone,
    schema: warehouse.schema,
  });
  return {
    sql: compiled.sql,
    columns: presentColumns(compiled.columns),
    steps: compiled.steps.map(({ index, columns, errors }) => ({
      index,
      columns: presentColumns(columns),
      errors: [...errors],
    })),
  };
}
