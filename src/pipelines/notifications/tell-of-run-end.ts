import type { RunError, RunStatus } from '#contracts/primitives';
import type { MetadataTransaction } from '#platform/database/database';
import type { OrganizationId, PipelineId, RunId } from '#platform/ids';
import { followersOf } from '../schedule/queue-followers.ts';
import { notifyOrCount } from './notify-or-count.ts';
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

/**
 * Tells of how a run ended: that its pipeline fails, that it works again or for the first time, and what its sources brought that was new. A
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
    else if (wasFailing) await tellOfSuccess(trx, organizationId, run, run.pipeline_id);
  }
  await tellOfSchemaChanges(trx, organizationId, run);
  await tellOfDataTests(trx, organizationId, run);
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
  const name = `“${run.pipeline_name ?? 'Pipeline'}”`;
  const what = {
    occurrence: `failure ${run.id}`,
    kind: 'failure',
    severity: 'error',
    title: run.status === 'partial' ? `${name} finished with errors` : `${name} failed`,
    content,
    path: `/pipelines/${pipelineId}?run=${run.id}`,
    pipelineId,
    runId: run.id,
  } as const;
  // The same as before a success is news.
  if (wasFailing) await notifyOrCount(trx, organizationId, what);
  else await notify(trx, organizationId, what);
}

/** The first success after a failure: it works again, or now that it is set up right for the first time. */
async function tellOfSuccess(
  trx: MetadataTransaction,
  organizationId: OrganizationId,
  run: EndedRun,
  pipelineId: PipelineId,
): Promise<void> {
  const finished = trx
    .selectFrom('pipeline_runs')
    .where('organization_id', '=', organizationId)
    .where('pipeline_id', '=', pipelineId)
    .where('part', 'is', null)
    .where('id', '!=', run.id);
  const good = await finished
    .select('finished_at')
    .where('status', '=', 'succeeded')
    .orderBy('finished_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  const { failures } = await finished
    .select((select) => select.fn.countAll<number>().as('failures'))
    .where('status', 'in', ['failed', 'partial'])
    .where('finished_at', '>', good?.finished_at ?? new Date(0))
    .executeTakeFirstOrThrow();
  const name = `“${run.pipeline_name ?? 'Pipeline'}”`;
  const kind = good === undefined ? 'first_success' : 'recovery';
  await notify(trx, organizationId, {
    occurrence: `${kind} ${run.id}`,
    kind,
    severity: 'info',
    title: good === undefined ? `${name} works for the first time` : `${name} works again`,
    content: {
      reason: `Every step succeeded, after it had failed ${failures === 1 ? 'once' : `${failures} times`}.`,
      affected: [],
      advice: 'Nothing to do: its tables are up to date.',
    },
    path: `/pipelines/${pipelineId}?run=${run.id}`,
    pipelineId,
    runId: run.id,
  });
}
