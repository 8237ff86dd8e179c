import type { OrganizationEvent } from '#contracts/events';
import type { PipelineRun, RunStep } from '#contracts/pipelines';
import type { RunStatus } from '#contracts/primitives';

/** Whether a run still goes on or waits to. */
export function isActive(status: RunStatus): boolean {
  return status === 'queued' || status === 'running';
}

/** A run after an event of the organization; the same object when the event is not about it. */
export function withRunEvent(run: PipelineRun, event: OrganizationEvent): PipelineRun {
  if (event.type === 'changed' || event.type === 'notification' || event.run_id !== run.run_id) return run;
  switch (event.type) {
    case 'run':
      return {
        ...run,
        status: event.status,
        started_at: run.started_at ?? (event.status === 'queued' ? null : event.at),
        finished_at: isActive(event.status) ? run.finished_at : (run.finished_at ?? event.at),
      };
    case 'step':
      return withStep(run, event.step_id, (step) => ({
        ...step,
        status: event.status,
        rows: event.rows ?? step.rows,
        started_at: step.started_at ?? (event.status === 'running' ? event.at : null),
        finished_at:
          event.status === 'running' || event.status === 'queued' ? null : (step.finished_at ?? event.at),
      }));
    case 'progress':
      return withStep(run, event.step_id, (step) => ({
        ...step,
        status: step.status === 'queued' ? 'running' : step.status,
        progress: event.progress,
        started_at: step.started_at ?? event.at,
      }));
    default:
      return event satisfies never;
  }
}

function withStep(run: PipelineRun, stepId: string, change: (step: RunStep) => RunStep): PipelineRun {
  if (!run.steps.some((step) => step.id === stepId)) return run;
  return { ...run, steps: run.steps.map((step) => (step.id === stepId ? change(step) : step)) };
}

/**
 * The error to show first: of the step that failed first, since the later ones mostly follow from it; else the run's
 * own.
 */
export function firstError(
  run: PipelineRun,
): { readonly error: NonNullable<PipelineRun['error']>; readonly step: RunStep | undefined } | undefined {
  const failed = run.steps
    .filter((step) => step.status === 'failed' && step.error !== null)
    .toSorted((a, b) => (a.finished_at ?? '').localeCompare(b.finished_at ?? ''));
  const step = failed[0];
  if (step?.error) return { error: step.error, step };
  // A cancelled run carries that as its error; whoever cancelled it knows.
  return run.error && run.status !== 'cancelled' ? { error: run.error, step: undefined } : undefined;
}
