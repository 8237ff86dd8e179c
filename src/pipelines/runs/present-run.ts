import type { PipelineRun, RunStep } from '#contracts/pipelines';
import type { MetadataTransaction } from '#platform/database/database';
import type { RowOf } from '#platform/database/tables';
import type { OrganizationId, RunId } from '#platform/ids';

export type RunRow = Omit<RowOf<'pipeline_runs'>, 'plan'>;

/** Columns of a run without its plan, which is large and read by the worker only. */
export const runColumns = [
  'id',
  'organization_id',
  'pipeline_id',
  'pipeline_name',
  'trigger',
  'status',
  'retry_of',
  'scheduled_for',
  'part',
  'queue',
  'requested_by',
  'cancel_requested_at',
  'error',
  'queued_at',
  'started_at',
  'finished_at',
] as const satisfies readonly (keyof RunRow)[];

function presentStep(row: RowOf<'run_steps'>): RunStep {
  return {
    id: row.id,
    kind: row.kind,
    ref_id: row.ref_id,
    name: row.name,
    status: row.status,
    attempt: row.attempt,
    rows: row.rows,
    progress: row.progress,
    started_at: row.started_at?.toISOString() ?? null,
    finished_at: row.finished_at?.toISOString() ?? null,
    error: row.error,
  };
}

/** Runs as the API shows them, with their steps, in the order given. */
export async function presentRuns(
  trx: MetadataTransaction,
  organizationId: OrganizationId,
  runs: readonly RunRow[],
): Promise<PipelineRun[]> {
  if (runs.length === 0) return [];
  const steps = await trx
    .selectFrom('run_steps')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .where(
      'run_id',
      'in',
      runs.map((run) => run.id),
    )
    .orderBy('position')
    .execute();
  const stepsOf = new Map<RunId, RunStep[]>(runs.map((run) => [run.id, []]));
  for (const step of steps) stepsOf.get(step.run_id)?.push(presentStep(step));
  return runs.map((run) => ({
    run_id: run.id,
    pipeline_id: run.pipeline_id,
    pipeline_name: run.pipeline_name,
    status: run.status,
    trigger: run.trigger,
    part: run.part,
    steps: stepsOf.get(run.id) ?? [],
    queued_at: run.queued_at.toISOString(),
    started_at: run.started_at?.toISOString() ?? null,
    finished_at: run.finished_at?.toISOString() ?? null,
    duration_ms:
      run.started_at === null || run.finished_at === null
        ? null
        : run.finished_at.getTime() - run.started_at.getTime(),
    error: run.error,
  }));
}
