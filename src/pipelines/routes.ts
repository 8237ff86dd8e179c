import { Readable } from 'node:stream';
import { getStorage as getStorageContract } from '#contracts/administration';
import { listRunTestResults as listTestResultsContract } from '#contracts/data-tests';
import * as graph from '#contracts/graph';
import { getOverview as getOverviewContract } from '#contracts/overview';
import * as contract from '#contracts/pipelines';
import type { PipelineRun } from '#contracts/pipelines';
import type { Actor } from '#platform/actor';
import type { RouteRegistrar, StartedRun } from '#platform/http-route';
import type { RunId } from '#platform/ids';
import { getGraph } from './graph/get-graph.ts';
import { saveGraphPositions } from './graph/save-positions.ts';
import { getStorage } from './keeping/get-storage.ts';
import { registerNotificationRoutes } from './notifications/routes.ts';
import { getOverview } from './overview/get-overview.ts';
import { getPipeline, listPipelines } from './queries.ts';
import { listRunTestResults } from './runs/list-test-results.ts';
import { getRunDetails } from './runs/get-run-details.ts';
import { getRun, listPipelineRuns } from './runs/queries.ts';
import { readLogs } from './runs/read-logs.ts';
import { requestCancel } from './runs/request-cancel.ts';
import { retryRun } from './runs/retry-run.ts';
import { runPipelinePart } from './runs/run-pipeline-part.ts';
import { runPipeline } from './runs/run-pipeline.ts';
import { waitForRun } from './runs/wait-for-run.ts';
import { loadSample } from './sample/load-sample.ts';
import { createPipeline, deletePipeline, updatePipeline } from './save-pipeline.ts';
import { previewSchedule } from './schedule/preview-schedule.ts';
import { setSchedule } from './schedule/set-schedule.ts';
import type { PipelineServices } from './services.ts';
import { registerSingleRunRoutes } from './single-run-routes.ts';
import { registerWebhookRoutes } from './webhooks/routes.ts';

/** Pipelines, runs of every kind, the canvas and the sample. */
export function registerPipelineRoutes(route: RouteRegistrar, services: PipelineServices): void {
  route(contract.listPipelines, {
    authorize: 'pipelines:read',
    handler: ({ actor, query }) => listPipelines(services, actor, query),
  });
  route(contract.createPipeline, {
    authorize: 'pipelines:write',
    handler: ({ actor, body }) => createPipeline(services, actor, body),
  });
  route(contract.getPipeline, {
    authorize: 'pipelines:read',
    handler: ({ actor, params }) => getPipeline(services, actor, params.id),
  });
  route(contract.updatePipeline, {
    authorize: 'pipelines:write',
    handler: ({ actor, params, body }) => updatePipeline(services, actor, params.id, body),
  });
  route(contract.deletePipeline, {
    authorize: 'pipelines:write',
    handler: ({ actor, params }) => deletePipeline(services, actor, params.id),
  });
  route(contract.runPipeline, {
    authorize: 'pipelines:run',
    start: async ({ actor, params }) =>
      startedRun(services, actor, await runPipeline(services, actor, params.id)),
  });
  route(contract.runPipelinePart, {
    authorize: 'pipelines:run',
    start: async ({ actor, params, body }) =>
      startedRun(services, actor, await runPipelinePart(services, actor, params.id, body)),
  });
  route(contract.setSchedule, {
    authorize: 'pipelines:write',
    handler: ({ actor, params, body }) => setSchedule(services, actor, params.id, body),
  });
  route(contract.previewSchedule, {
    authorize: 'pipelines:read',
    handler: ({ actor, body }) => previewSchedule(services, actor, body),
  });
  route(contract.listPipelineRuns, {
    authorize: 'pipelines:read',
    handler: ({ actor, params, query }) => listPipelineRuns(services, actor, params.id, query),
  });
  route(contract.getRun, {
    authorize: 'pipelines:read',
    handler: ({ actor, params }) => getRun(services, actor, params.id),
  });
  route(contract.getRunDetails, {
    authorize: 'pipelines:read',
    handler: ({ actor, params }) => getRunDetails(services, actor, params.id),
  });
  route(contract.cancelRun, {
    authorize: 'pipelines:run',
    handler: async ({ actor, params }) => {
      await requestCancel(services, actor.organizationId, params.id as RunId); // ids lose their brand in a URL
      return getRun(services, actor, params.id);
    },
  });
  route(contract.retryRun, {
    authorize: 'pipelines:run',
    start: async ({ actor, params }) =>
      startedRun(services, actor, await retryRun(services, actor, params.id)),
  });
  route(listTestResultsContract, {
    authorize: 'pipelines:read',
    handler: ({ actor, params }) => listRunTestResults(services, actor, params.id),
  });
  route(contract.runLogs, {
    authorize: 'pipelines:read',
    file: async ({ actor, params, signal }) => ({
      filename: null,
      contentType: 'application/x-ndjson; charset=utf-8',
      body: Readable.from(await readLogs(services, actor, params.id, signal)),
    }),
  });
  route(graph.getGraph, {
    authorize: 'pipelines:read',
    handler: ({ actor }) => getGraph(services, actor),
  });
  route(graph.saveGraphPositions, {
    authorize: 'pipelines:write',
    handler: ({ actor, body }) => saveGraphPositions(services, actor, body.positions),
  });
  route(graph.loadSample, {
    authorize: 'pipelines:write',
    handler: ({ actor, signal }) => loadSample(services, actor, signal),
  });
  registerSingleRunRoutes(route, services);
  registerNotificationRoutes(route, services);
  registerWebhookRoutes(route, services);
  route(getOverviewContract, {
    authorize: 'pipelines:read',
    handler: ({ actor }) => getOverview(services, actor),
  });
  route(getStorageContract, {
    authorize: 'organization:manage',
    handler: ({ actor }) => getStorage(services, actor),
  });
}

async function startedRun(
  services: PipelineServices,
  actor: Actor,
  runId: RunId,
): Promise<StartedRun<PipelineRun>> {
  return {
    run: await getRun(services, actor, runId),
    location: `/runs/${runId}`,
    async wait(signal) {
      await waitForRun(services, actor, runId, signal);
      return getRun(services, actor, runId);
    },
  };
}
