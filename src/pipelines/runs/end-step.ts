import { sql } from 'kysely';
import type { RunError } from '#contracts/primitives';
import type { MetadataTransaction } from '#platform/database/database';
import { emitEvent } from '#platform/database/emit-event';
import type { OrganizationId } from '#platform/ids';
import type { RowOf } from '#platform/database/tables';
import type { StepOutcome } from '../engine/run-engine.ts';
import { logLine } from './log-line.ts';
import { closeStepRecord } from './step-records.ts';

export type StepRow = Pick<RowOf<'run_steps'>, 'id' | 'run_id' | 'kind' | 'ref_id' | 'name'>;

export interface StepEnd {
  readonly status: StepOutcome;
  readonly rows?: number | null;
  readonly error?: RunError | null;
  /** Line for the run's log. */
  readonly message: string;
}

/** Writes how a step ended, and tells of it. The caller has made sure that the step is its to end. */
export async function endStep(
  trx: MetadataTransaction,
  organizationId: OrganizationId,
  pipelineId: string | null,
  step: StepRow,
  end: StepEnd,
): Promise<void> {
  await trx
    .updateTable('run_steps')
    .set({
      status: end.status,
      rows: end.rows ?? null,
      progress: null,
      error: end.error === undefined || end.error === null ? null : JSON.stringify(end.error),
      finished_at: sql<Date>`clock_timestamp()`,
    })
    .where('organization_id', '=', organizationId)
    .where('id', '=', step.id)
    .execute();
  if (end.status !== 'succeeded') {
    await closeStepRecord(
      trx,
      organizationId,
      step.id,
      end.status === 'failed' ? 'failed' : 'cancelled',
      end.error ?? null,
    );
  }
  await logLine(
    trx,
    { organizationId, runId: step.run_id },
    {
      level: end.status === 'failed' ? 'error' : end.status === 'succeeded' ? 'info' : 'warning',
      stepId: step.id,
      message: end.message,
    },
  );
  await emitEvent(trx, organizationId, {
    type: 'step',
    run_id: step.run_id,
    pipeline_id: pipelineId,
    step_id: step.id,
    kind: step.kind,
    ref_id: step.ref_id,
    status: end.status,
    rows: end.rows ?? null,
  });
}

/** What a step keeps that waited for one which did not succeed. */
export function skippedEnd(name: string): StepEnd {
  return { status: 'skipped', message: `Skipped “${name}”: something that it reads was not made.` };
}

/** What a step keeps that was not begun, since the pipeline stops at its first failure. */
export function stoppedEnd(name: string, failed: string): StepEnd {
  return {
    status: 'skipped',
    message: `Skipped “${name}”: “${failed}” failed, and this pipeline stops then.`,
  };
}

export function cancelledEnd(name: string): StepEnd {
  return {
    status: 'cancelled',
    error: { code: 'run_cancelled', message: 'The run was cancelled.' },
    message: `Cancelled “${name}”.`,
  };
}
