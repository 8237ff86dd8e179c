import type { Actor } from '#platform/actor';
import { AppError } from '#platform/errors';
import type { RunId, SourceId, StepId, TransformationId } from '#platform/ids';
import { publishTransformations } from '#transforms';
import type { PipelineServices } from '../services.ts';
import { createRun } from './create-run.ts';
import { freezePlan, type PlanContent } from './freeze-plan.ts';
import { startRun } from './start-run.ts';

/** A run of one thing, outside of any pipeline. */
export interface SingleRun {
  readonly runId: RunId;
  /** Its only step: the id of its row in sync_runs or transformation_runs. */
  readonly stepId: StepId;
}

/** Queues the load of a source. @throws AppError not_found */
export function runSource(
  services: PipelineServices,
  actor: Actor,
  id: string,
  trigger: 'manual' | 'webhook' = 'manual',
): Promise<SingleRun> {
  const content = { sourceIds: [id as SourceId], transformationIds: [] }; // ids lose their brand in a URL
  return runOne(services, actor, content, trigger);
}

/** Queues the execution of a transformation as it is saved, which publishes it. @throws AppError not_found */
export function runTransformation(services: PipelineServices, actor: Actor, id: string): Promise<SingleRun> {
  return runOne(services, actor, { sourceIds: [], transformationIds: [id as TransformationId] }); // as above
}

async function runOne(
  services: PipelineServices,
  actor: Actor,
  content: PlanContent,
  trigger: 'manual' | 'webhook' = 'manual',
): Promise<SingleRun> {
  const { organizationId } = actor;
  const run = await services.database.withOrganization(organizationId, async (trx) => {
    await publishTransformations(trx, organizationId, content.transformationIds);
    const plan = await freezePlan(trx, organizationId, content, services.newId);
    const [step] = plan.steps;
    if (step === undefined) throw new AppError('not_found', 'There is nothing with this id.');
    const runId = await createRun(trx, services.newId, {
      organizationId,
      pipeline: null,
      trigger,
      plan,
      requestedBy: actor.userId,
    });
    return { runId, stepId: step.id as StepId }; // ids lose their brand in a plan's JSON
  });
  await startRun(services, organizationId, run.runId);
  return run;
}
