import type { PartScope, RunTrigger } from '#contracts/pipelines';
import type { MetadataTransaction } from '#platform/database/database';
import { emitEvent } from '#platform/database/emit-event';
import type { NewId, OrganizationId, PipelineId, RunId, StepId, UserId } from '#platform/ids';
import { currentTraceparent } from '#platform/tracing/tracing';
import { logLine } from './log-line.ts';
import { loadsSomething, type RunPlan } from './run-plan.ts';
import { queueStepRecord } from './step-records.ts';

export interface NewRun {
  readonly organizationId: OrganizationId;
  readonly pipeline: { readonly id: PipelineId; readonly name: string } | null;
  readonly trigger: RunTrigger;
  readonly plan: RunPlan;
  readonly requestedBy: UserId | null;
  /** null or absent: the whole pipeline. */
  readonly part?: { readonly scope: PartScope; readonly step: string } | null;
  readonly retryOf?: RunId;
  readonly scheduledFor?: Date;
  /** Steps (of this plan) that a retry keeps as they ended. */
  readonly kept?: ReadonlyMap<string, KeptStep>;
}

export interface KeptStep {
  readonly rows: number | null;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
}

const whyItRuns = {
  manual: 'Queued.',
  schedule: 'Queued by its schedule.',
  retry: 'Queued again; steps that had succeeded are kept.',
  webhook: 'Queued by another program.',
  after: 'Queued after the pipeline that it follows.',
  arrival: 'Queued since new data has come.',
} as const satisfies Record<RunTrigger, string>;

/** Writes a queued run with its steps, and tells of it. Starting it is for after the commit (`startRun`). */
export async function createRun(trx: MetadataTransaction, newId: NewId, run: NewRun): Promise<RunId> {
  const runId = newId<RunId>();
  const { organizationId } = run;
  await trx
    .insertInto('pipeline_runs')
    .values({
      id: runId,
      organization_id: organizationId,
      pipeline_id: run.pipeline?.id ?? null,
      pipeline_name: run.pipeline?.name ?? null,
      trigger: run.trigger,
      status: 'queued',
      plan: JSON.stringify({ ...run.plan, traceparent: currentTraceparent() }),
      retry_of: run.retryOf ?? null,
      part: run.part == null ? null : JSON.stringify(run.part),
      // A webhook may be somebody's click elsewhere, but nobody sits and watches here.
      queue:
        run.trigger === 'manual' || run.trigger === 'retry'
          ? 'manual'
          : loadsSomething(run.plan)
            ? 'sync'
            : 'transform',
      scheduled_for: run.scheduledFor ?? null,
      requested_by: run.requestedBy,
    })
    .execute();
  for (const [position, step] of run.plan.steps.entries()) {
    const kept = run.kept?.get(step.id);
    await trx
      .insertInto('run_steps')
      .values({
        // Ids lose their brand in a plan's JSON.
        id: step.id as StepId,
        organization_id: organizationId,
        run_id: runId,
        position,
        kind: step.kind,
        ref_id: step.ref_id,
        name: step.name,
        host: step.kind === 'sync' ? (step.host ?? null) : null,
        status: kept === undefined ? 'queued' : 'succeeded',
        rows: kept?.rows ?? null,
        started_at: kept?.startedAt ?? null,
        finished_at: kept?.finishedAt ?? null,
      })
      .execute();
    if (kept === undefined) {
      const trigger = run.pipeline === null ? 'manual' : 'pipeline';
      await queueStepRecord(trx, { organizationId, runId, trigger }, step);
    }
  }
  await logLine(trx, { organizationId, runId }, { message: whyItRuns[run.trigger] });
  await emitEvent(trx, organizationId, {
    type: 'run',
    run_id: runId,
    pipeline_id: run.pipeline?.id ?? null,
    status: 'queued',
  });
  return runId;
}
