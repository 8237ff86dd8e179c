import type { ColumnType } from '#contracts/column-types';
import type { Row } from '#contracts/warehouse';
import type { OrganizationId } from '#platform/ids';
import type { Dialect } from './sql/dialect.ts';

/** What an engine can do. Generic code asks this and never the engine's name. */
export interface WarehouseCapabilities {
  readonly dialect: Dialect;
  /** DDL takes part in transactions, so that a table can be swapped atomically. */
  readonly transactionalDdl: boolean;
  /** Rows in the binary form of `BinaryCopyWriter` can be streamed into a table. */
  readonly copyFromBinary: boolean;
  /** A running statement can be cancelled from outside. */
  readonly cancellation: boolean;
  /** Bytes of one row that the engine keeps in place; null = no such limit. */
  readonly maxRowBytes: number | null;
}

export interface StatementOptions {
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds after which the statement is cancelled and AppError query_timeout thrown. */
  readonly timeoutMs?: number | undefined;
}

export interface QueryResult {
  readonly columns: readonly { readonly name: string; readonly type: ColumnType }[];
  /** JSON-safe values by column name: see `Row`. */
  readonly rows: readonly Row[];
  /** Rows that the statement returned or wrote, as the engine counted them; null when it did not say. */
  readonly affectedRows: number | null;
}

/** One connection inside one transaction. */
export interface WarehouseSession {
  query(sql: string, options?: StatementOptions): Promise<QueryResult>;
  /**
   * Streams bytes into `COPY … FROM STDIN`. The memory of a piece may be used again when the next one is asked for.
   *
   * @returns the number of rows copied.
   */
  copyFrom(copySql: string, bytes: AsyncIterable<Uint8Array>, options?: StatementOptions): Promise<number>;
}

/** The warehouse of one organization, reached with its own login: no statement sees another's data. */
export interface OrganizationWarehouse {
  readonly organizationId: OrganizationId;
  /** Schema that holds its tables. */
  readonly schema: string;
  readonly capabilities: WarehouseCapabilities;
  /** One read-only statement. */
  read(sql: string, options?: StatementOptions): Promise<QueryResult>;
  /** The rows of one read-only statement, in batches, for exports: memory does not grow with the result. */
  stream(
    sql: string,
    options?: StatementOptions & { readonly batchSize?: number },
  ): AsyncIterable<readonly Row[]>;
  /** About how many rows a SELECT has, by what the engine knows of its tables; null when it does not say. Reads nothing. */
  estimateRows(sql: string, options?: StatementOptions): Promise<number | null>;
  /** One transaction; rolled back when `fn` throws or the signal aborts. */
  transaction<T>(
    fn: (session: WarehouseSession) => Promise<T>,
    options?: StatementOptions & { readonly readOnly?: boolean },
  ): Promise<T>;
}

export interface Warehouse {
  readonly capabilities: WarehouseCapabilities;
  forOrganization(organizationId: OrganizationId): Promise<OrganizationWarehouse>;
  /** Drops connections of an organization, for instance before it is deleted. */
  release(organizationId: OrganizationId): Promise<void>;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}
