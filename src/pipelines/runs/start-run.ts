import type { Services } from '#platform/services';
import type { OrganizationId, PipelineId, RunId } from '#platform/ids';
import type { RunEngine } from '../engine/run-engine.ts';
import { engineRun, runPlan } from './run-plan.ts';

/**
 * Hands a queued run to the engine, unless another run of its pipeline is before it: runs of one pipeline go one at a
 * time, in the order in which they were asked for. The one that ends calls `startNextRun`.
 *
 * Safe to repeat: the worker's reconciliation calls it for what a crash left between commit and start.
 */
export async function startRun(
  services: Pick<Services, 'database'> & { readonly runEngine: Pick<RunEngine, 'start'> },
  organizationId: OrganizationId,
  runId: RunId,
): Promise<void> {
  const ready = await services.database.withOrganization(organizationId, async (trx) => {
    const run = await trx
      .selectFrom('pipeline_runs')
      .select(['pipeline_id', 'plan', 'status', 'queue'])
      .where('organization_id', '=', organizationId)
      .where('id', '=', runId)
      .executeTakeFirst();
    if (run === undefined || run.status !== 'queued') return null;
    if (run.pipeline_id !== null) {
      const first = await firstUnfinished(trx, organizationId, run.pipeline_id);
      if (first !== runId) return null;
    }
    return engineRun(runId, organizationId, runPlan.parse(run.plan), run.queue);
  });
  if (ready !== null) await services.runEngine.start(ready);
}

/** Starts the run of a pipeline that has waited longest, if it is its turn. */
export async function startNextRun(
  services: Pick<Services, 'database'> & { readonly runEngine: Pick<RunEngine, 'start'> },
  organizationId: OrganizationId,
  pipelineId: PipelineId,
): Promise<void> {
  const first = await services.database.withOrganization(organizationId, (trx) =>
    firstUnfinished(trx, organizationId, pipelineId),
  );
  if (first !== undefined) await startRun(services, organizationId, first);
}

async function firstUnfinished(
  trx: Parameters<Parameters<Services['database']['withOrganization']>[1]>[0],
  organizationId: OrganizationId,
  pipelineId: PipelineId,
): Promise<RunId | undefined> {
  const first = await trx
    .selectFrom('pipeline_runs')
    .select('id')
    .where('organization_id', '=', organizationId)
    .where('pipeline_id', '=', pipelineId)
    .where('status', 'in', ['queued', 'running'])
    .orderBy('queued_at')
    .orderBy('id')
    .executeTakeFirst();
  return first?.id;
}
