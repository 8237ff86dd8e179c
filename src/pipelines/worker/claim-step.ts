import { sql } from 'kysely';
import { emitEvent } from '#platform/database/emit-event';
import type { MetadataTransaction } from '#platform/database/database';
import type { OrganizationId, RunId, StepId } from '#platform/ids';
import type { Services } from '#platform/services';
import { AppError, toRunError } from '#platform/errors';
import type { StepOutcome } from '../engine/run-engine.ts';
import { cancelledEnd, endStep, skippedEnd, stoppedEnd } from '../runs/end-step.ts';
import { hasEnded, lockRun } from '../runs/lock-run.ts';
import { logLine } from '../runs/log-line.ts';
import { runPlan, type PlanStep } from '../runs/run-plan.ts';

/** After so many lost workers a step is given up: it takes its worker down with it. */
const MAX_LOSSES = 8;

/**
 * The worker in which a step of another run is loading the same source, or making the same table; or the host from which
 * as many loads are under way as may be.
 */
export type WaitsFor =
  | { readonly worker: string; readonly host?: undefined }
  | { readonly host: string; readonly worker?: undefined };

export type Claim =
  | { readonly ended: StepOutcome }
  | { readonly ended: null; readonly waitsFor: WaitsFor; readonly name: string }
  | {
      readonly ended: null;
      readonly waitsFor?: undefined;
      /** Number of this try; with the worker's id it is the fence against one that was paused and wakes. */
      readonly attempt: number;
      readonly step: PlanStep;
      readonly trigger: 'manual' | 'pipeline';
      readonly pipelineId: string | null;
    };

/**
 * Makes the step this worker's, unless it has already ended or must not begin.
 *
 * @param options.gone workers that are known to be dead: nobody waits for what they were at.
 * @param options.loadsPerHost at the same time, of all organizations; one more for what a person waits for.
 */
export async function claimStep(
  services: Pick<Services, 'database'>,
  who: { readonly organizationId: OrganizationId; readonly runId: RunId; readonly workerId: string },
  stepId: StepId,
  blocked: boolean,
  options: { readonly gone: ReadonlySet<string>; readonly loadsPerHost: number },
): Promise<Claim> {
  const { organizationId, runId, workerId } = who;
  return services.database.withOrganization(organizationId, async (trx): Promise<Claim> => {
    const run = await lockRun(trx, organizationId, runId);
    const row = await trx
      .selectFrom('run_steps')
      .selectAll()
      .where('organization_id', '=', organizationId)
      .where('id', '=', stepId)
      .executeTakeFirst();
    // The organization or its pipeline was deleted while the run was queued: there is nothing left to do.
    if (run === undefined || row === undefined) return { ended: 'cancelled' };
    if (row.status !== 'queued' && row.status !== 'running') return { ended: row.status };
    if (run.cancel_requested_at !== null || hasEnded(run.status)) {
      await endStep(trx, organizationId, run.pipeline_id, row, cancelledEnd(row.name));
      return { ended: 'cancelled' };
    }
    if (blocked) {
      await endStep(trx, organizationId, run.pipeline_id, row, skippedEnd(row.name));
      return { ended: 'skipped' };
    }
    const { plan: stored } = await trx
      .selectFrom('pipeline_runs')
      .select('plan')
      .where('organization_id', '=', organizationId)
      .where('id', '=', runId)
      .executeTakeFirstOrThrow();
    const plan = runPlan.parse(stored);
    if (plan.on_failure === 'stop') {
      const failed = await trx
        .selectFrom('run_steps')
        .select('name')
        .where('organization_id', '=', organizationId)
        .where('run_id', '=', runId)
        .where('status', '=', 'failed')
        .executeTakeFirst();
      if (failed !== undefined) {
        await endStep(trx, organizationId, run.pipeline_id, row, stoppedEnd(row.name, failed.name));
        return { ended: 'skipped' };
      }
    }
    if (row.losses >= MAX_LOSSES) {
      const error = new AppError(
        'step_gives_up',
        `“${row.name}” was begun ${row.losses + 1} times, and its worker never came back.`,
      );
      await endStep(trx, organizationId, run.pipeline_id, row, {
        status: 'failed',
        error: toRunError(error),
        message: error.message,
      });
      return { ended: 'failed' };
    }
    const step = plan.steps.find((each) => each.id === stepId);
    if (step === undefined) throw new Error(`Step ${stepId} is not in the plan of run ${runId}`);
    const other = await whoIsAt(trx, organizationId, row);
    if (other !== undefined && !options.gone.has(other)) {
      return { ended: null, waitsFor: { worker: other }, name: row.name };
    }
    if (row.host !== null) {
      const places = options.loadsPerHost + (run.queue === 'manual' ? 1 : 0);
      if ((await loadsUnderWay(trx, row.host, stepId)) >= places) {
        return { ended: null, waitsFor: { host: row.host }, name: row.name };
      }
    }
    const attempt = row.attempt + 1;
    const wasLost = row.status === 'running' && row.worker_id !== workerId;
    await trx
      .updateTable('run_steps')
      .set({
        status: 'running',
        attempt,
        losses: row.losses + (wasLost ? 1 : 0),
        worker_id: workerId,
        progress: null,
        started_at: sql<Date>`coalesce(started_at, clock_timestamp())`,
      })
      .where('organization_id', '=', organizationId)
      .where('id', '=', stepId)
      .execute();
    const again =
      attempt === 1
        ? ''
        : row.worker_id === workerId
          ? ` Try ${attempt}.`
          : ' Its worker was lost; another one continues.';
    await logLine(
      trx,
      { organizationId, runId },
      { stepId, message: `${step.kind === 'sync' ? 'Loading' : 'Running'} “${step.name}”.${again}` },
    );
    await emitEvent(trx, organizationId, {
      type: 'step',
      run_id: runId,
      pipeline_id: run.pipeline_id,
      step_id: stepId,
      kind: step.kind,
      ref_id: step.ref_id,
      status: 'running',
      rows: null,
    });
    return {
      ended: null,
      attempt,
      step,
      trigger: run.pipeline_id === null ? 'manual' : 'pipeline',
      pipelineId: run.pipeline_id,
    };
  });
}

/** From one host, of all organizations, besides this step; nobody else is told until this transaction has ended. */
async function loadsUnderWay(trx: MetadataTransaction, host: string, besides: StepId): Promise<number> {
  const { rows } = await sql<{
    count: number;
  }>`SELECT public.loads_under_way(${host}, ${besides}) AS count`.execute(trx);
  return rows[0]?.count ?? 0;
}

/**
 * The worker that is at the same source or the same table for another run. Loads that go on from where the last one
 * ended would get into each other's way; and two that make the same table would do the work twice.
 */
async function whoIsAt(
  trx: MetadataTransaction,
  organizationId: OrganizationId,
  step: { readonly id: StepId; readonly ref_id: string },
): Promise<string | undefined> {
  // Two claims at the same moment: the second sees the first.
  await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`step ${organizationId} ${step.ref_id}`}, 0))`.execute(
    trx,
  );
  const other = await trx
    .selectFrom('run_steps')
    .select('worker_id')
    .where('organization_id', '=', organizationId)
    .where('ref_id', '=', step.ref_id)
    .where('status', '=', 'running')
    .where('id', '!=', step.id)
    .where('worker_id', 'is not', null)
    .executeTakeFirst();
  return other?.worker_id ?? undefined;
}
