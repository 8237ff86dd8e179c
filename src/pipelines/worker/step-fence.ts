import type { MetadataTransaction } from '#platform/database/database';
import { AppError } from '#platform/errors';
import type { OrganizationId, RunId, StepId } from '#platform/ids';
import type { Services } from '#platform/services';
import { endStep, type StepEnd, type StepRow } from '../runs/end-step.ts';
import { lockRun } from '../runs/lock-run.ts';

/** One try of one worker at a step. */
export interface StepAttempt {
  readonly organizationId: OrganizationId;
  readonly runId: RunId;
  readonly stepId: StepId;
  readonly workerId: string;
  readonly attempt: number;
}

async function currentStep(
  trx: MetadataTransaction,
  mine: StepAttempt,
): Promise<{ pipelineId: string | null; row: StepRow }> {
  const run = await lockRun(trx, mine.organizationId, mine.runId);
  const row = await trx
    .selectFrom('run_steps')
    .select(['id', 'run_id', 'kind', 'ref_id', 'name', 'status', 'attempt', 'worker_id'])
    .where('organization_id', '=', mine.organizationId)
    .where('id', '=', mine.stepId)
    .executeTakeFirst();
  const isMine = row?.status === 'running' && row.attempt === mine.attempt && row.worker_id === mine.workerId;
  if (run === undefined || row === undefined || !isMine) {
    throw new AppError('step_taken_over', 'Another worker has taken this step over.');
  }
  return { pipelineId: run.pipeline_id, row };
}

/**
 * The fence, asked just before an effect is committed, and before what is told of it: only the present try may. A
 * cancellation is not its business; that aborts the try's signal, and what was committed before it stays.
 *
 * @param within a transaction that holds the step until it ends: a worker can be stopped between any two statements.
 * @throws AppError step_taken_over
 */
export async function assertCurrentAttempt(
  services: Pick<Services, 'database'>,
  mine: StepAttempt,
  within?: MetadataTransaction,
): Promise<void> {
  if (within !== undefined) await currentStep(within, mine);
  else await services.database.withOrganization(mine.organizationId, (trx) => currentStep(trx, mine));
}

/** Ends the step, if it is still this try's to end. @throws AppError step_taken_over */
export async function endCurrentStep(
  services: Pick<Services, 'database'>,
  mine: StepAttempt,
  end: StepEnd,
): Promise<void> {
  await services.database.withOrganization(mine.organizationId, async (trx) => {
    const { pipelineId, row } = await currentStep(trx, mine);
    await endStep(trx, mine.organizationId, pipelineId, row, end);
  });
}
