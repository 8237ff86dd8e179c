import { z } from 'zod';
import { recipe as recipeSchema, type Recipe, type SortColumn } from '#contracts/recipe';
import { gridFilter, type PreviewResult, type TableColumn } from '#contracts/warehouse';
import type { Actor } from '#platform/actor';
import { AppError } from '#platform/errors';
import type { WarehouseServices } from '#warehouse';
import { loadCatalog } from '../load-catalog.ts';
import { findTable, visibleColumns } from '../plan/catalog.ts';
import { previewWithCatalog } from './preview-recipe.ts';

const filters = z.array(gridFilter).max(100);

function wrong(path: string, message: string): AppError {
  return new AppError('invalid_input', message, { errors: [{ path, message }] });
}

function parseFilter(text: string | undefined): z.infer<typeof filters> {
  if (text === undefined || text === '') return [];
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new AppError('invalid_input', 'The filter is not JSON.', {
      cause,
      errors: [{ path: 'filter', message: 'Send a JSON array.' }],
    });
  }
  const parsed = filters.safeParse(json);
  if (!parsed.success) throw wrong('filter', z.prettifyError(parsed.error));
  return parsed.data;
}

/** `name,-age`; a column whose name has a comma of its own is found when it is the only one. */
function parseSort(text: string | undefined, columns: readonly Pick<TableColumn, 'name'>[]): SortColumn[] {
  if (text === undefined || text === '') return [];
  const names = new Set(columns.map((column) => column.name));
  const one = (part: string): SortColumn =>
    part.startsWith('-') && !names.has(part) ? { column: part.slice(1), descending: true } : { column: part };
  if (names.has(text) || names.has(text.replace(/^-/, ''))) return [one(text)];
  return text.split(',').filter(Boolean).map(one);
}

/** A page of a table: the preview of a recipe that only filters and sorts it. */
export async function previewTable(
  services: WarehouseServices,
  actor: Actor,
  name: string,
  query: { limit: number; offset: number; sort?: string | undefined; filter?: string | undefined },
  signal: AbortSignal,
): Promise<PreviewResult> {
  const catalog = await services.database.withOrganization(actor.organizationId, (trx) =>
    loadCatalog(trx, actor.organizationId),
  );
  const { found: table } = findTable(catalog.tables, name);
  if (table === null) throw new AppError('not_found', 'There is no table with this name.');
  const filterSteps = parseFilter(query.filter).map((filter) => ({ type: 'filter' as const, ...filter }));
  const recipe: Recipe = recipeSchema.parse({
    steps: [{ type: 'source', table: table.name }, ...filterSteps],
  });
  const { columns, rows, total_count, estimated_count, next_cursor } = await previewWithCatalog(
    services,
    actor,
    catalog,
    { recipe, limit: query.limit, offset: query.offset, sort: parseSort(query.sort, visibleColumns(table)) },
    signal,
  );
  return { columns, rows, total_count, estimated_count, next_cursor };
}
