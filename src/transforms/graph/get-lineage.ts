import type { EndpointResponse } from '#contracts/endpoint';
import type { ColumnLineage, ColumnRef, getLineage as contract } from '#contracts/lineage';
import type { Actor } from '#platform/actor';
import type { MetadataTransaction } from '#platform/database/database';
import { AppError } from '#platform/errors';
import type { OrganizationId } from '#platform/ids';
import type { Services } from '#platform/services';
import { loadCatalog, transformTable, type OrganizationCatalog } from '../load-catalog.ts';
import { visibleColumns, type CatalogTable } from '../plan/catalog.ts';
import { planRecipe } from '../plan/plan-recipe.ts';
import { stepWords } from '../recipe-problem.ts';
import { traceColumns, type ColumnOrigin, type PlanTrace } from './trace-columns.ts';

export type Lineage = EndpointResponse<typeof contract>;

/** More of a graph than anybody reads. */
const MAX_NODES = 300;

/** A table that exists or that a source or transformation will make. @throws AppError not_found */
export function findCatalogTable(catalog: OrganizationCatalog, name: string): CatalogTable {
  const table = catalog.tables.find((each) => each.name === name);
  if (table === undefined) throw new AppError('not_found', 'There is no table with this name.');
  return table;
}

/** Traces of recipes, each planned once. */
function tracer(catalog: OrganizationCatalog): (table: string) => PlanTrace | null {
  const known = new Map<string, PlanTrace | null>();
  return (table) => {
    const before = known.get(table);
    if (before !== undefined) return before;
    const recipe = catalog.recipes.get(table);
    const plan =
      recipe === undefined ? null : planRecipe(recipe, catalog.tables, { timeZone: catalog.timeZone }).plan;
    const trace = plan === null ? null : traceColumns(plan);
    known.set(table, trace);
    return trace;
  };
}

/** What a table and its columns are made from, and what uses them. @throws AppError not_found */
export function getLineage(
  services: Pick<Services, 'database'>,
  actor: Actor,
  name: string,
): Promise<Lineage> {
  return services.database.withOrganization(actor.organizationId, async (trx) => {
    const catalog = await loadCatalog(trx, actor.organizationId);
    const table = findCatalogTable(catalog, name);
    const transformations = await trx
      .selectFrom('transformations')
      .select(['id', 'name'])
      .where('organization_id', '=', actor.organizationId)
      .orderBy('name')
      .execute();
    const makers = new Map(transformations.map((each) => [transformTable(each.id), each]));
    return {
      ...(await tableGraph(trx, actor.organizationId, catalog, name, makers)),
      columns: columnLineages(catalog, table, makers),
    };
  });
}

function columnLineages(
  catalog: OrganizationCatalog,
  table: CatalogTable,
  makers: ReadonlyMap<string, { readonly id: string; readonly name: string }>,
): ColumnLineage[] {
  const traceOf = tracer(catalog);
  const byName = new Map(catalog.tables.map((each) => [each.name, each]));
  const present = ({ table: of, column }: ColumnOrigin): ColumnRef => {
    const known = byName.get(of);
    return {
      table: of,
      table_name: known?.displayName ?? of,
      column,
      column_name: known?.columns.find((each) => each.name === column)?.displayName ?? column,
    };
  };
  const origins = (of: ColumnOrigin, seen: Set<string>): ColumnOrigin[] => {
    const key = JSON.stringify(of);
    if (seen.has(key)) return [];
    seen.add(key);
    if (!catalog.recipes.has(of.table)) return [of];
    const made = traceOf(of.table)?.columns.find((each) => each.name === of.column);
    return made === undefined ? [] : made.from.flatMap((each) => origins(each, seen));
  };
  const own = traceOf(table.name);
  const readers = [...catalog.reads]
    .filter(([, reads]) => reads.includes(table.name))
    .map(([reader]) => reader);
  return visibleColumns(table).map(({ name, displayName, type }): ColumnLineage => {
    const made = own?.columns.find((each) => each.name === name);
    const isHere = (origin: ColumnOrigin) => origin.table === table.name && origin.column === name;
    return {
      name,
      display_name: displayName,
      type,
      how: catalog.recipes.has(table.name) ? (made?.how ?? 'calculated') : 'loaded',
      from: (made?.from ?? []).map(present),
      origins: catalog.recipes.has(table.name)
        ? origins({ table: table.name, column: name }, new Set()).map(present)
        : [],
      used_by: readers.flatMap((reader) => {
        const [trace, maker, recipe] = [traceOf(reader), makers.get(reader), catalog.recipes.get(reader)];
        if (trace === null || maker === undefined || recipe === undefined) return [];
        const outputs = trace.columns
          .filter((each) => each.from.some(isHere))
          .map((each) => each.displayName);
        const steps = trace.uses.filter((use) => isHere(use.origin)).flatMap((use) => use.steps);
        if (outputs.length === 0 && steps.length === 0) return [];
        return [
          {
            transformation_id: maker.id,
            transformation_name: maker.name,
            outputs,
            steps: steps.toSorted((a, b) => a - b).map((index) => stepWords(recipe, index)),
          },
        ];
      }),
    };
  });
}

