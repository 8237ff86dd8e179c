import { createHash } from 'node:crypto';
import type { Recipe, SortColumn } from '#contracts/recipe';
import type { OrganizationWarehouse } from '#warehouse';
import { emitPlan } from '../emit/emit-plan.ts';
import type { SqlSyntax } from '../emit/sql-syntax.ts';
import type { OrganizationCatalog } from '../load-catalog.ts';
import { findTable } from '../plan/catalog.ts';
import { planRecipe, type Plan } from '../plan/plan-recipe.ts';
import type { KeptResult, KeptResults, Wanted } from './kept-results.ts';
import { lastWideStep, sortsAfter } from './row-wise-steps.ts';

/** Results of fewer rows than this together are computed faster than they are kept. */
const SMALL_ROWS = 20_000;
/** Larger ones take longer to write down than a person looks at them. */
const LARGE_ROWS = 10_000_000;

/** A relation whose rows are read by their position in it. */
export interface PositionedBase {
  readonly table: string;
  /** Which content it has, as text. */
  readonly content: string;
  /** Hidden column of the plan with the position. */
  readonly position: string;
}

/** How the rows of a recipe are read: as one plan, on the tables or on a kept result of its first steps. */
export interface Reading {
  readonly plan: Plan;
  /** The kept result that the plan begins with, and its key; null when it begins with a table. */
  readonly kept: { readonly key: string; readonly result: KeptResult } | null;
  /** Where each row of the result is one row of, or null when it is not. */
  readonly base: PositionedBase | null;
  /** The order is that of the base. */
  readonly isInScanOrder: boolean;
}

