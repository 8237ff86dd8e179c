import type { ExternalRun } from '#contracts/webhooks';
import type { RunStatus } from '#contracts/primitives';
import type { Actor } from '#platform/actor';
import { AppError } from '#platform/errors';
import type { Services } from '#platform/services';
import { getRun } from '../runs/queries.ts';
import { runPipeline } from '../runs/run-pipeline.ts';
import type { PipelineServices } from '../services.ts';
import { readRunReport, reportRun } from './report-run.ts';
import { findWebhookKey } from './webhook-keys.ts';

/** `POST /webhooks/v1/notification/`: another job system tells of a run. @throws AppError unauthenticated, invalid_input */
export async function receiveReport(
  services: Pick<Services, 'config' | 'database' | 'newId' | 'clock'>,
  token: string | undefined,
  body: unknown,
): Promise<ExternalRun> {
  const key = await findWebhookKey(services, token, 'report');
  return reportRun(services, key.organization_id, readRunReport(body));
}

/**
 * `POST /webhooks/v1/pipelines/<id>/run`: another program says that there is something to run. While a run waits to
 * begin, that one is answered.
 *
 * @throws AppError unauthenticated; not_found when the key is one of another pipeline
 */
export async function receiveRunRequest(
  services: PipelineServices,
  token: string | undefined,
  pipelineId: string,
): Promise<{ run_id: string; status: RunStatus }> {
  const key = await findWebhookKey(services, token, 'run');
  if (key.pipeline_id !== pipelineId) {
    throw new AppError('not_found', 'This key does not run the pipeline of this address.');
  }
  const actor: Actor = { organizationId: key.organization_id, userId: null, role: 'editor' };
  const runId = await runPipeline(services, actor, pipelineId, { trigger: 'webhook' });
  const { status } = await getRun(services, actor, runId);
  return { run_id: runId, status };
}
