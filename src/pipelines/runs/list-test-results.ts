import type { EndpointResponse } from '#contracts/endpoint';
import type { listRunTestResults as contract } from '#contracts/data-tests';
import type { Actor } from '#platform/actor';
import { AppError } from '#platform/errors';
import type { RunId } from '#platform/ids';
import type { Services } from '#platform/services';
import { presentTestResult } from '#transforms';

/** What came of every data test of a run, those that failed first. @throws AppError not_found */
export function listRunTestResults(
  services: Pick<Services, 'database'>,
  actor: Actor,
  runId: string,
): Promise<EndpointResponse<typeof contract>> {
  return services.database.withOrganization(actor.organizationId, async (trx) => {
    const run = await trx
      .selectFrom('pipeline_runs')
      .select('id')
      .where('organization_id', '=', actor.organizationId)
      .where('id', '=', runId as RunId) // ids lose their brand in a URL
      .executeTakeFirst();
    if (run === undefined) throw new AppError('not_found', 'There is no run with this id.');
    const rows = await trx
      .selectFrom('data_test_results')
      .selectAll()
      .where('organization_id', '=', actor.organizationId)
      .where('run_id', '=', run.id)
      .orderBy((order) => order.case().when('status', '=', 'passed').then(1).else(0).end())
      .orderBy('severity')
      .orderBy('id')
      .execute();
    const names = await trx
      .selectFrom('warehouse_tables')
      .select(['name', 'display_name'])
      .where('organization_id', '=', actor.organizationId)
      .execute();
    const displayNames = new Map(names.map((table) => [table.name, table.display_name]));
    return {
      items: rows.map((row) => ({
        ...presentTestResult(row),
        table_display_name: displayNames.get(row.table_name) ?? row.table_name,
      })),
    };
  });
}
