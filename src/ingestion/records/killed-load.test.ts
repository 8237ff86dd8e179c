import { afterAll, beforeAll, expect, test } from 'vitest';
import { killTrial, type KillRig, openKillRig } from './testing/kill-trial.ts';

// A few of what killed-load.soak.ts does with every step and fifty seeds.
let rig: KillRig;
beforeAll(async () => {
  rig = await openKillRig();
});
afterAll(() => rig[Symbol.asyncDispose]());

test.each([
  ['in the middle of COPY', 2],
  ['everything written, not committed', 13],
  ['published', 1],
] as const)(
  'a worker that is killed %s leaves the old table or the new one (seed %i)',
  async (step, seed) => {
    expect(await killTrial(rig, step, seed)).toBe(step === 'published' ? 'new' : 'old');
  },
);
