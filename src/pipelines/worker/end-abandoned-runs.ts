import { sql } from 'kysely';
import { AppError, toRunError } from '#platform/errors';
import type { OrganizationId, RunId } from '#platform/ids';
import type { Services } from '#platform/services';
import type { RunWorker } from '../engine/run-engine.ts';
import { endRun } from '../runs/end-run.ts';
import { endStep } from '../runs/end-step.ts';
import { hasEnded, lockRun } from '../runs/lock-run.ts';
import { startNextRun } from '../runs/start-run.ts';

/**
 * Ends the runs that the engine has given up without our tables saying so: an error of ours that no step caught. A run
 * must never seem to go on for ever, and the next run of its pipeline must not wait for it.
 */
export async function endAbandonedRuns(
  services: Pick<Services, 'database' | 'log'> & { readonly runEngine: Pick<RunWorker, 'start' | 'ended'> },
): Promise<void> {
  const open = await services.database.withSystem((trx) =>
    trx
      .selectFrom('pipeline_runs')
      .select(['id', 'organization_id'])
      .where('status', 'in', ['queued', 'running'])
      .where(sql<boolean>`coalesce(started_at, queued_at) < now() - interval '10 seconds'`)
      .execute(),
  );
  const given = new Set(await services.runEngine.ended(open.map((run) => run.id)));
  for (const run of open) {
    if (given.has(run.id)) await endOne(services, run.organization_id, run.id);
  }
}

async function endOne(
  services: Pick<Services, 'database' | 'log'> & { readonly runEngine: Pick<RunWorker, 'start'> },
  organizationId: OrganizationId,
  runId: RunId,
): Promise<void> {
  const pipelineId = await services.database.withOrganization(organizationId, async (trx) => {
    const run = await lockRun(trx, organizationId, runId);
    if (run === undefined || hasEnded(run.status)) return null;
    const error = new AppError('internal', 'The run stopped because of an error on our side.');
    services.log.error({ run_id: runId }, 'a run was given up by the engine');
    const steps = await trx
      .selectFrom('run_steps')
      .select(['id', 'run_id', 'kind', 'ref_id', 'name'])
      .where('organization_id', '=', organizationId)
      .where('run_id', '=', runId)
      .where('status', 'in', ['queued', 'running'])
      .execute();
    for (const step of steps) {
      const end = {
        status: 'failed',
        error: toRunError(error),
        message: `“${step.name}”: ${error.message}`,
      } as const;
      await endStep(trx, organizationId, run.pipeline_id, step, end);
    }
    await endRun(trx, organizationId, run);
    return run.pipeline_id;
  });
  if (pipelineId !== null) await startNextRun(services, organizationId, pipelineId);
}
