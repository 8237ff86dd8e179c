import { describe, expect, it } from 'vitest';
import type { OrganizationEvent } from '#contracts/events';
import { sampleGraph } from './graph-samples.ts';
import { withEvent } from './live-graph.ts';

const at = '2026-11-21T06:00:00Z';
const base = { id: '7', at, run_id: 'r1', pipeline_id: 'p1' };
const step = (status: 'running' | 'succeeded' | 'failed', rows: number | null = null): OrganizationEvent => ({
  ...base,
  type: 'step',
  step_id: 'x',
  kind: 'sync',
  ref_id: 's1',
  status,
  rows,
});
const progress: OrganizationEvent = {
  id: '7',
  at,
  type: 'progress',
  run_id: 'r1',
  step_id: 'x',
  kind: 'sync',
  ref_id: 's1',
  progress: {
    phase: 'loading',
    rows_done: 5000,
    bytes_done: 1,
    bytes_total: 2,
    rows_per_second: 100,
    seconds_left: 3,
  },
};
const find = (graph: ReturnType<typeof sampleGraph>, id: string) => graph.nodes.find((one) => one.id === id);

describe('the graph under live events', () => {
  it('shows a node as running when its step begins, and nothing else changes', () => {
    const before = sampleGraph();
    const after = withEvent(before, step('running'));
    expect(find(after, 'source:s1')).toMatchObject({ status: 'running', run_id: 'r1' });
    expect(after.nodes.filter((one, index) => one !== before.nodes[index])).toHaveLength(1);
  });

  it('gives new rows to a source and its table when its step is done, and marks what is made from them as stale', () => {
    const after = withEvent(sampleGraph(), step('succeeded', 130));
    expect(find(after, 'source:s1')).toMatchObject({ status: 'succeeded', row_count: 130, updated_at: at });
    expect(find(after, 'table:raw_s1')).toMatchObject({ row_count: 130, updated_at: at, stale: false });
    expect(find(after, 'transformation:t1')?.stale).toBe(true);
    expect(find(after, 'source:s2')?.stale).toBe(false);
  });

  it('keeps the rows of the last good run when a step fails', () => {
    const before = withEvent(sampleGraph(), step('succeeded', 130));
    const after = withEvent(before, step('failed'));
    expect(find(after, 'source:s1')).toMatchObject({ status: 'failed', row_count: 130 });
  });

  it('learns of a running step from its progress alone', () => {
    const after = withEvent(sampleGraph(), progress);
    expect(find(after, 'source:s1')?.status).toBe('running');
    expect(withEvent(after, progress)).toBe(after);
  });

  it('shows a pipeline as running and then its result', () => {
    const run = (status: 'running' | 'failed'): OrganizationEvent => ({ ...base, type: 'run', status });
    const running = withEvent(sampleGraph(), run('running'));
    expect(running.pipelines[0]).toMatchObject({ running_run_id: 'r1', last_status: 'running' });
    expect(withEvent(running, run('failed')).pipelines[0]).toMatchObject({
      running_run_id: null,
      last_status: 'failed',
    });
  });

  it('does not let the end of an older run hide a newer one', () => {
    const running = withEvent(sampleGraph(), { ...base, type: 'run', run_id: 'r2', status: 'running' });
    const after = withEvent(running, { ...base, type: 'run', run_id: 'r1', status: 'failed' });
    expect(after.pipelines[0]?.running_run_id).toBe('r2');
  });

  it('stays the same object for what it does not know', () => {
    const graph = sampleGraph();
    expect(withEvent(graph, { ...base, type: 'run', pipeline_id: null, status: 'running' })).toBe(graph);
    expect(withEvent(graph, { id: '1', at, type: 'changed', kind: 'source', ref_id: 's1' })).toBe(graph);
  });
});
