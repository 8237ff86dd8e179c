import { emitEvent } from '#platform/database/emit-event';
import type { OrganizationId, RunId, StepId } from '#platform/ids';
import type { Services } from '#platform/services';
import { AppError, toRunError } from '#platform/errors';
import type { StepOutcome } from '../engine/run-engine.ts';
import { cancelledEnd, endStep, skippedEnd, stoppedEnd } from '../runs/end-step.ts';
import { hasEnded, lockRun } from '../runs/lock-run.ts';
import { logLine } from '../runs/log-line.ts';
import { runPlan, type PlanStep } from '../runs/run-plan.ts';

/** After so many beginnings a step is given up: it takes its worker down with it. */
const MAX_ATTEMPTS = 8;

export type Claim =
  | { readonly ended: StepOutcome }
  | {
      readonly ended: null;
      /** Number of this try; with the worker's id it is the fence against one that was paused and wakes. */
      readonly attempt: number;
      readonly step: PlanStep;
      readonly trigger: 'manual' | 'pipeline';
      readonly pipelineId: string | null;
    };

/** Makes the step this worker's, unless it has already ended or must not begin. */
export async function claimStep(
  services: Pick<Services, 'database'>,
  who: { readonly organizationId: OrganizationId; readonly runId: RunId; readonly workerId: string },
  stepId: StepId,
  blocked: boolean,
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
    if (row.attempt >= MAX_ATTEMPTS) {
      const error = new AppError(
        'step_gives_up',
        `“${row.name}” was begun ${row.attempt} times and never came to an end.`,
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
    const attempt = row.attempt + 1;
    await trx
      .updateTable('run_steps')
      .set({
        status: 'running',
        attempt,
        worker_id: workerId,
        progress: null,
        started_at: row.started_at ?? new Date(),
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
