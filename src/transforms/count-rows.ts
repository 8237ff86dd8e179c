import { setTimeout as sleep } from 'node:timers/promises';
import type { OrganizationWarehouse } from '#warehouse';
import { emitPlan } from './emit/emit-plan.ts';
import { syntaxes } from './emit/syntaxes.ts';
import type { OrganizationCatalog } from './load-catalog.ts';
import type { Plan } from './plan/plan-recipe.ts';

/** Counts that are remembered: some 200 bytes each. */
const MAX_REMEMBERED = 5000;
/** A count that nobody waits for any more ends after this. */
const TIMEOUT_MS = 60_000;

/** Exact counts by what was counted and which content the tables had; a new load makes a new key. */
const remembered = new Map<string, Promise<number>>();

function keyOf(
  sql: string,
  plan: Plan,
  warehouse: OrganizationWarehouse,
  catalog: OrganizationCatalog,
): string {
  const versions = plan.tables.map((table) => `${table}=${catalog.dataVersions.get(table) ?? ''}`).join(' ');
  return `${warehouse.schema}\n${versions}\n${sql}`;
}

/** The number of rows, when it is known without asking: a chain that neither drops nor adds rows has its table's. */
function knownCount(plan: Plan, catalog: OrganizationCatalog): number | undefined {
  const keepsRows = plan.nodes.every(
    ({ operation }) =>
      operation.kind === 'scan' ||
      operation.kind === 'extend' ||
      operation.kind === 'sort' ||
      (operation.kind === 'project' && !operation.distinct),
  );
  const [table] = plan.tables;
  return keepsRows && table !== undefined ? catalog.rowCounts.get(table) : undefined;
}

/** Counts of large tables that run at this moment, by schema. */
const counting = new Map<string, number>();
/** A table up to here is counted in milliseconds, so there is nothing to spare. */
const SMALL_ROWS = 100_000;

function isSmall(plan: Plan, catalog: OrganizationCatalog): boolean {
  return plan.tables.every((table) => (catalog.rowCounts.get(table) ?? 0) <= SMALL_ROWS);
}

/**
 * The exact number of rows of a plan. Asked twice for the same data it is counted once, also while the first count is
 * still running.
 */
export async function countRows(
  warehouse: OrganizationWarehouse,
  catalog: OrganizationCatalog,
  plan: Plan,
): Promise<number> {
  const known = knownCount(plan, catalog);
  if (known !== undefined) return known;
  const syntax = syntaxes[warehouse.capabilities.dialect.name];
  const { withClause, from } = emitPlan(plan, syntax, { schema: warehouse.schema, unordered: true });
  const sql = `${withClause}\nSELECT count(*) AS total FROM ${from}`;
  const key = keyOf(sql, plan, warehouse, catalog);
  const before = remembered.get(key);
  if (before !== undefined) return before;
  const result = warehouse
    .read(sql, { timeoutMs: TIMEOUT_MS })
    .then(({ rows }) => Number(rows[0]?.['total'] ?? 0));
  remembered.set(key, result);
  result.catch(() => remembered.delete(key));
  for (const oldest of remembered.keys()) {
    if (remembered.size <= MAX_REMEMBERED) break;
    remembered.delete(oldest);
  }
  return result;
}

/**
 * The number of rows when it can be told soon, else null. A count that takes longer goes on for the next time that it
 * is asked for; a large one is not begun while another of the organization runs, since somebody who types a filter
 * makes a new question with every letter.
 *
 * @param patienceMs how long to wait for a large count; a small one is waited for up to two seconds.
 */
export async function countRowsSoon(
  warehouse: OrganizationWarehouse,
  catalog: OrganizationCatalog,
  plan: Plan,
  patienceMs: number,
): Promise<number | null> {
  const known = knownCount(plan, catalog);
  if (known !== undefined) return known;
  const small = isSmall(plan, catalog);
  const { schema } = warehouse;
  const running = counting.get(schema) ?? 0;
  if (!small && running > 0) return null;
  const result = countRows(warehouse, catalog, plan);
  if (!small) {
    counting.set(schema, running + 1);
    const ended = (): void => {
      counting.set(schema, (counting.get(schema) ?? 1) - 1);
    };
    result.then(ended, ended);
  }
  // It may fail after nobody waits for it; who asks for it again hears of it.
  const settled = result.catch(() => null);
  const patience = new AbortController();
  const late = sleep(small ? 2000 : patienceMs, null, { signal: patience.signal }).catch(() => null);
  try {
    return await Promise.race([settled, late]);
  } finally {
    patience.abort();
  }
}
