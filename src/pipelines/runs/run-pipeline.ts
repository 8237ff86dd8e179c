import type { Actor } from '#platform/actor';
import { AppError } from '#platform/errors';
import type { PipelineId, RunId } from '#platform/ids';
import { pipelineContent } from '../pipeline-content.ts';
import type { PipelineServices } from '../services.ts';
import { createRun } from './create-run.ts';
import { freezePlan } from './freeze-plan.ts';
import { startRun } from './start-run.ts';

/**
 * Queues a run of a pipeline. While another run of it is under way, the new one begins when that has ended. When one
 * is waiting already, that one is answered: a second would do the same on the same data.
 *
 * @throws AppError not_found; invalid_input when the pipeline is empty
 */
export async function runPipeline(
  services: PipelineServices,
  actor: Actor,
  id: string,
  options: { readonly trigger: 'manual' | 'webhook' } = { trigger: 'manual' },
): Promise<RunId> {
  const { organizationId } = actor;
  const runId = await services.database.withOrganization(organizationId, async (trx) => {
    const pipeline = await trx
      .selectFrom('pipelines')
      .select(['id', 'name', 'on_failure'])
      .where('organization_id', '=', organizationId)
      .where('id', '=', id as PipelineId) // ids lose their brand in a URL
      // Two clicks at once: the second sees the run of the first.
      .forUpdate()
      .executeTakeFirst();
    if (pipeline === undefined) throw new AppError('not_found', 'There is no pipeline with this id.');
    const waiting = await trx
      .selectFrom('pipeline_runs')
      .select('id')
      .where('organization_id', '=', organizationId)
      .where('pipeline_id', '=', pipeline.id)
      .where('status', '=', 'queued')
      .where('cancel_requested_at', 'is', null)
      .where('part', 'is', null)
      .orderBy('queued_at')
      .executeTakeFirst();
    if (waiting !== undefined) {
      if (options.trigger === 'webhook') return waiting.id;
      // A person waits for it now, also if a schedule began it. What the engine has stays in its queue.
      await trx
        .updateTable('pipeline_runs')
        .set({ queue: 'manual' })
        .where('organization_id', '=', organizationId)
        .where('id', '=', waiting.id)
        .where((where) =>
          where.exists(
            where
              .selectFrom('pipeline_runs as before')
              .select('before.id')
              .where('before.pipeline_id', '=', pipeline.id)
              .where('before.status', '=', 'running'),
          ),
        )
        .execute();
      return waiting.id;
    }
    const content = await pipelineContent(trx, organizationId, pipeline.id);
    if (content.sourceIds.length + content.transformationIds.length === 0) {
      throw new AppError('invalid_input', 'This pipeline has nothing to run yet.', {
        hint: 'Add a source or a transformation to it.',
      });
    }
    const plan = await freezePlan(trx, organizationId, content, services.newId);
    return createRun(trx, services.newId, {
      organizationId,
      pipeline,
      trigger: options.trigger,
      plan: { ...plan, on_failure: pipeline.on_failure },
      requestedBy: actor.userId,
    });
  });
  await startRun(services, organizationId, runId);
  if (options.trigger === 'manual') await services.runEngine.hasten(runId);
  return runId;
}
