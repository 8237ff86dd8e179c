import type { Impact } from '#contracts/lineage';
import type { Recipe } from '#contracts/recipe';
import type { Actor } from '#platform/actor';
import { sql } from 'kysely';
import type { Services } from '#platform/services';
import { loadCatalog, transformTable, type OrganizationCatalog } from '../load-catalog.ts';
import type { Catalog } from '../plan/catalog.ts';
import { planRecipe } from '../plan/plan-recipe.ts';
import { stepWords } from '../recipe-problem.ts';
import { findCatalogTable } from './get-lineage.ts';
import { traceColumns } from './trace-columns.ts';

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}

/** The first thing that a recipe can do now and cannot do without what is to go; none when it does not need it. */
function whatBreaks(
  recipe: Recipe,
  { tables, timeZone }: OrganizationCatalog,
  without: Catalog,
  gone: { readonly table: string; readonly column: string | undefined },
): string[] {
  const { plan, errors } = planRecipe(recipe, tables, { timeZone });
  if (plan === null || errors.length > 0) return [];
  const [first] = planRecipe(recipe, without, { timeZone }).errors;
  if (first !== undefined) return [`${stepWords(recipe, first.step)}: ${first.message}`];
  // The columns in a person's own SQL are the database's to look up; its text says which it names.
  const inOwnSql = traceColumns(plan)
    .uses.filter(({ origin }) => origin.table === gone.table && origin.column === gone.column)
    .flatMap(({ steps }) => steps)
    .find((step) => recipe.steps[step]?.type === 'sql');
  return inOwnSql === undefined ? [] : [`${stepWords(recipe, inOwnSql)}: it uses “${gone.column}”.`];
}

/**
 * What would break if a table, with those that belong to it, or one of its columns went away: each recipe that reads
 * it is planned once more without it. What only stands further down is named too.
 *
 * @throws AppError not_found
 */
export function getImpact(
  services: Pick<Services, 'database'>,
  actor: Actor,
  name: string,
  column?: string,
): Promise<Impact> {
  const { organizationId } = actor;
  return services.database.withOrganization(organizationId, async (trx) => {
    const catalog = await loadCatalog(trx, organizationId);
    findCatalogTable(catalog, name);
    const gone = (table: string) => table === name || (column === undefined && table.startsWith(`${name}__`));
    const without: Catalog =
      column === undefined
        ? catalog.tables.filter((table) => !gone(table.name))
        : catalog.tables.map((table) =>
            table.name === name
              ? { ...table, columns: table.columns.filter((each) => each.name !== column) }
              : table,
          );
    const rows = await trx
      .selectFrom('transformations')
      .select(['id', 'name', 'recipe', 'published_recipe', 'reads'])
      .where('organization_id', '=', organizationId)
      .orderBy('name')
      .execute();

    const transformations: Impact['transformations'] = [];
    const below = new Set<string>();
    for (const row of rows) {
      if (!row.reads.some(gone)) continue;
      // What runs comes first; a draft that would break is work that is lost as well.
      const reasons = [row.published_recipe, row.recipe].flatMap((recipe) =>
        recipe === null ? [] : whatBreaks(recipe, catalog, without, { table: name, column }),
      );
      if (column !== undefined && reasons.length === 0) continue;
      transformations.push({
        id: row.id,
        name: row.name,
        is_direct: true,
        breaks: reasons.length > 0,
        reason: reasons[0] ?? null,
      });
      below.add(transformTable(row.id));
    }
    for (let grew = true; grew;) {
      grew = false;
      for (const row of rows) {
        if (below.has(transformTable(row.id)) || !row.reads.some((table) => below.has(table))) continue;
        transformations.push({ id: row.id, name: row.name, is_direct: false, breaks: false, reason: null });
        below.add(transformTable(row.id));
        grew = true;
      }
    }

    const ids = [...transformations.map((each) => each.id), name.replace(/^(source|transform)_/, '')];
    const pipelines = await trx
      .selectFrom('pipelines')
      .select(['id', 'name'])
      .where('organization_id', '=', organizationId)
      .where(
        sql<boolean>`EXISTS (SELECT FROM pipeline_transformations p WHERE p.pipeline_id = pipelines.id AND p.transformation_id = ANY (${ids}::text[]))
          OR EXISTS (SELECT FROM pipeline_sources p WHERE p.pipeline_id = pipelines.id AND p.source_id = ANY (${ids}::text[]))`,
      )
      .orderBy('name')
      .execute();
    const tests = await trx
      .selectFrom('data_tests')
      .select('rule')
      .where('organization_id', '=', organizationId)
      .where('table_name', '<>', name)
      .where(sql<boolean>`rule ->> 'table' = ${name}`)
      .execute();
    const compared = tests.filter(
      ({ rule }) => column === undefined || (rule.kind === 'relation' && rule.table_column === column),
    ).length;
    const parts = [
      ...(transformations.length > 0 ? [count(transformations.length, 'transformation')] : []),
      ...(pipelines.length > 0 ? [count(pipelines.length, 'pipeline')] : []),
      ...(compared > 0 ? [count(compared, 'data test')] : []),
    ];
    const last = parts.pop();
    return {
      summary:
        last === undefined
          ? 'Nothing uses it.'
          : `Used by ${parts.length > 0 ? `${parts.join(', ')} and ${last}` : last}.`,
      transformations,
      pipelines,
      tests: compared,
    };
  });
}
