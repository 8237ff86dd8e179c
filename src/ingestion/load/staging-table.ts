import { randomBytes } from 'node:crypto';
import type { ColumnType } from '#contracts/column-types';
import { stagingPrefix, type OrganizationWarehouse } from '#warehouse';

/** A finished table that nobody reads yet. */
export interface FilledStaging {
  readonly name: string;
  /** To be run in the transaction that publishes it. */
  readonly finishingSql: readonly string[];
  readonly rows: number;
}

/** One of the tables that a file was read into: more than one where it is too wide. */
export interface StagedFileTable extends FilledStaging {
  /** Physical name under which people are to know it. */
  readonly targetTable: string;
  /** Names of its columns, without the loader's own. */
  readonly columns: readonly string[];
}

/**
 * Makes a staging table and fills it by COPY, in one transaction: when anything fails, nothing of it is left.
 *
 * One connection only: with two, the table's physical order, which every page without a sort shows, would no longer be
 * the file's. The table is new, so its rows are written frozen, and with `wal_level` minimal they are written once.
 * `_dlt_load_id` is the same in all rows, so it is added behind the load as a default that PostgreSQL keeps once, not
 * 1,000,000 times (17 MB of a million rows).
 *
 * @param rows in the binary format of COPY: a value of each column, and behind them `_dlt_id`.
 * @throws what reading the rows throws, AppError of the warehouse.
 */
export async function fillStagingTable(
  warehouse: OrganizationWarehouse,
  columns: readonly { readonly name: string; readonly type: ColumnType }[],
  rows: AsyncIterable<Uint8Array>,
  options: {
    readonly runToken: string;
    readonly loadId: string;
    readonly signal: AbortSignal | undefined;
  },
): Promise<FilledStaging> {
  const { dialect } = warehouse.capabilities;
  const name = `${stagingPrefix(options.runToken)}_${randomBytes(3).toString('hex')}`;
  const table = dialect.quoteTable({ schema: warehouse.schema, name });
  const definitions = columns.map(
    (column) => `${dialect.quoteIdentifier(column.name)} ${dialect.typeName(column.type)}`,
  );
  const copied = await warehouse.transaction(
    async (session) => {
      await session.query(
        `CREATE TABLE ${table} (${[...definitions, '"_dlt_id" text COLLATE "C" NOT NULL'].join(', ')})`,
      );
      return session.copyFrom(`COPY ${table} FROM STDIN (FORMAT binary, FREEZE, ENCODING 'UTF8')`, rows, {
        signal: options.signal,
      });
    },
    { signal: options.signal },
  );
  const loadId = dialect.quoteLiteral({ type: 'text', value: options.loadId });
  return {
    name,
    rows: copied,
    finishingSql: [
      `ALTER TABLE ${table} ADD COLUMN "_dlt_load_id" text NOT NULL DEFAULT ${loadId}`,
      `ALTER TABLE ${table} ALTER COLUMN "_dlt_load_id" DROP DEFAULT`,
    ],
  };
}
