import type { MetadataTransaction } from '#platform/database/database';
import type { RowOf } from '#platform/database/tables';
import type { OrganizationId } from '#platform/ids';
import { notify } from './notify.ts';

/** Tells of how a run of another job system ended: that the job fails, and that it works again. */
export async function tellOfExternalRun(
  trx: MetadataTransaction,
  organizationId: OrganizationId,
  run: RowOf<'external_runs'>,
): Promise<void> {
  if (run.status === 'cancelled') return;
  const before = await trx
    .selectFrom('external_runs')
    .select('status')
    .where('organization_id', '=', organizationId)
    .where('job', '=', run.job)
    .where('id', '!=', run.id)
    .where('status', 'in', ['succeeded', 'failed', 'partial'])
    .orderBy('finished_at', 'desc')
    .executeTakeFirst();
  const wasFailing = before !== undefined && before.status !== 'succeeded';
  const isFailing = run.status !== 'succeeded';
  // A job that goes on failing was told of when it began to.
  if (isFailing === wasFailing) return;
  const common = { path: '/pipelines/overview', pipelineId: null, runId: null };
  if (isFailing) {
    await notify(trx, organizationId, {
      ...common,
      occurrence: `failure external ${run.id}`,
      kind: 'failure',
      severity: 'error',
      title: `“${run.job}” ${run.status === 'partial' ? 'finished with errors' : 'failed'}`,
      content: {
        reason: run.message ?? 'The other system did not say why.',
        affected: [run.job],
        advice:
          run.url === null ? 'Look at the run in the system that it runs in.' : `Look at the run: ${run.url}`,
      },
    });
  } else {
    await notify(trx, organizationId, {
      ...common,
      occurrence: `recovery external ${run.id}`,
      kind: 'recovery',
      severity: 'info',
      title: `“${run.job}” works again`,
      content: { reason: 'Its newest run succeeded.', affected: [], advice: 'Nothing to do.' },
    });
  }
}
