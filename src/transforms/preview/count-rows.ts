import { setTimeout as sleep } from 'node:timers/promises';
import type { OrganizationWarehouse } from '#warehouse';
import { emitPlan } from '../emit/emit-plan.ts';
import { syntaxes } from '../emit/syntaxes.ts';
import type { OrganizationCatalog } from '../load-catalog.ts';
import type { Plan } from '../plan/plan-recipe.ts';
import { keepsEveryRow } from './choose-reading.ts';

/** Counts that are remembered: some 200 bytes each. */
const MAX_REMEMBERED = 5000;
const TIMEOUT_MS = 60_000;
/** A table up to here is counted in milliseconds, so there is nothing to spare. */
const SMALL_ROWS = 100_000;
const SMALL_PATIENCE_MS = 2000;
/** Somebody who types a filter makes a new question with every letter; only the last one is counted. */
const SETTLE_MS = 150;

/** What a count needs to know of the tables. */
export type CountedTables = Pick<OrganizationCatalog, 'dataVersions' | 'rowCounts'>;

interface Count {
  readonly key: string;
  readonly result: Promise<number>;
  readonly abort: AbortController;
  isDone: boolean;
  /** Those who want to know; the statement ends when nobody does any more. */
  holders: number;
}

/** Exact counts by what was counted and which content the tables had; a new load makes a new key. */
const remembered = new Map<string, Count>();
/** The count that goes on for a person after their page was answered. */
const inBackground = new Map<string, { readonly key: string; readonly stop: () => void }>();
/** Counts of large tables that run at this moment, by schema. */
const counting = new Map<string, number>();

/** The number of rows, when it is known without asking: a chain that neither drops nor adds rows has its table's. */
function knownCount(plan: Plan, tables: CountedTables): number | undefined {
  const [table] = plan.tables;
  return keepsEveryRow(plan) && table !== undefined ? tables.rowCounts.get(table) : undefined;
}

function isSmall(plan: Plan, tables: CountedTables): boolean {
  return plan.tables.every((table) => (tables.rowCounts.get(table) ?? 0) <= SMALL_ROWS);
}

/** SELECT of the rows of a plan, in no order. */
export function uncountedSql(warehouse: OrganizationWarehouse, plan: Plan): { with: string; from: string } {
  const syntax = syntaxes[warehouse.capabilities.dialect.name];
  const { withClause, from } = emitPlan(plan, syntax, { schema: warehouse.schema, unordered: true });
  return { with: withClause, from };
}

function keyOf(
  warehouse: OrganizationWarehouse,
  tables: CountedTables,
  plan: Plan,
): { readonly text: string; readonly sql: string } {
  const { with: withClause, from } = uncountedSql(warehouse, plan);
  const sql = `${withClause}\nSELECT count(*) AS total FROM ${from}`;
  const versions = plan.tables.map((table) => `${table}=${tables.dataVersions.get(table) ?? ''}`).join(' ');
  return { text: `${warehouse.schema}\n${versions}\n${sql}`, sql };
}

function begin(warehouse: OrganizationWarehouse, tables: CountedTables, plan: Plan): Count {
  const { text: key, sql } = keyOf(warehouse, tables, plan);
  const before = remembered.get(key);
  if (before !== undefined) return before;
  const abort = new AbortController();
  const count: Count = {
    key,
    result: warehouse
      .read(sql, { timeoutMs: TIMEOUT_MS, signal: abort.signal })
      .then(({ rows }) => Number(rows[0]?.['total'] ?? 0)),
    abort,
    isDone: false,
    holders: 0,
  };
  remembered.set(key, count);
  void follow(count);
  for (const oldest of remembered.keys()) {
    if (remembered.size <= MAX_REMEMBERED) break;
    remembered.delete(oldest);
  }
  return count;
}

async function follow(count: Count): Promise<void> {
  try {
    await count.result;
    count.isDone = true;
  } catch {
    // Those who hold it hear of it.
    if (remembered.get(count.key) === count) remembered.delete(count.key);
  }
}

function hold(count: Count): () => void {
  count.holders += 1;
  let isHeld = true;
  return () => {
    if (!isHeld) return;
    isHeld = false;
    count.holders -= 1;
    if (count.holders > 0 || count.isDone) return;
    if (remembered.get(count.key) === count) remembered.delete(count.key);
    count.abort.abort(new Error('nobody wants to know any more'));
  };
}

/**
 * The exact number of rows of a plan. Asked twice for the same data it is counted once, also while the first count is
 * still running; when the last who asked has gone, the statement is cancelled.
 */
export async function countRows(
  warehouse: OrganizationWarehouse,
  tables: CountedTables,
  plan: Plan,
  signal: AbortSignal,
): Promise<number> {
  const known = knownCount(plan, tables);
  if (known !== undefined) return known;
  signal.throwIfAborted();
  const count = begin(warehouse, tables, plan);
  const release = hold(count);
  signal.addEventListener('abort', release, { once: true });
  try {
    return await count.result;
  } finally {
    signal.removeEventListener('abort', release);
    release();
  }
}

function beginInBackground(
  owner: string,
  warehouse: OrganizationWarehouse,
  tables: CountedTables,
  plan: Plan,
): void {
  const { schema } = warehouse;
  if ((counting.get(schema) ?? 0) > 0) return;
  const count = begin(warehouse, tables, plan);
  const release = hold(count);
  inBackground.set(owner, { key: count.key, stop: release });
  counting.set(schema, (counting.get(schema) ?? 0) + 1);
  const ended = (): void => {
    release();
    if (inBackground.get(owner)?.key === count.key) inBackground.delete(owner);
    counting.set(schema, (counting.get(schema) ?? 1) - 1);
  };
  count.result.then(ended, ended);
}

/**
 * The number of rows when it can be told soon, else null. A large table is counted a moment later, for the next time
 * that it is asked for, unless the same person looks at something else by then; one at a time in an organization.
 * A small one is waited for.
 *
 * @param person whose next question ends what is counted for this one
 */
export async function countRowsSoon(
  warehouse: OrganizationWarehouse,
  tables: CountedTables,
  plan: Plan,
  person: string,
): Promise<number | null> {
  const known = knownCount(plan, tables);
  if (known !== undefined) return known;
  const small = isSmall(plan, tables);
  const key = keyOf(warehouse, tables, plan);
  const before = remembered.get(key.text);
  if (before?.isDone === true) return before.result;
  const owner = `${warehouse.schema} ${person}`;
  if (!small) {
    if (inBackground.get(owner)?.key === key.text) return null;
    inBackground.get(owner)?.stop();
    const timer = setTimeout(() => {
      inBackground.delete(owner);
      beginInBackground(owner, warehouse, tables, plan);
    }, SETTLE_MS).unref();
    inBackground.set(owner, { key: key.text, stop: () => clearTimeout(timer) });
    return null;
  }
  const count = begin(warehouse, tables, plan);
  const release = hold(count);
  const patience = new AbortController();
  const late = sleep(SMALL_PATIENCE_MS, null, { signal: patience.signal }).catch(() => null);
  try {
    // It may fail; who asks for it again hears of it.
    return await Promise.race([count.result.catch(() => null), late]);
  } finally {
    patience.abort();
    release();
  }
}
