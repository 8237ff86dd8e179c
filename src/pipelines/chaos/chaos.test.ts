import { expect, test } from 'vitest';
import { faultKinds } from './testing/faults.ts';
import { runChaos } from './testing/run-chaos.ts';

// The long one, with a thousand runs: chaos.soak.ts. Two workers are two schedulers.
test('each kind of fault comes, one after the other: every run ends right, once', async () => {
  const verdict = await runChaos({
    seed: 4,
    runs: 10,
    organizations: 2,
    workers: 2,
    kinds: faultKinds,
    inTurn: true,
    pauseMs: [300, 900],
    requestMs: 100,
  });
  expect(verdict.wrong).toEqual([]);
  expect(verdict.runs).toBeGreaterThanOrEqual(10);
  expect(Object.keys(verdict.faults).length).toBeGreaterThanOrEqual(4);
}, 120_000);
