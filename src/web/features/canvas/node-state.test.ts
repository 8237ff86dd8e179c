import { describe, expect, it } from 'vitest';
import { nodeState } from './node-state.ts';

const calm = {
  status: null,
  error: null,
  problem: null,
  stale: false,
  updated_at: '2026-11-20T06:00:00Z',
};

describe('the state of a node', () => {
  it('says what goes on before what is wrong before how old it is', () => {
    expect(nodeState({ ...calm, status: 'running', stale: true }).is).toBe('running');
    expect(nodeState({ ...calm, status: 'failed', stale: true }).is).toBe('failed');
    expect(nodeState({ ...calm, status: 'succeeded', stale: true }).is).toBe('stale');
    expect(nodeState({ ...calm, status: 'succeeded' }).is).toBe('fresh');
    expect(nodeState({ ...calm, status: 'queued' }).is).toBe('waiting');
  });

  it('never leaves a failure without a reason', () => {
    const error = { code: 'x', message: 'Row 3 has no date', hint: 'Fix it' };
    expect(nodeState({ ...calm, status: 'failed', error })).toMatchObject({
      reason: 'Row 3 has no date',
      hint: 'Fix it',
    });
    expect(nodeState({ ...calm, status: 'failed' })).toMatchObject({
      reason: expect.stringContaining('failed'),
    });
  });

  it('tells what breaks it before it runs, unless it runs already', () => {
    const problem = {
      step: 1,
      where: 'Step 2 (Filter)',
      column: 'age',
      message: 'There is no column “age”.',
      advice: 'Choose another.',
    };
    expect(nodeState({ ...calm, status: 'succeeded', problem })).toEqual({
      is: 'broken',
      reason: 'Step 2 (Filter): There is no column “age”.',
      hint: 'Choose another.',
    });
    expect(nodeState({ ...calm, status: 'running', problem }).is).toBe('running');
  });

  it('calls new what has no data yet, even when something it is made from is newer', () => {
    expect(nodeState({ ...calm, updated_at: null, stale: true }).is).toBe('new');
    expect(nodeState({ ...calm, updated_at: null, status: 'cancelled' }).is).toBe('cancelled');
  });
});
