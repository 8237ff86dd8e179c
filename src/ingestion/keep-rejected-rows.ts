import type { RejectedRow } from '#contracts/sources';
import type { OrganizationId, SourceId, StepId } from '#platform/ids';
import type { Services } from '#platform/services';

/** Rows in one INSERT: 7 parameters each, of the 65,535 that PostgreSQL takes. */
const batchRows = 1_000;

/** Keeps rows that could not be loaded, for the page and for download. */
export async function keepRejectedRows(
  services: Pick<Services, 'database'>,
  load: { readonly organizationId: OrganizationId; readonly sourceId: SourceId; readonly syncRunId: StepId },
  rows: readonly RejectedRow[],
): Promise<void> {
  await services.database.withOrganization(load.organizationId, async (trx) => {
    for (let from = 0; from < rows.length; from += batchRows) {
      await trx
        .insertInto('rejected_rows')
        .values(
          rows.slice(from, from + batchRows).map((row) => ({
            organization_id: load.organizationId,
            source_id: load.sourceId,
            sync_run_id: load.syncRunId,
            line: row.line,
            column_name: row.column,
            value: row.value,
            reason: row.reason,
            raw: row.raw,
          })),
        )
        .execute();
    }
  });
}

/** An attempt that starts anew counts anew. */
export async function forgetRejectedRows(
  services: Pick<Services, 'database'>,
  organizationId: OrganizationId,
  syncRunId: StepId,
): Promise<void> {
  await services.database.withOrganization(organizationId, (trx) =>
    trx.deleteFrom('rejected_rows').where('sync_run_id', '=', syncRunId).execute(),
  );
}
