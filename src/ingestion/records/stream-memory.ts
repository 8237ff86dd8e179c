import { z } from 'zod';
import { columnType } from '#contracts/column-types';
import { AppError } from '#platform/errors';
import type { OrganizationWarehouse, WarehouseSession } from '#warehouse';
import type { StreamState } from '#sources';
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
  readonly tables: readonly KnownTable[];
  /** Run that wrote it. */
  readonly runToken: string;
  /** What that run read and wrote. */
  readonly rowsRead: number;
}

const contentSchema = z.object({
  fingerprint: z.string(),
  state: z.record(z.string(), z.unknown()).optional(),
  tables: z.array(
    z.object({
      path: z.array(z.string()),
      name: z.string(),
      display_name: z.string(),
      columns: z.array(
        z.object({
          path: z.array(z.string()),
          name: z.string(),
          display_name: z.string(),
          type: columnType,
        }),
      ),
    }),
  ),
  run_token: z.string(),
  rows_read: z.number(),
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
    `SELECT stream, version, content FROM ${quoted(warehouse)} WHERE source_id = ${literal(warehouse, sourceId)}`,
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
          tables: content.tables,
          runToken: content.run_token,
          rowsRead: content.rows_read,
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
  memory: Omit<StreamMemory, 'version'>,
): Promise<void> {
  const content = JSON.stringify({
    fingerprint: memory.fingerprint,
    ...(memory.state === undefined ? {} : { state: memory.state }),
    tables: memory.tables,
    run_token: memory.runToken,
    rows_read: memory.rowsRead,
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
