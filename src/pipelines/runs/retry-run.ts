import type { Actor } from '#platform/actor';
import { AppError } from '#platform/errors';
import type { PipelineId, RunId, SourceId, TransformationId } from '#platform/ids';
import { publishTransformations } from '#transforms';
import type { PipelineServices } from '../services.ts';
import { createRun, type KeptStep } from './create-run.ts';
import { freezePlan } from './freeze-plan.ts';
import { hasEnded, lockRun } from './lock-run.ts';
import { startRun } from './start-run.ts';

/**
 * Runs again what did not succeed: a new run with the same steps, in which those that had succeeded are kept as they
 * ended. The recipes are those of now, and what failed takes its newest version with the drafts of since: a person
 * repairs the recipe and then runs again.
 *
 * @throws AppError not_found, run_not_retryable
 */
export async function retryRun(services: PipelineServices, actor: Actor, id: string): Promise<RunId> {
  const { organizationId } = actor;
  const runId = await services.database.withOrganization(organizationId, async (trx) => {
    const run = await lockRun(trx, organizationId, id as RunId); // ids lose their brand in a URL
    if (run === undefined) throw new AppError('not_found', 'There is no run with this id.');
    if (!hasEnded(run.status)) throw new AppError('run_not_retryable', 'This run has not ended yet.');
    if (run.status === 'succeeded')
      throw new AppError('run_not_retryable', 'Every step of this run succeeded.');
    const steps = await trx
      .selectFrom('run_steps')
      .selectAll()
      .where('organization_id', '=', organizationId)
      .where('run_id', '=', run.id)
      .orderBy('position')
      .execute();
    const idsOf = (kind: 'sync' | 'transform') =>
      steps.filter((step) => step.kind === kind).map((step) => step.ref_id);
    const repaired = steps.filter((step) => step.kind === 'transform' && step.status === 'failed');
    await publishTransformations(
      trx,
      organizationId,
      repaired.map((step) => step.ref_id as TransformationId), // as below
    );
    const plan = await freezePlan(
      trx,
      organizationId,
      // The kind of a step says of which thing its reference is.
      { sourceIds: idsOf('sync') as SourceId[], transformationIds: idsOf('transform') as TransformationId[] },
      services.newId,
    ).catch((error: unknown) => {
      if (!(error instanceof AppError) || error.code !== 'not_found') throw error;
      throw new AppError('run_not_retryable', 'Something that this run works on was deleted since.', {
        cause: error,
      });
    });
    const onFailure =
      run.pipeline_id === null
        ? undefined
        : (
            await trx
              .selectFrom('pipelines')
              .select('on_failure')
              .where('organization_id', '=', organizationId)
              .where('id', '=', run.pipeline_id)
              .executeTakeFirst()
          )?.on_failure;
    const before = new Map(steps.map((step) => [`${step.kind} ${step.ref_id}`, step]));
    const kept = new Map<string, KeptStep>();
    for (const step of plan.steps) {
      const earlier = before.get(`${step.kind} ${step.ref_id}`);
      if (earlier?.status !== 'succeeded') continue;
      kept.set(step.id, {
        rows: earlier.rows,
        startedAt: earlier.started_at,
        finishedAt: earlier.finished_at,
      });
    }
    const pipeline =
      run.pipeline_id === null
        ? null
        : { id: run.pipeline_id satisfies PipelineId, name: run.pipeline_name ?? '' };
    return createRun(trx, services.newId, {
      organizationId,
      pipeline,
      trigger: 'retry',
      plan: { ...plan, ...(onFailure === undefined ? {} : { on_failure: onFailure }) },
      part: run.part,
      requestedBy: actor.userId,
      retryOf: run.id,
      kept,
    });
  });
  await startRun(services, organizationId, runId);
  return runId;
}
