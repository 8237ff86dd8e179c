import { expect, test } from 'vitest';
import { faultKinds } from './testing/faults.ts';
import { runChaos } from './testing/run-chaos.ts';

// CHAOS_SEED=7 CHAOS_RUNS=1000 npm run test:soak -- src/pipelines/chaos/chaos.soak.ts
const seed = Number(process.env['CHAOS_SEED'] ?? 1);
const runs = Number(process.env['CHAOS_RUNS'] ?? 1000);
const say = (sentence: string) => console.log(new Date().toISOString().slice(11, 23), sentence);

test(`${runs} of ${runs} runs end right, each with its effect once, whatever fails meanwhile (seed ${seed})`, async () => {
  const verdict = await runChaos({
    seed,
    runs,
    organizations: 8,
    workers: 4,
    kinds: faultKinds,
    pauseMs: [500, 5_000],
    requestMs: 200,
    say,
  });
  console.log(JSON.stringify(verdict, null, 1));
  expect(verdict.wrong).toEqual([]);
  expect(verdict.runs).toBeGreaterThanOrEqual(runs);
});

test(`what a killed worker was at goes on within ten seconds (seed ${seed})`, async () => {
  const verdict = await runChaos({
    seed,
    runs: Math.ceil(runs / 5),
    organizations: 6,
    workers: 3,
    kinds: ['kill a worker'],
    pauseMs: [6_000, 12_000],
    requestMs: 300,
    say,
  });
  console.log(JSON.stringify(verdict, null, 1));
  expect(verdict.wrong).toEqual([]);
  expect(verdict.takeOverSeconds.length).toBeGreaterThan(0);
  expect(verdict.takeOverSeconds[0]).toBeLessThanOrEqual(10);
});
