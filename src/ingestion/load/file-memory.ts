import { z } from 'zod';
import { columnType } from '#contracts/column-types';
import type { TableColumn } from '#contracts/warehouse';
import { AppError } from '#platform/errors';
import type { OrganizationWarehouse, WarehouseSession } from '#warehouse';

/** In each organization's schema, so that it is committed in the transaction that publishes the rows. */
const memoryTable = '_dalgo_files';

/** A further table of a file that is too wide for one. */
export interface FilePart {
  /** Physical name. */
  readonly name: string;
  readonly columns: readonly string[];
}

/** Which files a table is made of. */
export interface FileMemory {
  /** Fingerprints, in the order in which they were loaded. */
  readonly files: readonly string[];
  /** Of all its tables. */
  readonly columns: readonly TableColumn[];
  /** The tables that it goes on in where it is too wide for one, with the names of their columns. */
  readonly parts: readonly FilePart[];
  /** Run that wrote it, and what it brought. */
  readonly runToken: string;
  readonly rows: number;
  readonly rejected: number;
}

const content = z.object({
  files: z.array(z.string()),
  columns: z.array(z.object({ name: z.string(), display_name: z.string(), type: columnType })),
  parts: z.array(z.object({ name: z.string(), columns: z.array(z.string()) })).default([]),
  runToken: z.string(),
  rows: z.number(),
  rejected: z.number(),
});

const quoted = (warehouse: OrganizationWarehouse) =>
  warehouse.capabilities.dialect.quoteTable({ schema: warehouse.schema, name: memoryTable });
const literal = (warehouse: OrganizationWarehouse, value: string) =>
  warehouse.capabilities.dialect.quoteLiteral({ type: 'text', value });

async function isThere(warehouse: OrganizationWarehouse, table: string): Promise<boolean> {
  const { rows } = await warehouse.read(
    `SELECT to_regclass(${literal(warehouse, table)}) IS NOT NULL AS there`,
  );
  return rows[0]?.['there'] === true;
}

/** What a table is made of; null when nothing is known of it, or the table is not there. */
export async function recallFiles(
  warehouse: OrganizationWarehouse,
  tableName: string,
): Promise<FileMemory | null> {
  const { dialect } = warehouse.capabilities;
  if (!(await isThere(warehouse, quoted(warehouse)))) {
    try {
      await warehouse.transaction((session) =>
        session.query(
          `CREATE TABLE IF NOT EXISTS ${quoted(warehouse)} (table_name text PRIMARY KEY, content text NOT NULL)`,
        ),
      );
    } catch (error) {
      // Another first load made it at the same moment; if not, the next statement will say so.
      if (!(error instanceof AppError) || error.code !== 'warehouse_error') throw error;
    }
  }
  if (!(await isThere(warehouse, dialect.quoteTable({ schema: warehouse.schema, name: tableName }))))
    return null;
  const { rows } = await warehouse.read(
    `SELECT content FROM ${quoted(warehouse)} WHERE table_name = ${literal(warehouse, tableName)}`,
  );
  const [row] = rows;
  return row === undefined ? null : content.parse(JSON.parse(String(row['content'])));
}

/** Keeps what a table is made of from now on, with the rows themselves. */
export async function rememberFiles(
  warehouse: OrganizationWarehouse,
  session: WarehouseSession,
  tableName: string,
  memory: FileMemory,
): Promise<void> {
  await session.query(
    `INSERT INTO ${quoted(warehouse)} (table_name, content) VALUES (${literal(warehouse, tableName)}, ${literal(warehouse, JSON.stringify(memory))}) ON CONFLICT (table_name) DO UPDATE SET content = excluded.content`,
  );
}

/** Forgets a table that is deleted. */
export async function forgetFiles(warehouse: OrganizationWarehouse, tableName: string): Promise<void> {
  if (!(await isThere(warehouse, quoted(warehouse)))) return;
  await warehouse.transaction((session) =>
    session.query(`DELETE FROM ${quoted(warehouse)} WHERE table_name = ${literal(warehouse, tableName)}`),
  );
}