export interface ReadingScope {
  readonly warehouse: OrganizationWarehouse;
  readonly syntax: SqlSyntax;
  readonly catalog: OrganizationCatalog;
  /** null: nothing is kept, or nothing that is kept may be used. */
  readonly kept: KeptResults | null;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export function contentKey(...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\n\n')).digest('base64');
}

function versionsOf(plan: Plan, catalog: OrganizationCatalog): Map<string, string> {
  return new Map(plan.tables.map((table) => [table, catalog.dataVersions.get(table) ?? '']));
}

function keyOf(scope: ReadingScope, sql: string, versions: ReadonlyMap<string, string>): string {
  // A question about today has another answer tomorrow; a result is kept for less than an hour.
  const hour = sql.includes('now()') ? new Date(scope.now).toISOString().slice(0, 13) : '';
  return contentKey(scope.warehouse.schema, hour, JSON.stringify([...versions]), sql);
}

/** The result of the steps up to `step`, to be kept; null when it is not worth it. */
export function wantedPrefix(
  scope: ReadingScope,
  recipe: Recipe,
  step: number,
  passingFor: string | null,
): Wanted | null {
  const { catalog } = scope;
  const { plan } = planRecipe(recipe, catalog.tables, {
    upToStep: step,
    timeZone: catalog.timeZone,
    totalOrder: true,
  });
  if (plan === null || plan.tables.some((table) => !catalog.dataVersions.has(table))) return null;
  const rows = plan.tables.reduce((sum, table) => sum + (catalog.rowCounts.get(table) ?? LARGE_ROWS / 10), 0);
  if (rows <= SMALL_ROWS || rows > LARGE_ROWS) return null;
  const sql = selectAll(scope, plan);
  const versions = versionsOf(plan, catalog);
  return {
    key: keyOf(scope, sql, versions),
    select: () => {
      const shorter = longestKept(scope, recipe, lastWideStep(recipe, step - 1));
      const onShorter =
        shorter === null
          ? null
          : planRecipe(recipe, catalog.tables, {
              upToStep: step,
              timeZone: catalog.timeZone,
              totalOrder: true,
              base: { step: shorter.step, table: shorter.result.table },
            }).plan;
      return onShorter === null ? sql : selectAll(scope, onShorter);
    },
    versions,
    positionsOf: null,
    passingFor,
  };
}

/** The hidden columns too: what follows may be put in order by them. */
function selectAll({ syntax, warehouse }: ReadingScope, plan: Plan): string {
  return emitPlan({ ...plan, hidden: [] }, syntax, { schema: warehouse.schema }).sql;
}

interface KeptStep {
  readonly step: number;
  readonly key: string;
  readonly result: KeptResult;
}

/** The kept result of the most steps up to `last`. */
function longestKept(scope: ReadingScope, recipe: Recipe, last: number): KeptStep | null {
  if (scope.kept === null) return null;
  for (let step = last; step > 0; step = lastWideStep(recipe, step - 1)) {
    const wanted = wantedPrefix(scope, recipe, step, null);
    const result = wanted === null ? null : scope.kept.ready(wanted.key);
    if (wanted !== null && result !== null) return { step, key: wanted.key, result };
  }
  return null;
}

interface ReadingQuestion {
  readonly recipe: Recipe;
  /** Index of the last step to apply. */
  readonly end: number;
  readonly sort: readonly SortColumn[] | undefined;
}

/** The cheapest way to the rows of a recipe without errors that is open now. */
export function chooseReading(scope: ReadingScope, { recipe, end, sort }: ReadingQuestion): Reading {
  const { catalog, syntax } = scope;
  const options = { upToStep: end, sort, timeZone: catalog.timeZone, totalOrder: true };
  const wide = lastWideStep(recipe, end);
  const isSorted = (sort ?? []).length > 0;
  const kept = longestKept(scope, recipe, wide);
  const onKept =
    kept === null
      ? null
      : planRecipe(recipe, catalog.tables, {
          ...options,
          base: { step: kept.step, table: kept.result.table },
        }).plan;
  if (kept !== null && onKept !== null) {
    const base = kept.step === wide ? baseOf(onKept, kept.result.table) : null;
    return {
      plan: onKept,
      kept,
      base,
      isInScanOrder: base !== null && !isSorted && !sortsAfter(recipe, kept.step, end),
    };
  }
  const [source] = recipe.steps;
  const table =
    source?.type === 'source' && wide === 0 ? findTable(catalog.tables, source.table).found : null;
  const { plan } = planRecipe(recipe, catalog.tables, options);
  if (plan === null) throw new Error('A recipe with errors cannot be read.');
  const version = table === null ? undefined : catalog.dataVersions.get(table.name);
  const base =
    table?.hasRowPosition === true && version !== undefined ? baseOf(plan, `${table.name}=${version}`) : null;
  return {
    plan,
    kept: null,
    base: syntax.keeping === null ? null : base,
    isInScanOrder: table?.hasRowPosition === true && !isSorted && !sortsAfter(recipe, 0, end),
  };
}

function baseOf(plan: Plan, content: string): PositionedBase | null {
  const scan = plan.nodes[0]?.operation;
  if (scan?.kind !== 'scan' || scan.rowPosition === null) return null;
  return { table: scan.table, content, position: scan.rowPosition };
}

/** Column of a kept order. */
export const POSITION_COLUMN = '_dalgo_position';

/** The positions of the base's rows in the order of the result, to be kept, so that any page of it is found at once. */
export function wantedOrder(scope: ReadingScope, reading: Reading, passingFor: string | null): Wanted | null {
  const { plan, base } = reading;
  const { catalog, syntax, warehouse } = scope;
  if (base === null || reading.isInScanOrder || syntax.keeping === null) return null;
  const rows = reading.kept?.result.rows ?? catalog.rowCounts.get(base.table) ?? 0;
  if (rows <= SMALL_ROWS || rows > LARGE_ROWS) return null;
  const quote = syntax.dialect.quoteIdentifier;
  const order = plan.order
    .map((key) => syntax.orderKey(quote(key.name), key.type, key.descending))
    .join(', ');
  const { withClause, from } = emitPlan(plan, syntax, { schema: warehouse.schema, unordered: true });
  const select = `${withClause}\nSELECT ${quote(base.position)} AS ${quote(POSITION_COLUMN)} FROM ${from} ORDER BY ${order}`;
  const versions = reading.kept === null ? versionsOf(plan, catalog) : new Map<string, string>();
  return {
    key: keyOf(scope, `${base.content}\n${select}`, versions),
    select: () => select,
    versions,
    positionsOf: base.table,
    passingFor,
  };
}

/** A plan that reads a relation as it stands, with nothing but the positions of its rows and the named columns. */
export function scanOf(table: string, position: string, columns: readonly string[]): Plan {
  return {
    nodes: [
      {
        index: 0,
        type: 'source',
        label: undefined,
        operation: {
          kind: 'scan',
          table,
          columns: columns.map((name) => ({ from: name, to: name, type: 'text' })),
          rowPosition: position,
        },
      },
    ],
    columns: [],
    hidden: [position],
    order: [],
    tables: [table],
  };
}

/** Whether a plan has every row of the relation that it begins with. */
export function keepsEveryRow(plan: Plan): boolean {
  return plan.nodes.every(
    ({ operation }) =>
      operation.kind === 'scan' ||
      operation.kind === 'extend' ||
      operation.kind === 'sort' ||
      (operation.kind === 'project' && !operation.distinct),
  );
}
