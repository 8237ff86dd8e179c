import type { RunStatus } from '#contracts/primitives';
import type { PipelineRun } from '#contracts/pipelines';

export const barCount = 14;

/** What a bar shows of a run. */
export type BarRun = Pick<PipelineRun, 'run_id' | 'status' | 'duration_ms' | 'queued_at'> & {
  readonly started_at?: string | null;
};

export interface RunBar {
  readonly runId: string;
  readonly status: RunStatus;
  /** 0–1 of the bar's room: the longest run shown is 1, none is lower than what can be seen. */
  readonly height: number;
  readonly durationMs: number | null;
  readonly at: string;
}

const lowest = 0.18;

/** The last fourteen runs, oldest first, each as high as it was long. */
export function runBars(runsNewestFirst: readonly BarRun[]): readonly RunBar[] {
  const runs = runsNewestFirst.slice(0, barCount).toReversed();
  const longest = Math.max(1, ...runs.map((run) => run.duration_ms ?? 0));
  return runs.map((run) => ({
    runId: run.run_id,
    status: run.status,
    height: Math.max(lowest, (run.duration_ms ?? 0) / longest),
    durationMs: run.duration_ms,
    at: run.started_at ?? run.queued_at,
  }));
}

const words: readonly (readonly [status: RunStatus, word: string])[] = [
  ['succeeded', 'done'],
  ['partial', 'done with errors'],
  ['failed', 'failed'],
  ['cancelled', 'cancelled'],
  ['running', 'running'],
  ['queued', 'waiting'],
];

/** The bars as a sentence: "Last 5 runs: 4 done, 1 failed. The newest failed." */
export function runBarsText(bars: readonly RunBar[]): string {
  const newest = bars.at(-1);
  if (!newest) return 'It has not run yet.';
  const parts = words.flatMap(([status, word]) => {
    const count = bars.filter((bar) => bar.status === status).length;
    return count === 0 ? [] : [`${count} ${word}`];
  });
  const newestWord = words.find(([status]) => status === newest.status)?.[1] ?? newest.status;
  const verb = newest.status === 'failed' ? newestWord : `is ${newestWord}`;
  return bars.length === 1
    ? `1 run: ${newestWord}.`
    : `Last ${bars.length} runs: ${parts.join(', ')}. The newest ${verb}.`;
}
