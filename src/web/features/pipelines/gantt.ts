import type { PipelineRun, RunStep } from '#contracts/pipelines';

export interface GanttRow {
  readonly step: RunStep;
  /** Share of the run's time before the step began, 0–1; null while it has not begun. */
  readonly start: number | null;
  /** Share of the run's time that the step took, 0–1. */
  readonly width: number;
  readonly durationMs: number | null;
}

export interface Gantt {
  readonly rows: readonly GanttRow[];
  /** Milliseconds from the run's start to its end, or to now. */
  readonly totalMs: number;
}

/** Where each step lies in the time of its run; steps in the order in which they began, waiting ones last. */
export function gantt(run: Pick<PipelineRun, 'started_at' | 'finished_at' | 'steps'>, now: number): Gantt {
  const begins = run.steps.flatMap((step) => (step.started_at ? [Date.parse(step.started_at)] : []));
  const start = Math.min(...begins, run.started_at ? Date.parse(run.started_at) : Number.POSITIVE_INFINITY);
  if (!Number.isFinite(start)) {
    return { rows: run.steps.map((step) => ({ step, start: null, width: 0, durationMs: null })), totalMs: 0 };
  }
  const ends = run.steps.map((step) => endOf(step, now) ?? start);
  const totalMs = Math.max(
    1,
    (run.finished_at ? Date.parse(run.finished_at) : now) - start,
    ...ends.map((one) => one - start),
  );
  const rows = run.steps.map((step): GanttRow => {
    const stepEnd = endOf(step, now);
    if (!step.started_at || stepEnd === null) return { step, start: null, width: 0, durationMs: null };
    const begin = Date.parse(step.started_at);
    const durationMs = Math.max(0, stepEnd - begin);
    return {
      step,
      start: clamp((begin - start) / totalMs),
      width: clamp(durationMs / totalMs),
      durationMs,
    };
  });
  return { rows: rows.toSorted((a, b) => (a.start ?? 2) - (b.start ?? 2)), totalMs };
}

function endOf(step: RunStep, now: number): number | null {
  if (!step.started_at) return null;
  if (step.finished_at) return Date.parse(step.finished_at);
  return Math.max(now, Date.parse(step.started_at));
}

function clamp(share: number): number {
  return Math.min(1, Math.max(0, share));
}