/** Tables and what makes them, up to the sources and down to the pipelines, as nodes with their distance. */
async function tableGraph(
  trx: MetadataTransaction,
  organizationId: OrganizationId,
  catalog: OrganizationCatalog,
  name: string,
  makers: ReadonlyMap<string, { readonly id: string; readonly name: string }>,
): Promise<Pick<Lineage, 'nodes' | 'edges'>> {
  const sources = await trx
    .selectFrom('sources')
    .select(['id', 'name', 'warehouse_table_name'])
    .where('organization_id', '=', organizationId)
    .execute();
  const nodes = new Map<string, Lineage['nodes'][number]>();
  const edges = new Map<string, Lineage['edges'][number]>();
  const displayName = (table: string) =>
    catalog.tables.find((each) => each.name === table)?.displayName ?? table;
  const add = (node: Lineage['nodes'][number]): boolean => {
    if (nodes.has(node.id) || nodes.size >= MAX_NODES) return false;
    nodes.set(node.id, node);
    return true;
  };
  const connect = (from: string, to: string) => edges.set(`${from}>${to}`, { from, to });
  const tableId = (table: string) => `table:${table}`;
  const makerNode = (table: string, distance: number): string | null => {
    const maker = makers.get(table);
    if (maker !== undefined) {
      const id = `transformation:${maker.id}`;
      add({ id, kind: 'transformation', ref_id: maker.id, name: maker.name, distance });
      return id;
    }
    const source = sources.find(
      ({ warehouse_table_name: main }) => table === main || table.startsWith(`${main}__`),
    );
    if (source === undefined) return null;
    const id = `source:${source.id}`;
    add({ id, kind: 'source', ref_id: source.id, name: source.name, distance });
    return id;
  };
  const up = (table: string, distance: number): void => {
    const maker = makerNode(table, distance - 1);
    if (maker === null) return;
    connect(maker, tableId(table));
    for (const read of catalog.reads.get(table) ?? []) {
      const isNew = add({
        id: tableId(read),
        kind: 'table',
        ref_id: read,
        name: displayName(read),
        distance: distance - 2,
      });
      connect(tableId(read), maker);
      if (isNew) up(read, distance - 2);
    }
  };
  const down = (table: string, distance: number): void => {
    for (const [reader, reads] of catalog.reads) {
      if (!reads.includes(table)) continue;
      const maker = makerNode(reader, distance + 1);
      if (maker === null) continue;
      connect(tableId(table), maker);
      connect(maker, tableId(reader));
      const isNew = add({
        id: tableId(reader),
        kind: 'table',
        ref_id: reader,
        name: displayName(reader),
        distance: distance + 2,
      });
      if (isNew) down(reader, distance + 2);
    }
  };
  add({ id: tableId(name), kind: 'table', ref_id: name, name: displayName(name), distance: 0 });
  up(name, 0);
  down(name, 0);
  return {
    nodes: [...nodes.values()],
    edges: [...edges.values()].filter(({ from, to }) => nodes.has(from) && nodes.has(to)),
  };
}
