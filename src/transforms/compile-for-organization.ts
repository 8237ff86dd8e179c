import type { Recipe } from '#contracts/recipe';
import type { RecipeError } from '#contracts/transformations';
import type { TableColumn } from '#contracts/warehouse';
import type { Actor } from '#platform/actor';
import type { Services } from '#platform/services';
import type { Dialect } from '#warehouse';
import { compileRecipe } from './compile-recipe.ts';
import { loadCatalog, presentColumns } from './load-catalog.ts';

export interface CompiledForOrganization {
  sql: string | null;
  columns: TableColumn[];
  steps: { index: number; columns: TableColumn[]; errors: RecipeError[] }[];
}

/** SQL of a recipe against the tables of an organization, and columns and errors of each step. Reads no data. */
export async function compileForOrganization(
  services: Services,
  actor: Actor,
  input: { recipe: Recipe; dialect: Dialect['name'] },
): Promise<CompiledForOrganization> {
  const catalog = await services.database.withOrganization(actor.organizationId, (trx) =>
    loadCatalog(trx, actor.organizationId),
  );
  const compiled = compileRecipe({
    ...input,
    catalog: catalog.tables,
    timeZone: catalog.timeZone,
    schema: `org_${actor.organizationId}`,
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
