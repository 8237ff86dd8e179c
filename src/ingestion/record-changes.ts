import type { RecordedChange } from '#contracts/streams';
import type { z } from 'zod';
import type { listSchemaChanges as contract } from '#contracts/streams';
import type { Actor } from '#platform/actor';
import type { MetadataTransaction } from '#platform/database/database';
import type { OrganizationId, RunId, SourceId, StepId } from '#platform/ids';
import type { Services } from '#platform/services';
import { AppError } from '#platform/errors';
import { findSource } from '#sources';

/** Rows in one INSERT: 9 parameters each, of the 65,535 that PostgreSQL takes. */
const batchRows = 5_000;

/** Keeps what a load changed in the tables of a source. A load that is repeated after a crash keeps it once. */
export async function recordChanges(
  trx: MetadataTransaction,
  of: {
    readonly organizationId: OrganizationId;
    readonly sourceId: SourceId;
    readonly stepId: StepId;
    readonly runId: RunId;
  },
  changes: readonly RecordedChange[],
): Promise<void> {
  await trx.deleteFrom('schema_changes').where('sync_run_id', '=', of.stepId).execute();
  for (let from = 0; from < changes.length; from += batchRows) {
    await trx
      .insertInto('schema_changes')
      .values(
        changes.slice(from, from + batchRows).map((change) => ({
          organization_id: of.organizationId,
          source_id: of.sourceId,
          sync_run_id: of.stepId,
          run_id: of.runId,
          stream: change.stream,
          kind: change.kind,
          table_name: change.table,
          column_name: change.column,
          from_type: change.from,
          to_type: change.to,
        })),
      )
      .execute();
  }
}

/** What changed in the tables of a source, newest first. @throws AppError not_found */
export async function listSchemaChanges(
  services: Services,
  actor: Actor,
  id: string,
  page: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<z.infer<typeof contract.response>> {
  return services.database.withOrganization(actor.organizationId, async (trx) => {
    const source = await findSource(trx, id);
    let query = trx
      .selectFrom('schema_changes')
      .selectAll()
      .where('source_id', '=', source.id)
      .orderBy('id', 'desc')
      .limit(page.limit + 1);
    if (page.cursor !== undefined) {
      const before = Number(page.cursor);
      if (!Number.isSafeInteger(before)) {
        throw new AppError('invalid_input', 'This cursor is not one of this list.', {
          errors: [{ path: 'cursor', message: 'Use next_cursor of the page before' }],
        });
      }
      query = query.where('id', '<', before);
    }
    const rows = await query.execute();
    const shown = rows.slice(0, page.limit);
    return {
      items: shown.map((row) => ({
        kind: row.kind,
        stream: row.stream,
        table: row.table_name,
        column: row.column_name,
        from: row.from_type,
        to: row.to_type,
        run_id: row.run_id,
        at: row.at.toISOString(),
      })),
      next_cursor: rows.length > page.limit ? String(shown.at(-1)?.id ?? '') : null,
    };
  });
}
