import { expect, test } from 'vitest';
import { runChaos } from './testing/run-chaos.ts';

// The long one, with every kind of fault and a thousand runs: chaos.soak.ts.
test('a database that restarts, connections that break and workers that die: every run ends right, once', async () => {
  const verdict = await runChaos({
    seed: 4,
    runs: 16,
    organizations: 2,
    workers: 2,
    kinds: ['kill a worker', 'restart the database', 'reset connections', 'pause a worker'],
    pauseMs: [500, 1_500],
    requestMs: 150,
  });
  expect(verdict.wrong).toEqual([]);
  expect(verdict.runs).toBeGreaterThanOrEqual(16);
  expect(Object.keys(verdict.faults).length).toBeGreaterThanOrEqual(2);
}, 120_000);
