import { syncSource, type SyncResult } from '#contracts/sources';
import { executeTransformation, type TransformationRun } from '#contracts/transformations';
import type { Actor } from '#platform/actor';
import type { RouteRegistrar } from '#platform/http-route';
import { presentSync } from '#sources';
import { presentRun, updateTransformation } from '#transforms';
import { runSource, runTransformation, type SingleRun } from './runs/run-one-step.ts';
import { waitForRun } from './runs/wait-for-run.ts';
import type { PipelineServices } from './services.ts';

/** Loading one source and executing one transformation: runs of a single step, answered as what that step is. */
export function registerSingleRunRoutes(route: RouteRegistrar, services: PipelineServices): void {
  route(syncSource, {
    authorize: 'sources:run',
    start: async ({ actor, params }) => {
      const run = await runSource(services, actor, params.id);
      return {
        run: await readSync(services, actor, run),
        location: `/runs/${run.runId}`,
        async wait(signal) {
          await waitForRun(services, actor, run.runId, signal);
          return readSync(services, actor, run);
        },
      };
    },
  });
  route(executeTransformation, {
    authorize: 'transformations:run',
    start: async ({ actor, params, body }) => {
      if (body.output_table_name !== undefined || body.full_refresh === true) {
        await updateTransformation(services, actor, params.id, {
          ...(body.output_table_name === undefined ? {} : { output_table_name: body.output_table_name }),
          ...(body.full_refresh === true ? { rebuild: true } : {}),
        });
      }
      const run = await runTransformation(services, actor, params.id);
      return {
        run: await readExecution(services, actor, run),
        location: `/runs/${run.runId}`,
        async wait(signal) {
          await waitForRun(services, actor, run.runId, signal);
          return readExecution(services, actor, run);
        },
      };
    },
  });
}

function readSync(services: PipelineServices, actor: Actor, run: SingleRun): Promise<SyncResult> {
  return services.database.withOrganization(actor.organizationId, async (trx) =>
    presentSync(
      await trx
        .selectFrom('sync_runs')
        .selectAll()
        .where('organization_id', '=', actor.organizationId)
        .where('id', '=', run.stepId)
        .executeTakeFirstOrThrow(),
    ),
  );
}

function readExecution(services: PipelineServices, actor: Actor, run: SingleRun): Promise<TransformationRun> {
  return services.database.withOrganization(actor.organizationId, async (trx) =>
    presentRun(
      await trx
        .selectFrom('transformation_runs')
        .selectAll()
        .where('organization_id', '=', actor.organizationId)
        .where('id', '=', run.stepId)
        .executeTakeFirstOrThrow(),
    ),
  );
}
