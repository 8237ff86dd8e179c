import type { MetadataTransaction } from '#platform/database/database';
import type { RowOf } from '#platform/database/tables';
import type { OrganizationId, TransformationId } from '#platform/ids';
import type { Recipe } from '#contracts/recipe';
import type { TableColumn } from '#contracts/warehouse';
import type { Catalog, CatalogTable } from './plan/catalog.ts';
import { planRecipe, referencedTables } from './plan/plan-recipe.ts';
import type { PlanColumn } from './plan/relation.ts';

export interface OrganizationCatalog {
  /** Everything that a recipe may name: tables that exist, and those that sources and transformations will make. */
  readonly tables: Catalog;
  /** IANA time zone of the organization. */
  readonly timeZone: string;
  /** Changes with the content of a table: which run wrote it, and when. By physical name. */
  readonly dataVersions: ReadonlyMap<string, string>;
  /** Rows of the tables that exist. By physical name. */
  readonly rowCounts: ReadonlyMap<string, number>;
  /** Physical names of the tables that each transformation reads as it runs, by the physical name of its own table. */
  readonly reads: ReadonlyMap<string, readonly string[]>;
  /** The same with what its draft reads as well. */
  readonly draftReads: ReadonlyMap<string, readonly string[]>;
  /** The recipe that runs (not its draft), by the physical name of the table that it makes. */
  readonly recipes: ReadonlyMap<string, Recipe>;
}

export function transformTable(id: TransformationId): string {
  return `transform_${id}`;
}

export function presentColumns(columns: readonly PlanColumn[]): TableColumn[] {
  return columns.map(({ name, displayName, type }) => ({ name, display_name: displayName, type }));
}

/** What recipes of the organization can read, as of this transaction. */
export async function loadCatalog(
  trx: MetadataTransaction,
  organizationId: OrganizationId,
): Promise<OrganizationCatalog> {
  const tables = await trx
    .selectFrom('warehouse_tables')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .execute();
  const sources = await trx
    .selectFrom('sources')
    .select(['name', 'warehouse_table_name'])
    .where('organization_id', '=', organizationId)
    .execute();
  const transformations = await trx
    .selectFrom('transformations')
    .select(['id', 'name', 'output_table_name', 'reads'])
    .select((column) => [
      column.fn.coalesce('published_recipe', 'recipe').as('recipe'),
      column.fn.coalesce('published_depends_on', 'depends_on').as('depends_on'),
    ])
    .where('organization_id', '=', organizationId)
    .execute();
  const organization = await trx
    .selectFrom('organizations')
    .select('timezone')
    .where('id', '=', organizationId)
    .executeTakeFirstOrThrow();

  const known: CatalogTable[] = tables.map((table) => ({
    name: table.name,
    displayName: table.display_name,
    hasRowPosition: table.kind !== 'view',
    columns: table.columns.map((column) => ({
      name: column.name,
      displayName: column.display_name,
      type: column.type,
    })),
  }));
  const names = new Set(known.map((table) => table.name));
  for (const source of sources) {
    if (names.has(source.warehouse_table_name)) continue;
    known.push({
      name: source.warehouse_table_name,
      displayName: source.name,
      columns: [],
      hasRowPosition: true,
      notYet: `“${source.name}” has not been loaded yet. Load it first.`,
    });
  }
  const reads = new Map(transformations.map((each) => [transformTable(each.id), each.depends_on]));
  const pending = transformations.filter((each) => !names.has(transformTable(each.id)));
  return {
    tables: [
      ...known,
      ...predictTables(
        known,
        pending.map((each) => ({
          name: transformTable(each.id),
          displayName: each.output_table_name ?? each.name,
          recipe: each.recipe,
        })),
      ),
    ],
    timeZone: organization.timezone,
    dataVersions: versionsOf(tables, reads),
    rowCounts: new Map(
      tables.flatMap((table) => (table.row_count === null ? [] : [[table.name, table.row_count]])),
    ),
    reads,
    draftReads: new Map(transformations.map((each) => [transformTable(each.id), each.reads])),
    recipes: new Map(transformations.map((each) => [transformTable(each.id), each.recipe])),
  };
}

/** A view has the rows of the tables that it reads, so its version is theirs with its own. */
function versionsOf(
  tables: readonly RowOf<'warehouse_tables'>[],
  reads: ReadonlyMap<string, readonly string[]>,
): ReadonlyMap<string, string> {
  const rows = new Map(tables.map((table) => [table.name, table]));
  const known = new Map<string, string>();
  const versionOf = (name: string): string => {
    const before = known.get(name);
    if (before !== undefined) return before;
    const row = rows.get(name);
    if (row === undefined) return '';
    const own = `${row.run_token ?? ''}@${row.updated_at.getTime()}`;
    known.set(name, own); // a circle, which saving refuses, must not be one here
    if (row.kind === 'view') known.set(name, [own, ...(reads.get(name) ?? []).map(versionOf)].join('+'));
    return known.get(name) ?? own;
  };
  return new Map(tables.map((table) => [table.name, versionOf(table.name)]));
}

interface PendingTable {
  readonly name: string;
  readonly displayName: string;
  readonly recipe: Recipe;
}

/** The tables that transformations will make once they run, with the columns that their recipes give. */
function predictTables(known: Catalog, pending: readonly PendingTable[]): CatalogTable[] {
  const unplanned = (table: PendingTable): CatalogTable => ({
    name: table.name,
    displayName: table.displayName,
    columns: [],
    hasRowPosition: true,
    notYet: `“${table.displayName}” has not been run yet. Run it first.`,
  });
  const predicted = new Map<string, CatalogTable>(pending.map((table) => [table.name, unplanned(table)]));
  let waiting = [...pending];
  // Those that read others of these come after them; what is left at the end reads itself or is broken.
  for (;;) {
    const catalog = [...known, ...predicted.values()];
    const ready = waiting.filter((table) =>
      referencedTables(table.recipe, catalog).every((name) => (predicted.get(name)?.columns.length ?? 1) > 0),
    );
    let progress = false;
    for (const table of ready) {
      const { plan } = planRecipe(table.recipe, catalog);
      if (plan === null) continue;
      predicted.set(table.name, { ...unplanned(table), columns: plan.columns });
      progress = true;
    }
    if (!progress) return [...predicted.values()];
    waiting = waiting.filter((table) => (predicted.get(table.name)?.columns.length ?? 0) === 0);
  }
}
