import { AppError } from '#platform/errors';
import type { OrganizationCatalog } from './load-catalog.ts';
import type { Plan } from './plan/plan-recipe.ts';

/**
 * A plan may stand on tables that transformations have yet to make; reading them has to wait.
 *
 * @throws AppError table_missing
 */
export function checkTablesExist(plan: Plan, catalog: OrganizationCatalog): void {
  for (const name of plan.tables) {
    const table = catalog.tables.find((each) => each.name === name);
    if (table?.notYet !== undefined)
      throw new AppError('table_missing', table.notYet, { hint: 'Run it, or a pipeline that makes it.' });
  }
}
