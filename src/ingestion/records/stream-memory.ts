import { z } from 'zod';
import { columnType } from '#contracts/column-types';
import { type RecordedChange, recordedChange } from '#contracts/streams';
import { AppError } from '#platform/errors';
import type { OrganizationWarehouse, WarehouseSession } from '#warehouse';
import type { StreamState } from '#sources';
import type { CursorMemory } from './cursor-filter.ts';
import type { WriteMethod } from './decide-write.ts';
import type { KnownTable } from './record-table.ts';

/** In each organization's schema, so that it is committed in the transaction that publishes the rows. */
const memoryTable = '_dalgo_streams';

/** What is remembered of a stream from one load to the next. */
export interface StreamMemory {
  /** Counts loads; a load that began with an older number than is there now has been overtaken. */
  readonly version: number;
  /** Of the settings under which `state` is true. */
  readonly fingerprint: string;
  readonly state: StreamState | undefined;
  /** What people call the stream. */
  readonly title: string;
  /** Of the loader's own cursor, where it has one. */
  readonly cursor: CursorMemory | undefined;
  /** How the rows that are there were written; absent where a version of long ago wrote them. */
  readonly method: WriteMethod | undefined;
  /** What the next load is to do instead of continuing. */
  readonly request: StreamRequest | undefined;
  readonly updatedAt: Date;
  readonly tables: readonly KnownTable[];
  /** Run that wrote it. */
  readonly runToken: string;
  /** What that run read and wrote. */
  readonly rowsRead: number;
  /** What that run changed in the tables. */
  readonly changes: readonly RecordedChange[];
}

/** `reset`: read everything and write the tables anew; `backfill`: read everything and merge it into them. */
export type StreamRequest = 'reset' | 'backfill';

const contentSchema = z.object({
  fingerprint: z.string(),
  state: z.record(z.string(), z.unknown()).optional(),
  title: z.string().optional(),
  cursor: z
    .object({
      field: z.string(),
      last: z.union([z.string(), z.number()]).optional(),
      hashes: z.array(z.string()),
    })
    .optional(),
  method: z.enum(['replace', 'append', 'delete-insert', 'upsert', 'insert-only', 'scd2']).optional(),
  request: z.enum(['reset', 'backfill']).optional(),
  tables: z.array(
    z.object({
      path: z.array(z.string()),
      name: z.string(),
      display_name: z.string(),
      parts: z.array(z.string()).optional(),
      columns: z.array(
        z.object({
          path: z.array(z.string()),
          name: z.string(),
          display_name: z.string(),
          type: columnType,
          part: z.number().int().optional(),
        }),
      ),
    }),
  ),
  run_token: z.string(),
  rows_read: z.number(),
  changes: z.array(recordedChange).default([]),
});

const quoted = (warehouse: OrganizationWarehouse) =>
  warehouse.capabilities.dialect.quoteTable({ schema: warehouse.schema, name: memoryTable });

function literal(warehouse: OrganizationWarehouse, value: string): string {
  return warehouse.capabilities.dialect.quoteLiteral({ type: 'text', value });
}

async function isThere(warehouse: OrganizationWarehouse): Promise<boolean> {
  const { rows } = await warehouse.read(
    `SELECT to_regclass(${literal(warehouse, quoted(warehouse))}) IS NOT NULL AS there`,
  );
  return rows[0]?.['there'] === true;
}

/** Everything that is remembered of a source, by the key of the stream. */
export async function recallStreams(
  warehouse: OrganizationWarehouse,
  sourceId: string,
): Promise<ReadonlyMap<string, StreamMemory>> {
  if (!(await isThere(warehouse))) {
    try {
      await warehouse.transaction((session) =>
        session.query(
          `CREATE TABLE IF NOT EXISTS ${quoted(warehouse)} (source_id text NOT NULL, stream text NOT NULL, version bigint NOT NULL, content text NOT NULL, updated_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (source_id, stream))`,
        ),
      );
    } catch (error) {
      // Another first load made it at the same moment; if not, the next statement will say so.
      if (!(error instanceof AppError) || error.code !== 'warehouse_error') throw error;
    }
  }
  const { rows } = await warehouse.read(
    `SELECT stream, version, content, updated_at FROM ${quoted(warehouse)} WHERE source_id = ${literal(warehouse, sourceId)}`,
  );
  return new Map(
    rows.map((row): [string, StreamMemory] => {
      const content = contentSchema.parse(JSON.parse(String(row['content'])));
      return [
        String(row['stream']),
        {
          version: Number(row['version']),
          fingerprint: content.fingerprint,
          state: content.state,
          title: content.title ?? String(row['stream']),
          cursor: content.cursor,
          method: content.method,
          request: content.request,
          updatedAt: new Date(String(row['updated_at'])),
          tables: content.tables,
          runToken: content.run_token,
          rowsRead: content.rows_read,
          changes: content.changes,
        },
      ];
    }),
  );
}

/**
 * Remembers a stream, in the transaction that publishes its rows.
 *
 * @param before the version that the load began with; 0 for none.
 * @throws AppError conflict when another load of the stream was committed meanwhile: its rows were not seen.
 */
export async function rememberStream(
  warehouse: OrganizationWarehouse,
  session: WarehouseSession,
  key: { readonly sourceId: string; readonly stream: string; readonly before: number },
  memory: Omit<StreamMemory, 'version' | 'updatedAt'>,
): Promise<void> {
  const content = JSON.stringify({
    fingerprint: memory.fingerprint,
    state: memory.state,
    title: memory.title,
    cursor: memory.cursor,
    method: memory.method,
    request: memory.request,
    tables: memory.tables,
    run_token: memory.runToken,
    rows_read: memory.rowsRead,
    changes: memory.changes,
  });
  const { rows } = await session.query(
    `INSERT INTO ${quoted(warehouse)} AS known (source_id, stream, version, content) VALUES (${literal(warehouse, key.sourceId)}, ${literal(warehouse, key.stream)}, ${key.before + 1}, ${literal(warehouse, content)}) ON CONFLICT (source_id, stream) DO UPDATE SET version = excluded.version, content = excluded.content, updated_at = now() WHERE known.version = ${key.before} RETURNING version`,
  );
  if (rows.length === 0) {
    throw new AppError('conflict', 'The same source was loaded by another run meanwhile.', {
      hint: 'Nothing was changed by this run. Load it again if you need what is newest.',
    });
  }
}

/** Forgets a source that is deleted. */
export async function forgetStreams(warehouse: OrganizationWarehouse, sourceId: string): Promise<void> {
  if (!(await isThere(warehouse))) return;
  await warehouse.transaction((session) =>
    session.query(`DELETE FROM ${quoted(warehouse)} WHERE source_id = ${literal(warehouse, sourceId)}`),
  );
}

/**
 * Notes what the next load of a stream is to do. A load that is going on does not know of it, and ends with a conflict.
 *
 * @throws AppError conflict when it was loaded at the same moment.
 */
export async function requestOfStream(
  warehouse: OrganizationWarehouse,
  key: { readonly sourceId: string; readonly stream: string },
  request: StreamRequest,
): Promise<void> {
  const memory = (await recallStreams(warehouse, key.sourceId)).get(key.stream);
  if (memory === undefined) throw new Error(`the stream ${key.stream} is not known`);
  await warehouse.transaction((session) =>
    rememberStream(warehouse, session, { ...key, before: memory.version }, { ...memory, request }),
  );
}
