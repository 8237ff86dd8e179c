import { describe, expect, it } from 'vitest';
import type { PipelineRun, RunStep } from '#contracts/pipelines';
import { gantt } from './gantt.ts';
import { firstError, withRunEvent } from './live-run.ts';
import { parseLogLines, takeLogLines } from './log-lines.ts';
import { runBars, runBarsText } from './run-bars.ts';

const t = (seconds: number) => new Date(Date.UTC(2026, 10, 21, 6, 0, seconds)).toISOString();

function step(id: string, rest: Partial<RunStep> = {}): RunStep {
  return {
    id,
    kind: 'sync',
    ref_id: id,
    name: id,
    status: 'queued',
    attempt: 1,
    rows: null,
    progress: null,
    started_at: null,
    finished_at: null,
    error: null,
    ...rest,
  };
}

function run(rest: Partial<PipelineRun> = {}): PipelineRun {
  return {
    run_id: 'r1',
    pipeline_id: 'p1',
    pipeline_name: 'Daily',
    status: 'succeeded',
    trigger: 'manual',
    part: null,
    steps: [],
    queued_at: t(0),
    started_at: t(0),
    finished_at: t(10),
    duration_ms: 10_000,
    error: null,
    ...rest,
  };
}

describe('the bars of the last runs', () => {
  it('are oldest first, as high as long, and always visible', () => {
    const bars = runBars([run({ duration_ms: 100 }), run({ run_id: 'r0', duration_ms: 10_000 })]);
    expect(bars.map((bar) => bar.runId)).toEqual(['r0', 'r1']);
    expect(bars[0]?.height).toBe(1);
    expect(bars[1]?.height).toBeGreaterThan(0.1);
  });

  it('show fourteen at most', () => {
    expect(runBars(Array.from({ length: 20 }, () => run()))).toHaveLength(14);
  });

  it('can be read as a sentence', () => {
    expect(runBarsText([])).toBe('It has not run yet.');
    expect(runBarsText(runBars([run({ status: 'failed' }), run(), run()]))).toBe(
      'Last 3 runs: 2 done, 1 failed. The newest failed.',
    );
  });
});

describe('the timeline of a run', () => {
  it('puts every step where it lay in the time of the run', () => {
    const { rows, totalMs } = gantt(
      run({
        steps: [
          step('late', { started_at: t(4), finished_at: t(10), status: 'succeeded' }),
          step('early', { started_at: t(0), finished_at: t(4), status: 'succeeded' }),
          step('never', { status: 'skipped' }),
        ],
      }),
      Date.parse(t(60)),
    );
    expect(totalMs).toBe(10_000);
    expect(rows.map((row) => row.step.id)).toEqual(['early', 'late', 'never']);
    expect(rows[1]).toMatchObject({ start: 0.4, width: 0.6, durationMs: 6000 });
    expect(rows[2]).toMatchObject({ start: null, width: 0 });
  });

  it('grows with the clock while the run goes on', () => {
    const running = run({
      status: 'running',
      finished_at: null,
      steps: [step('a', { started_at: t(0), status: 'running' })],
    });
    expect(gantt(running, Date.parse(t(30)))).toMatchObject({
      totalMs: 30_000,
      rows: [{ start: 0, width: 1 }],
    });
  });

  it('is empty while the run waits', () => {
    const waiting = run({ status: 'queued', started_at: null, finished_at: null, steps: [step('a')] });
    expect(gantt(waiting, Date.parse(t(5))).rows[0]?.start).toBeNull();
  });
});

describe('a run under live events', () => {
  const running = run({ status: 'running', finished_at: null, steps: [step('a')] });
  const base = { id: '1', at: t(3), run_id: 'r1' };

  it('follows its steps and ignores other runs', () => {
    const event = {
      ...base,
      type: 'step' as const,
      pipeline_id: 'p1',
      step_id: 'a',
      kind: 'sync' as const,
      ref_id: 'a',
      status: 'running' as const,
      rows: null,
    };
    const after = withRunEvent(running, event);
    expect(after.steps[0]).toMatchObject({ status: 'running', started_at: t(3) });
    expect(withRunEvent(running, { ...event, run_id: 'other' })).toBe(running);
  });

  it('ends with its run', () => {
    const after = withRunEvent(running, { ...base, type: 'run', pipeline_id: 'p1', status: 'failed' });
    expect(after).toMatchObject({ status: 'failed', finished_at: t(3) });
  });

  it('names the failure that came first', () => {
    const error = (message: string) => ({ code: 'x', message });
    const failed = run({
      status: 'failed',
      error: error('2 steps failed'),
      steps: [
        step('b', { status: 'failed', finished_at: t(9), error: error('second') }),
        step('a', { status: 'failed', finished_at: t(5), error: error('first') }),
      ],
    });
    expect(firstError(failed)?.error.message).toBe('first');
    expect(firstError(run({ error: error('own') }))?.error.message).toBe('own');
    expect(firstError(run())).toBeUndefined();
    expect(firstError(run({ status: 'cancelled', error: error('The run was cancelled') }))).toBeUndefined();
  });
});

describe('log lines', () => {
  const line = (message: string) => JSON.stringify({ at: t(1), level: 'info', step_id: null, message });

  it('are taken whole off a growing text', () => {
    const { lines, rest } = takeLogLines(`${line('one')}\n${line('two')}\n{"at":"20`);
    expect(lines.map((one) => one.message)).toEqual(['one', 'two']);
    expect(rest).toBe('{"at":"20');
  });

  it('leave out what is not a log line', () => {
    expect(parseLogLines(`<html>\n{}\n\n${line('good')}`).map((one) => one.message)).toEqual(['good']);
  });
});
