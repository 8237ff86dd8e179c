import { afterAll, beforeAll, expect, test } from 'vitest';
import { steps } from './testing/faulty-load.ts';
import { killTrial, type KillRig, openKillRig } from './testing/kill-trial.ts';

const seeds = Number(process.env['SEEDS'] ?? 50);

let rig: KillRig;
beforeAll(async () => {
  rig = await openKillRig();
});
afterAll(() => rig[Symbol.asyncDispose]());

test.each(steps)(
  `killed ${seeds} times %s: exactly the old or the new table, state with it`,
  async (step) => {
    const ends = { 'not reached': 0, old: 0, new: 0 };
    for (let seed = 0; seed < seeds; seed += 1) ends[await killTrial(rig, step, seed)] += 1;
    console.log(`killed ${step}: ${JSON.stringify(ends)}`);
    // A step that no seed reaches would prove nothing.
    expect(ends.old + ends.new).toBeGreaterThan(0);
  },
);
