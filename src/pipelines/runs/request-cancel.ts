import { sql } from 'kysely';
import type { MetadataTransaction } from '#platform/database/database';
import { AppError } from '#platform/errors';
import type { OrganizationId, RunId } from '#platform/ids';
import type { Services } from '#platform/services';
import type { RunEngine } from '../engine/run-engine.ts';
import { CANCEL_CHANNEL } from '../worker/watch-cancellations.ts';
import { endRun } from './end-run.ts';
import { cancelledEnd, endStep } from './end-step.ts';
import { hasEnded, lockRun } from './lock-run.ts';
import { logLine } from './log-line.ts';
import { startNextRun } from './start-run.ts';

/** Seconds without a sign of life after which nobody is there to carry a cancellation out. */
const NOBODY_SECONDS = 10;

/**
 * Asks for the end of a run. One that waits ends at once; one that runs ends when its worker has cancelled the
 * statement it is at, within two seconds; and when no worker is there at all, it ends here. What it has committed stays.
 *
 * @throws AppError not_found, run_not_cancellable
 */
export async function requestCancel(
  services: Pick<Services, 'database'> & { readonly runEngine: RunEngine },
  organizationId: OrganizationId,
  runId: RunId,
): Promise<void> {
  const workerIsThere = await someWorkerLives(services);
  const { ended, pipelineId } = await services.database.withOrganization(organizationId, async (trx) => {
    const run = await lockRun(trx, organizationId, runId);
    if (run === undefined) throw new AppError('not_found', 'There is no run with this id.');
    if (hasEnded(run.status))
      throw new AppError('run_not_cancellable', `This run has already ended (${run.status}).`);
    const asked = { ...run, cancel_requested_at: run.cancel_requested_at ?? new Date() };
    await trx
      .updateTable('pipeline_runs')
      .set({ cancel_requested_at: asked.cancel_requested_at })
      .where('organization_id', '=', organizationId)
      .where('id', '=', runId)
      .execute();
    if (run.cancel_requested_at === null) {
      await logLine(
        trx,
        { organizationId, runId },
        { level: 'warning', message: 'Somebody asked to cancel.' },
      );
    }
    const endHere = run.status === 'queued' || !workerIsThere;
    if (endHere) {
      await cancelOpenSteps(trx, organizationId, runId, run.pipeline_id);
      await endRun(trx, organizationId, asked);
    }
    // Leaves with the commit.
    await sql`SELECT pg_notify(${CANCEL_CHANNEL}, ${runId})`.execute(trx);
    return { ended: endHere, pipelineId: run.pipeline_id };
  });
  if (!ended) return;
  await services.runEngine.cancel(runId);
  if (pipelineId !== null) await startNextRun(services, organizationId, pipelineId);
}

async function cancelOpenSteps(
  trx: MetadataTransaction,
  organizationId: OrganizationId,
  runId: RunId,
  pipelineId: string | null,
): Promise<void> {
  const open = await trx
    .selectFrom('run_steps')
    .select(['id', 'run_id', 'kind', 'ref_id', 'name'])
    .where('organization_id', '=', organizationId)
    .where('run_id', '=', runId)
    .where('status', 'in', ['queued', 'running'])
    .orderBy('position')
    .execute();
  for (const step of open) await endStep(trx, organizationId, pipelineId, step, cancelledEnd(step.name));
}

async function someWorkerLives(services: Pick<Services, 'database'>): Promise<boolean> {
  const alive = await services.database.withSystem((trx) =>
    trx
      .selectFrom('workers')
      .select('id')
      .where('stopped_at', 'is', null)
      .where(sql<boolean>`heartbeat_at > now() - ${NOBODY_SECONDS} * interval '1 second'`)
      .limit(1)
      .executeTakeFirst(),
  );
  return alive !== undefined;
}
