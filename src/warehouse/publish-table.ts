import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '#platform/errors';
import type { OrganizationWarehouse, WarehouseSession } from './port.ts';

/** Table in each organization's schema that says which run wrote what: the proof that a step's effect happened. */
const RUNS_TABLE = '_dalgo_runs';

export interface PublishedRun {
  readonly runToken: string;
  readonly tableName: string;
  readonly rowCount: number;
}

const prepared = new WeakMap<object, Set<string>>();

/** Makes the table of run tokens where it does not exist; remembered per warehouse and organization. */
async function prepareRunsTable(warehouse: OrganizationWarehouse): Promise<string> {
  const { dialect } = warehouse.capabilities;
  const table = dialect.quoteTable({ schema: warehouse.schema, name: RUNS_TABLE });
  const done = prepared.get(warehouse.capabilities) ?? new Set<string>();
  prepared.set(warehouse.capabilities, done);
  if (!done.has(warehouse.schema)) {
    const exists = await warehouse.read(
      `SELECT count(*) AS n FROM information_schema.tables WHERE table_schema = ${dialect.quoteLiteral({
        type: 'text',
        value: warehouse.schema,
      })} AND table_name = ${dialect.quoteLiteral({ type: 'text', value: RUNS_TABLE })}`,
    );
    if (exists.rows[0]?.['n'] === 0) {
      try {
        await warehouse.transaction(async (session) => {
          await session.query(
            `CREATE TABLE IF NOT EXISTS ${table} (run_token text PRIMARY KEY, table_name text NOT NULL, row_count bigint NOT NULL, committed_at timestamp with time zone NOT NULL DEFAULT now())`,
          );
        });
      } catch (error) {
        // Two first runs at once: IF NOT EXISTS does not guard against the other's uncommitted table.
        if (!(error instanceof AppError) || error.code !== 'warehouse_error') throw error;
      }
    }
    done.add(warehouse.schema);
  }
  return table;
}

/** What a run with this token has already published, or null. Look before doing its work again. */
export async function findPublishedRun(
  warehouse: OrganizationWarehouse,
  runToken: string,
): Promise<PublishedRun | null> {
  const table = await prepareRunsTable(warehouse);
  const { dialect } = warehouse.capabilities;
  const { rows } = await warehouse.read(
    `SELECT table_name, row_count FROM ${table} WHERE run_token = ${dialect.quoteLiteral({ type: 'text', value: runToken })}`,
  );
  const row = rows[0];
  return row === undefined
    ? null
    : { runToken, tableName: String(row['table_name']), rowCount: Number(row['row_count']) };
}

export interface PublishTablesOptions {
  readonly runToken: string;
  /** Finished tables that nobody reads yet, and the names under which people know them; what is there is replaced. */
  readonly tables: readonly { readonly stagingTable: string; readonly targetTable: string }[];
  /** Kept beside the token: the table and the rows by which the run is known. */
  readonly tableName: string;
  readonly rowCount: number;
  readonly signal?: AbortSignal | undefined;
  /** More to do in the same transaction, before the swap. */
  readonly alongside?: (session: WarehouseSession) => Promise<void>;
  /** Throws when this attempt of the step is no longer the current one (another worker took it over). */
  readonly assertCurrent?: (() => Promise<void>) | undefined;
}

export interface PublishOptions extends Omit<PublishTablesOptions, 'tables' | 'tableName'> {
  readonly stagingTable: string;
  readonly targetTable: string;
}

/** How long the swap may wait for readers before it lets them pass and tries again, in milliseconds. */
const LOCK_TIMEOUT_MS = 500;
const ATTEMPTS = 120;

/** `publishTables` for one table. */
export function publishTable(
  warehouse: OrganizationWarehouse,
  { stagingTable, targetTable, ...options }: PublishOptions,
): Promise<{ published: boolean; rowCount: number }> {
  return publishTables(warehouse, {
    ...options,
    tables: [{ stagingTable, targetTable }],
    tableName: targetTable,
  });
}

