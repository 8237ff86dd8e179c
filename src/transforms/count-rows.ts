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

/**
 * The exact number of rows of a plan. Asked twice for the same data it is counted once, also while the first count is
 * still running; it goes on when nobody waits, for the next page.
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
  const running = remembered.get(key);
  if (running !== undefined) return running;
  const counting = warehouse
    .read(sql, { timeoutMs: TIMEOUT_MS })
    .then(({ rows }) => Number(rows[0]?.['total'] ?? 0));
  remembered.set(key, counting);
  counting.catch(() => remembered.delete(key));
  for (const oldest of remembered.keys()) {
    if (remembered.size <= MAX_REMEMBERED) break;
    remembered.delete(oldest);
  }
  return counting;
}
