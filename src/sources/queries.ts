import { sql } from 'kysely';
import type { RejectedRow, Source, SyncResult } from '#contracts/sources';
import type { Actor } from '#platform/actor';
import type { MetadataTransaction } from '#platform/database/database';
import type { RowOf } from '#platform/database/tables';
import { AppError } from '#platform/errors';
import type { RunId, SourceId, StepId } from '#platform/ids';
import type { Services } from '#platform/services';
import { presentSource, presentSync } from './present-source.ts';

interface PageRequest {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

interface Page<T> {
  readonly items: T[];
  readonly next_cursor: string | null;
}

/** Sources by name; `cursor` is the name and the id of the last one of the page before. */
export async function listSources(
  services: Services,
  actor: Actor,
  page: PageRequest,
): Promise<Page<Source>> {
  return services.database.withOrganization(actor.organizationId, async (trx) => {
    let query = trx
      .selectFrom('sources')
      .selectAll()
      .orderBy('name')
      .orderBy('id')
      .limit(page.limit + 1);
    const after = parseCursor(page.cursor);
    if (after !== null) query = query.where(sql<boolean>`(name, id) > (${after[0]}, ${after[1]})`);
    const rows = await query.execute();
    const shown = rows.slice(0, page.limit);
    const last = shown.at(-1);
    return {
      items: await withDetails(trx, shown),
      next_cursor:
        rows.length > page.limit && last !== undefined ? JSON.stringify([last.name, last.id]) : null,
    };
  });
}

/** @throws AppError not_found */
export async function getSource(services: Services, actor: Actor, id: string): Promise<Source> {
  return services.database.withOrganization(actor.organizationId, async (trx) =>
    presentOne(trx, await findSource(trx, id)),
  );
}

/** @throws AppError not_found */
export async function findSource(trx: MetadataTransaction, id: string): Promise<RowOf<'sources'>> {
  const row = await trx
    .selectFrom('sources')
    .selectAll()
    .where('id', '=', id as SourceId) // compared, never trusted
    .executeTakeFirst();
  if (row === undefined) throw new AppError('not_found', 'There is no source with this id.');
  return row;
}

export async function presentOne(trx: MetadataTransaction, row: RowOf<'sources'>): Promise<Source> {
  const [source] = await withDetails(trx, [row]);
  if (source === undefined) throw new Error('a source got lost while it was presented');
  return source;
}

async function withDetails(trx: MetadataTransaction, rows: readonly RowOf<'sources'>[]): Promise<Source[]> {
  const ids = rows.map((row) => row.id);
  if (ids.length === 0) return [];
  const tables = await trx
    .selectFrom('warehouse_tables')
    .select(['name', 'columns', 'row_count', 'updated_at'])
    .where(
      'name',
      'in',
      rows.map((row) => row.warehouse_table_name),
    )
    .execute();
  const latest = trx
    .selectFrom('sync_runs')
    .distinctOn('source_id')
    .selectAll()
    .where('source_id', 'in', ids)
    .orderBy('source_id')
    .orderBy('queued_at', 'desc');
  const last = await latest.execute();
  const good = await latest.where('status', '=', 'succeeded').execute();
  return rows.map((row) =>
    presentSource(row, {
      table: tables.find((table) => table.name === row.warehouse_table_name),
      lastSync: last.find((sync) => sync.source_id === row.id),
      lastGood: good.find((sync) => sync.source_id === row.id),
    }),
  );
}

/** Loads of a source, newest first. */
export async function listSyncs(
  services: Services,
  actor: Actor,
  sourceId: string,
  page: PageRequest,
): Promise<Page<SyncResult>> {
  return services.database.withOrganization(actor.organizationId, async (trx) => {
    const source = await findSource(trx, sourceId);
    let query = trx
      .selectFrom('sync_runs')
      .selectAll()
      .where('source_id', '=', source.id)
      .orderBy('queued_at', 'desc')
      .orderBy('id', 'desc')
      .limit(page.limit + 1);
    const after = parseCursor(page.cursor);
    if (after !== null) {
      query = query.where(sql<boolean>`(queued_at, id) < (${after[0]}::timestamptz, ${after[1]})`);
    }
    const rows = await query.execute();
    const shown = rows.slice(0, page.limit);
    const last = shown.at(-1);
    return {
      items: shown.map(presentSync),
      next_cursor:
        rows.length > page.limit && last !== undefined
          ? JSON.stringify([last.queued_at.toISOString(), last.id])
          : null,
    };
  });
}

/** Rows that the last load (or the one named) could not read, in the order of the file. */
export async function listRejectedRows(
  services: Services,
  actor: Actor,
  sourceId: string,
  page: PageRequest & { readonly runId?: string | undefined },
): Promise<Page<RejectedRow>> {
  return services.database.withOrganization(actor.organizationId, async (trx) => {
    const source = await findSource(trx, sourceId);
    const sync = await findSync(trx, source.id, page.runId);
    if (sync === undefined) return { items: [], next_cursor: null };
    let query = trx
      .selectFrom('rejected_rows')
      .selectAll()
      .where('sync_run_id', '=', sync)
      .orderBy('id')
      .limit(page.limit + 1);
    const after = Number(page.cursor ?? 0);
    if (Number.isSafeInteger(after) && after > 0) query = query.where('id', '>', after);
    const rows = await query.execute();
    const shown = rows.slice(0, page.limit);
    return {
      items: shown.map((row) => ({
        line: row.line,
        column: row.column_name,
        value: row.value,
        reason: row.reason,
        raw: row.raw,
      })),
      next_cursor: rows.length > page.limit ? String(shown.at(-1)?.id ?? '') : null,
    };
  });
}

/** The load whose rejected rows are meant: the named one, else the last that ended. */
async function findSync(
  trx: MetadataTransaction,
  sourceId: SourceId,
  runId: string | undefined,
): Promise<StepId | undefined> {
  const query = trx.selectFrom('sync_runs').select('id').where('source_id', '=', sourceId);
  const chosen =
    runId === undefined
      ? query.where('status', 'in', ['succeeded', 'failed'])
      : query.where('run_id', '=', runId as RunId); // compared, never trusted
  const row = await chosen.orderBy('queued_at', 'desc').limit(1).executeTakeFirst();
  return row?.id;
}

/** `["name", "id"]`; anything else is a cursor of somebody's own making and starts from the beginning. */
function parseCursor(cursor: string | undefined): readonly [string, string] | null {
  if (cursor === undefined) return null;
  try {
    const parsed: unknown = JSON.parse(cursor);
    if (Array.isArray(parsed) && typeof parsed[0] === 'string' && typeof parsed[1] === 'string') {
      return [parsed[0], parsed[1]];
    }
  } catch {
    // Not JSON: handled like any other cursor that is not ours.
  }
  throw new AppError('invalid_input', 'This cursor is not one of this list.', {
    errors: [{ path: 'cursor', message: 'Use next_cursor of the page before' }],
  });
}