/**
 * Puts staging tables in the place of those that people read, and writes the run token, in one transaction:
 * readers see the old rows or the new ones, and a run that is repeated after a crash is recognised.
 *
 * The swap needs the table for itself for a moment. It never waits long for it: a waiting exclusive lock would hold
 * up every new reader behind one slow query, so it gives up after 500 ms, lets them pass and tries again (60 s in all).
 *
 * @returns published = false when this token had been published before; the staging tables are dropped then.
 */
export async function publishTables(
  warehouse: OrganizationWarehouse,
  options: PublishTablesOptions,
): Promise<{ published: boolean; rowCount: number }> {
  const runsTable = await prepareRunsTable(warehouse);
  const { dialect } = warehouse.capabilities;
  const { schema } = warehouse;
  const text = (value: string) => dialect.quoteLiteral({ type: 'text', value });
  const tables = options.tables.map(({ stagingTable, targetTable }) => ({
    staging: dialect.quoteTable({ schema, name: stagingTable }),
    target: dialect.quoteTable({ schema, name: targetTable }),
    targetName: dialect.quoteIdentifier(targetTable),
  }));

  for (let attempt = 1; ; attempt += 1) {
    try {
      return await warehouse.transaction(
        async (session) => {
          await session.query(`SET LOCAL lock_timeout = '${LOCK_TIMEOUT_MS}ms'`);
          const inserted = await session.query(
            `INSERT INTO ${runsTable} (run_token, table_name, row_count) VALUES (${text(options.runToken)}, ${text(options.tableName)}, ${Math.trunc(options.rowCount)}) ON CONFLICT DO NOTHING RETURNING 1 AS done`,
          );
          if (inserted.rows.length === 0) {
            for (const { staging } of tables) await session.query(`DROP TABLE IF EXISTS ${staging}`);
            const earlier = await session.query(
              `SELECT row_count FROM ${runsTable} WHERE run_token = ${text(options.runToken)}`,
            );
            return { published: false, rowCount: Number(earlier.rows[0]?.['row_count'] ?? options.rowCount) };
          }
          await options.alongside?.(session);
          await options.assertCurrent?.();
          for (const { staging, target, targetName } of tables) {
            await session.query(`DROP TABLE IF EXISTS ${target}`);
            await session.query(`ALTER TABLE ${staging} RENAME TO ${targetName}`);
          }
          return { published: true, rowCount: options.rowCount };
        },
        { signal: options.signal },
      );
    } catch (error) {
      const busy =
        error instanceof AppError &&
        error.cause instanceof Error &&
        'code' in error.cause &&
        error.cause.code === '55P03';
      if (!busy || attempt >= ATTEMPTS) throw error;
      const abort = options.signal === undefined ? {} : { signal: options.signal };
      await sleep(Math.min(50 * attempt, 500), undefined, abort);
    }
  }
}

/** Names of staging tables of a run begin with this; attempts differ in what follows. */
export function stagingPrefix(runToken: string): string {
  return `_staging_${runToken}`;
}

/** Drops what earlier attempts of a run left behind. */
export async function dropStagingTables(warehouse: OrganizationWarehouse, runToken: string): Promise<void> {
  const { dialect } = warehouse.capabilities;
  const { rows } = await warehouse.read(
    `SELECT table_name FROM information_schema.tables WHERE table_schema = ${dialect.quoteLiteral({
      type: 'text',
      value: warehouse.schema,
    })} AND starts_with(table_name, ${dialect.quoteLiteral({ type: 'text', value: stagingPrefix(runToken) })})`,
  );
  for (const row of rows) {
    const table = dialect.quoteTable({ schema: warehouse.schema, name: String(row['table_name']) });
    await warehouse.transaction((session) => session.query(`DROP TABLE IF EXISTS ${table}`));
  }
}
