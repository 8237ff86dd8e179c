import type { RecipeProblem } from '#contracts/transformations';
import type { MetadataTransaction } from '#platform/database/database';
import type { OrganizationId, TransformationId } from '#platform/ids';
import { loadCatalog, transformTable } from '../load-catalog.ts';
import { planRecipe } from '../plan/plan-recipe.ts';
import { recipeProblem } from '../recipe-problem.ts';

/**
 * The transformations that cannot run as things stand, for instance since a source lost a column: each recipe is
 * planned against the tables of this moment, so a change upstream is seen before anything runs. Reads no data.
 */
export async function findProblems(
  trx: MetadataTransaction,
  organizationId: OrganizationId,
): Promise<ReadonlyMap<string, RecipeProblem>> {
  const catalog = await loadCatalog(trx, organizationId);
  const rows = await trx
    .selectFrom('transformations')
    .select('id')
    // While there is a draft, the published one is what runs.
    .select((column) => column.fn.coalesce('published_recipe', 'recipe').as('recipe'))
    .where('organization_id', '=', organizationId)
    .execute();
  const problems = new Map<TransformationId, RecipeProblem>();
  for (const { id, recipe } of rows) {
    const { errors } = planRecipe(recipe, catalog.tables, { timeZone: catalog.timeZone });
    const problem = recipeProblem(recipe, errors, catalog);
    // What comes from a broken transformation that never ran has its own error there.
    if (problem !== null && catalog.recipes.has(transformTable(id))) problems.set(id, problem);
  }
  return problems;
}
