import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '#platform/errors';
import { dropRelation, putViewsBack, takeViewsAway } from './dependent-views.ts';
import type { OrganizationWarehouse, WarehouseSession } from './port.ts';

/** Table in each organization's schema that says which run wrote what: the proof that a step's effect happened. */
const RUNS_TABLE = '_dalgo_runs';

export interface Publication {
  /** false when this token had been published before; the staging tables are dropped then. */
  readonly published: boolean;
  readonly rowCount: number;
  /** Views over these tables that do not fit their new columns, and are gone. */
  readonly lostViews: readonly string[];
}

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
  /** Tables whose columns `alongside` changes: views over them step aside for it. */
  readonly altered?: readonly string[] | undefined;
  /** Throws when this attempt of the step is no longer the current one (another worker took it over). */
  readonly assertCurrent?: (() => Promise<void>) | undefined;
}

export interface PublishOptions extends Omit<PublishTablesOptions, 'tables' | 'tableName'> {
  /** A table, or a view. */
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
): Promise<Publication> {
  return publishTables(warehouse, {
    ...options,
    tables: [{ stagingTable, targetTable }],
    tableName: targetTable,
  });
}

/**
 * Writes the run token and does `work` in one transaction, once for a token. Waits for locks of others no longer than
 * 500 ms at a time, lets them pass and tries again (60 s in all).
 *
 * @param work gets what says how many rows there are now, when that is known only afterwards.
 * @param afterwards instead of the work, when the token was published before.
 */
export async function publishOnce(
  warehouse: OrganizationWarehouse,
  options: Pick<PublishTablesOptions, 'runToken' | 'tableName' | 'rowCount' | 'signal'>,
  work: (
    session: WarehouseSession,
    setRowCount: (rows: number) => Promise<void>,
  ) => Promise<readonly string[]>,
  afterwards: (session: WarehouseSession) => Promise<void>,
): Promise<Publication> {
  const runsTable = await prepareRunsTable(warehouse);
  const { dialect } = warehouse.capabilities;
  const text = (value: string) => dialect.quoteLiteral({ type: 'text', value });
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await warehouse.transaction(
        async (session) => {
          await session.query(`SET LOCAL lock_timeout = '${LOCK_TIMEOUT_MS}ms'`);
          const inserted = await session.query(
            `INSERT INTO ${runsTable} (run_token, table_name, row_count) VALUES (${text(options.runToken)}, ${text(options.tableName)}, ${Math.trunc(options.rowCount)}) ON CONFLICT DO NOTHING RETURNING 1 AS done`,
          );
          if (inserted.rows.length === 0) {
            await afterwards(session);
            const earlier = await session.query(
              `SELECT row_count FROM ${runsTable} WHERE run_token = ${text(options.runToken)}`,
            );
            return {
              published: false,
              rowCount: Number(earlier.rows[0]?.['row_count'] ?? options.rowCount),
              lostViews: [],
            };
          }
          let rowCount = options.rowCount;
          const lostViews = await work(session, async (rows) => {
            rowCount = rows;
            await session.query(
              `UPDATE ${runsTable} SET row_count = ${Math.trunc(rows)} WHERE run_token = ${text(options.runToken)}`,
            );
          });
          return { published: true, rowCount, lostViews };
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

/**
 * Puts staging tables in the place of those that people read, and writes the run token, in one transaction:
 * readers see the old rows or the new ones, and a run that is repeated after a crash is recognised.
 *
 * The swap needs the table for itself for a moment. It never waits long for it: a waiting exclusive lock would hold
 * up every new reader behind one slow query, so it gives up after 500 ms, lets them pass and tries again (60 s in all).
 *
 * Views that read a table take part: they step aside and stand over the new one afterwards.
 */
export function publishTables(
  warehouse: OrganizationWarehouse,
  options: PublishTablesOptions,
): Promise<Publication> {
  const { dialect } = warehouse.capabilities;
  const { schema } = warehouse;
  return publishOnce(
    warehouse,
    options,
    async (session) => {
      const views = await takeViewsAway(warehouse, session, options.altered ?? []);
      await options.alongside?.(session);
      await options.assertCurrent?.();
      const targets = options.tables.map(({ targetTable }) => targetTable);
      // From here on readers wait, so nothing that takes long stands below.
      views.push(...(await takeViewsAway(warehouse, session, targets)));
      for (const { stagingTable, targetTable } of options.tables) {
        await dropRelation(warehouse, session, targetTable);
        // PostgreSQL renames a view by ALTER TABLE as well.
        await session.query(
          `ALTER TABLE ${dialect.quoteTable({ schema, name: stagingTable })} RENAME TO ${dialect.quoteIdentifier(targetTable)}`,
        );
      }
      return putViewsBack(session, views);
    },
    async (session) => {
      for (const { stagingTable } of options.tables) await dropRelation(warehouse, session, stagingTable);
    },
  );
}

/** Names of staging tables of a run begin with this; attempts differ in what follows. */
export function stagingPrefix(runToken: string): string {
  return `_staging_${runToken}`;
}

/** Drops what earlier attempts of a run left behind. */
export async function dropStagingTables(warehouse: OrganizationWarehouse, runToken: string): Promise<void> {
  const { dialect } = warehouse.capabilities;
  const { rows } = await warehouse.read(
    `SELECT table_name, table_type = 'VIEW' AS is_view FROM information_schema.tables WHERE table_schema = ${dialect.quoteLiteral(
      {
        type: 'text',
        value: warehouse.schema,
      },
    )} AND starts_with(table_name, ${dialect.quoteLiteral({ type: 'text', value: stagingPrefix(runToken) })})`,
  );
  // Views first: they read the others.
  const ordered = rows.toSorted((a, b) => Number(b['is_view']) - Number(a['is_view']));
  for (const row of ordered) {
    await warehouse.transaction((session) => dropRelation(warehouse, session, String(row['table_name'])));
  }
}
