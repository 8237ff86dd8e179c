import { sql } from 'kysely';
import type { RunError, RunStatus } from '#contracts/primitives';
import type { MetadataTransaction } from '#platform/database/database';
import { emitEvent } from '#platform/database/emit-event';
import type { OrganizationId, PipelineId, RunId } from '#platform/ids';
import { followersOf } from '../schedule/queue-followers.ts';
import { notify } from './notify.ts';
import { tellOfDataTests } from './tell-of-data-tests.ts';
import { tellOfSchemaChanges } from './tell-of-schema-changes.ts';

export interface EndedRun {
  readonly id: RunId;
  readonly pipeline_id: PipelineId | null;
  readonly pipeline_name: string | null;
  /** null: the whole pipeline. */
  readonly part: object | null;
  readonly status: Exclude<RunStatus, 'queued' | 'running'>;
  readonly error: RunError | null;
  readonly steps: readonly { readonly name: string; readonly status: string }[];
}

/** A failure that goes on is told of again after so long, so that nobody forgets it. */
const REMIND_HOURS = 24;

/**
 * Tells of how a run ended: that its pipeline fails, that it works again, and what its sources brought that was new. A
 * pipeline that fails again for the same reason is counted, not told of again, for a day. A run outside of a pipeline,
 * or of a part of one, is somebody's click, who sees what came of it; only what changed in the data is told of.
 */
export async function tellOfRunEnd(
  trx: MetadataTransaction,
  organizationId: OrganizationId,
  run: EndedRun,
): Promise<void> {
  if (run.pipeline_id !== null && run.part === null && run.status !== 'cancelled') {
    const before = await trx
      .selectFrom('pipeline_runs')
      .select(['status'])
      .where('organization_id', '=', organizationId)
      .where('pipeline_id', '=', run.pipeline_id)
      .where('part', 'is', null)
      .where('id', '!=', run.id)
      .where('status', 'in', ['succeeded', 'failed', 'partial'])
      .orderBy('finished_at', 'desc')
      .executeTakeFirst();
    const wasFailing = before !== undefined && before.status !== 'succeeded';
    if (run.status !== 'succeeded')
      await tellOfFailure(trx, organizationId, run, run.pipeline_id, wasFailing);
    else if (wasFailing) await tellOfRecovery(trx, organizationId, run, run.pipeline_id);
  }
  await tellOfSchemaChanges(trx, organizationId, run);
  await tellOfDataTests(trx, organizationId, run);
}

function lastFailure(trx: MetadataTransaction, organizationId: OrganizationId, pipelineId: PipelineId) {
  return trx
    .selectFrom('notifications')
    .select(['id', 'content', 'times', 'title', 'severity'])
    .where('organization_id', '=', organizationId)
    .where('pipeline_id', '=', pipelineId)
    .where('kind', '=', 'failure')
    .orderBy('created_at', 'desc');
}

async function tellOfFailure(
  trx: MetadataTransaction,
  organizationId: OrganizationId,
  run: EndedRun,
  pipelineId: PipelineId,
  wasFailing: boolean,
): Promise<void> {
  const { error } = run;
  const step = error?.where?.['step'];
  const cause = `${error?.code ?? 'internal'} ${step ?? ''}`;
  const content = {
    reason:
      error === null
        ? 'It ended without saying why.'
        : `${step === undefined ? '' : `“${step}”: `}${error.message}`,
    affected: [
      ...run.steps.filter((each) => each.status !== 'succeeded').map((each) => each.name),
      // They run only after a success.
      ...(await followersOf(trx, organizationId, pipelineId)).map((each) => each.name),
    ],
    advice: error?.hint ?? 'Look at its log, correct the cause and run it again from the failed step.',
    cause,
  };
  const path = `/pipelines/${pipelineId}?run=${run.id}`;
  if (wasFailing) {
    const earlier = await lastFailure(trx, organizationId, pipelineId)
      .where(sql<boolean>`created_at > now() - make_interval(hours => ${REMIND_HOURS})`)
      .executeTakeFirst();
    if (earlier?.content.cause === cause) {
      await trx
        .updateTable('notifications')
        .set({
          times: earlier.times + 1,
          last_at: sql<Date>`now()`,
          content: JSON.stringify(content),
          path,
          run_id: run.id,
        })
        .where('organization_id', '=', organizationId)
        .where('id', '=', earlier.id)
        .execute();
      await emitEvent(trx, organizationId, {
        type: 'notification',
        notification_id: earlier.id,
        kind: 'failure',
        severity: earlier.severity,
        title: earlier.title,
        pipeline_id: pipelineId,
      });
      return;
    }
  }
  const name = `“${run.pipeline_name ?? 'Pipeline'}”`;
  await notify(trx, organizationId, {
    occurrence: `failure ${run.id}`,
    kind: 'failure',
    severity: 'error',
    title: run.status === 'partial' ? `${name} finished with errors` : `${name} failed`,
    content,
    path,
    pipelineId,
    runId: run.id,
  });
}

async function tellOfRecovery(
  trx: MetadataTransaction,
  organizationId: OrganizationId,
  run: EndedRun,
  pipelineId: PipelineId,
): Promise<void> {
  const failure = await lastFailure(trx, organizationId, pipelineId).executeTakeFirst();
  const times = failure?.times ?? 1;
  await notify(trx, organizationId, {
    occurrence: `recovery ${run.id}`,
    kind: 'recovery',
    severity: 'info',
    title: `“${run.pipeline_name ?? 'Pipeline'}” works again`,
    content: {
      reason: `Every step succeeded, after it had failed ${times === 1 ? 'once' : `${times} times`}.`,
      affected: [],
      advice: 'Nothing to do: its tables are up to date.',
    },
    path: `/pipelines/${pipelineId}?run=${run.id}`,
    pipelineId,
    runId: run.id,
  });
}
