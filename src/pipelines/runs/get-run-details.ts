import { z } from 'zod';
import type { RunDetails } from '#contracts/pipelines';
import { schemaChange } from '#contracts/sources';
import type { Actor } from '#platform/actor';
import type { RunId } from '#platform/ids';
import type { Services } from '#platform/services';
import { getRun } from './queries.ts';
import { runPlan } from './run-plan.ts';

/**
 * What a run was to do, frozen when it was asked for, and what each step did: the version of the recipe, the statement,
 * the tables it wrote and what changed in their columns.
 *
 * @throws AppError not_found
 */
export async function getRunDetails(
  services: Pick<Services, 'database'>,
  actor: Actor,
  id: string,
): Promise<RunDetails> {
  const run = await getRun(services, actor, id);
  const { organizationId } = actor;
  const runId = run.run_id as RunId; // it was found by it
  return services.database.withOrganization(organizationId, async (trx) => {
    const row = await trx
      .selectFrom('pipeline_runs')
      .select('plan')
      .where('organization_id', '=', organizationId)
      .where('id', '=', runId)
      .executeTakeFirstOrThrow();
    const plan = runPlan.parse(row.plan);
    const syncs = await trx
      .selectFrom('sync_runs')
      .select(['id', 'tables', 'rows_rejected', 'schema_changes', 'warnings', 'started_at', 'finished_at'])
      .where('organization_id', '=', organizationId)
      .where('run_id', '=', runId)
      .execute();
    const executions = await trx
      .selectFrom('transformation_runs')
      .select(['id', 'sql', 'table_name', 'row_count', 'started_at', 'finished_at'])
      .where('organization_id', '=', organizationId)
      .where('run_id', '=', runId)
      .execute();
    const syncOf = new Map<string, (typeof syncs)[number]>(syncs.map((sync) => [sync.id, sync]));
    const executionOf = new Map<string, (typeof executions)[number]>(
      executions.map((each) => [each.id, each]),
    );
    const names = new Map(plan.steps.map((step) => [step.id, step.name]));
    return {
      run_id: run.run_id,
      on_failure: plan.on_failure ?? 'continue',
      steps: plan.steps.map((step): RunDetails['steps'][number] => {
        const sync = syncOf.get(step.id);
        const execution = executionOf.get(step.id);
        const done = run.steps.find((each) => each.id === step.id);
        const times = sync ?? execution;
        return {
          id: step.id,
          after: step.after.map((each) => names.get(each) ?? each),
          version: step.kind === 'transform' ? step.version : null,
          sql: execution?.sql ?? null,
          rows: done?.rows ?? null,
          rows_rejected: sync === undefined ? null : sync.rows_rejected,
          duration_ms:
            times?.started_at == null || times.finished_at == null
              ? null
              : Math.max(0, times.finished_at.getTime() - times.started_at.getTime()),
          schema_changes: sync === undefined ? [] : z.array(schemaChange).parse(sync.schema_changes),
          warnings: sync?.warnings.length ?? 0,
        };
      }),
    };
  });
}
