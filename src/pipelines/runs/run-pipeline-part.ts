import type { PartScope } from '#contracts/pipelines';
import type { Actor } from '#platform/actor';
import { AppError } from '#platform/errors';
import type { PipelineId, RunId } from '#platform/ids';
import { pipelineContent } from '../pipeline-content.ts';
import type { PipelineServices } from '../services.ts';
import { createRun } from './create-run.ts';
import { freezePlan } from './freeze-plan.ts';
import { selectPart } from './select-part.ts';
import { startRun } from './start-run.ts';

/** Queues a run of a part of a pipeline: one step, up to a step, or from a step on. @throws AppError not_found */
export async function runPipelinePart(
  services: PipelineServices,
  actor: Actor,
  id: string,
  part: { readonly step: string; readonly scope: PartScope },
): Promise<RunId> {
  const { organizationId } = actor;
  const runId = await services.database.withOrganization(organizationId, async (trx) => {
    const pipeline = await trx
      .selectFrom('pipelines')
      .select(['id', 'name', 'on_failure'])
      .where('organization_id', '=', organizationId)
      .where('id', '=', id as PipelineId) // ids lose their brand in a URL
      .executeTakeFirst();
    if (pipeline === undefined) throw new AppError('not_found', 'There is no pipeline with this id.');
    const content = await pipelineContent(trx, organizationId, pipeline.id);
    const whole = await freezePlan(trx, organizationId, content, services.newId);
    const { plan, step } = selectPart(whole, part.step, part.scope);
    return createRun(trx, services.newId, {
      organizationId,
      pipeline,
      trigger: 'manual',
      plan: { ...plan, on_failure: pipeline.on_failure },
      part: { scope: part.scope, step: step.name },
      requestedBy: actor.userId,
    });
  });
  await startRun(services, organizationId, runId);
  return runId;
}
