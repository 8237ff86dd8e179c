import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import * as fc from 'fast-check';
import { pino } from 'pino';
import { afterAll, expect, test } from 'vitest';
import { newId, type OrganizationId, type RunId, type StepId } from '#platform/ids';
import { createTestDatabase } from '#testing/database';
import type { EngineRun, PlannedStep, StepOutcome } from '../run-engine.ts';
import { connectDbosEngine } from './connect-dbos-engine.ts';
import { DBOS_SDK_VERSION } from './dbos-settings.ts';
import { migrateRunEngine } from './migrate-run-engine.ts';
import { startDbosWorker } from './start-dbos-worker.ts';

const testDatabase = await createTestDatabase();
const log = pino({ level: 'silent' });
await migrateRunEngine(testDatabase.ownerUrl);

const began: string[] = [];
const order: string[] = [];
const finished = new Map<RunId, readonly StepOutcome[]>();
const engine = await connectDbosEngine(testDatabase.appUrl, log);
const released = Promise.withResolvers<void>();
const few = { perOrganization: 2, perWorker: 4, startsPerMinute: 1_000 };
const worker = await startDbosWorker({
  appUrl: testDatabase.appUrl,
  workerId: 'worker-1',
  log,
  limits: {
    queues: { manual: few, sync: few, transform: { ...few, startsPerMinute: 3 } },
    stepsPerRun: 3,
    loadsPerHost: 2,
  },
  handlers: {
    begin: (run) => Promise.resolve(void began.push(run.runId)),
    async runStep(_run, stepId, blocked) {
      order.push(`${stepId} begins`);
      if (stepId.includes('hangs')) await released.promise;
      await sleep(stepId.length % 7);
      order.push(`${stepId} ends`);
      return blocked ? 'skipped' : stepId.includes('fails') ? 'failed' : 'succeeded';
    },
    finish: (run, outcomes) => Promise.resolve(void finished.set(run.runId, outcomes)),
  },
});
afterAll(async () => {
  await engine.close();
  await worker.close();
  await testDatabase[Symbol.asyncDispose]();
});

function newRun(steps: Readonly<Record<string, readonly string[]>>): EngineRun {
  const planned = Object.entries(steps).map(
    ([id, after]): PlannedStep => ({ id: id as StepId, after: after as readonly StepId[] }), // ids of a test
  );
  return {
    runId: newId<RunId>(),
    organizationId: newId<OrganizationId>(),
    queue: 'manual',
    loads: false,
    steps: planned,
  };
}

async function outcomesOf(run: EngineRun): Promise<readonly StepOutcome[]> {
  for (let waited = 0; waited < 10_000; waited += 10) {
    const outcomes = finished.get(run.runId);
    if (outcomes !== undefined) return outcomes;
    await sleep(10);
  }
  throw new Error('the run did not finish');
}

test('the marker of migrated tables is the version of the SDK that is installed', () => {
  const manifest: unknown = JSON.parse(
    readFileSync(new URL('../../../../package.json', import.meta.url), 'utf8'),
  );
  expect(manifest).toMatchObject({ dependencies: { '@dbos-inc/dbos-sdk': DBOS_SDK_VERSION } });
});

test('what depends on a failed step is skipped, everything else is finished', async () => {
  const run = newRun({ a: [], fails: [], c: ['a'], d: ['fails', 'c'], e: ['d'] });
  await engine.start(run);
  expect(await outcomesOf(run)).toEqual(['succeeded', 'failed', 'succeeded', 'skipped', 'skipped']);
});

test('a run that is started twice runs once', async () => {
  const run = newRun({ a: [] });
  await Promise.all([engine.start(run), engine.start(run), worker.start(run)]);
  await outcomesOf(run);
  await engine.start(run);
  await sleep(300);
  expect(began.filter((id) => id === run.runId)).toHaveLength(1);
});

test('a run that is cancelled in the queue never begins', async () => {
  const organizationId = newId<OrganizationId>();
  const runs = Array.from({ length: 6 }, () => ({
    ...newRun({ a: [], bb: ['a'], ccc: ['bb'] }),
    organizationId,
  }));
  for (const run of runs) await engine.start(run);
  const last = runs.at(-1);
  if (last === undefined) throw new Error('no run');
  await engine.cancel(last.runId);
  for (const run of runs.slice(0, -1)) await outcomesOf(run);
  await sleep(200);
  expect(began).not.toContain(last.runId);
});

test('a flood in the background holds up nobody who waits, and who comes to wait goes first', async () => {
  const organizationId = newId<OrganizationId>();
  const slow = { ['x'.repeat(6)]: [], ['x'.repeat(13)]: ['x'.repeat(6)], ['x'.repeat(20)]: ['x'.repeat(13)] };
  const flood = Array.from({ length: 30 }, () => ({
    ...newRun(slow),
    organizationId,
    queue: 'sync' as const,
  }));
  for (const run of flood) await engine.start(run);
  const click = { ...newRun({ a: [] }), organizationId };
  await engine.start(click);
  const wanted = flood.at(-1);
  if (wanted === undefined) throw new Error('no run');
  await engine.hasten(wanted.runId);
  await outcomesOf(click);
  expect(finished.size).toBeGreaterThan(0);
  expect(flood.filter((run) => finished.has(run.runId)).length).toBeLessThan(15);
  await outcomesOf(wanted);
  expect(flood.filter((run) => finished.has(run.runId)).length).toBeLessThan(25);
  for (const run of flood) await outcomesOf(run);
});

test('five hundred loads that hang hold up no click, and loads that people asked for no recipe', async () => {
  const organizations = Array.from({ length: 20 }, () => newId<OrganizationId>());
  const [ours] = organizations;
  if (ours === undefined) throw new Error('no organization');
  const hanging = (organizationId: OrganizationId, queue: EngineRun['queue']): EngineRun => {
    return { ...newRun({ [`hangs ${newId()}`]: [] }), organizationId, queue, loads: true };
  };
  const flood = Array.from({ length: 500 }, (_, n) => hanging(organizations[n % 20] ?? ours, 'sync'));
  await Promise.all(flood.map((run) => engine.start(run)));
  const begins = async (run: EngineRun) => {
    const from = performance.now();
    await engine.start(run);
    while (!began.includes(run.runId)) await sleep(5);
    return performance.now() - from;
  };
  // The worker is full of them: four of two organizations at least.
  while (flood.filter((run) => began.includes(run.runId)).length < 4) await sleep(10);
  expect(await begins(hanging(ours, 'manual'))).toBeLessThan(1_000);
  expect(await begins(hanging(ours, 'manual'))).toBeLessThan(1_000);
  const third = hanging(ours, 'manual');
  await engine.start(third);
  const recipe = { ...newRun({ a: [] }), organizationId: ours };
  expect(await begins(recipe)).toBeLessThan(1_000);
  expect(await begins({ ...newRun({ a: [] }), organizationId: ours, queue: 'transform' })).toBeLessThan(
    1_000,
  );
  expect(began).not.toContain(third.runId);
  for (const run of flood) if (!began.includes(run.runId)) await engine.cancel(run.runId);
  released.resolve();
  await outcomesOf(third);
});

test('an organization begins no more runs within a minute than its rate', async () => {
  const organizationId = newId<OrganizationId>();
  const runs = Array.from({ length: 5 }, (): EngineRun => ({
    ...newRun({ a: [] }),
    organizationId,
    queue: 'transform',
  }));
  for (const run of runs) await engine.start(run);
  for (const run of runs.slice(0, 3)) await outcomesOf(run);
  await sleep(500);
  expect(runs.filter((run) => began.includes(run.runId))).toHaveLength(3);
});

test('in any graph a step begins after all that it needs has ended, and at most three are under way', async () => {
  const graph = fc
    .array(fc.array(fc.nat(20), { maxLength: 3 }), { minLength: 1, maxLength: 8 })
    .map((needs) => {
      const prefix = newId();
      const name = (index: number) => `${prefix}${'x'.repeat(index)}`;
      return Object.fromEntries(
        needs.map((indexes, index) => [
          name(index),
          [...new Set(indexes.filter((each) => each < index))].map(name),
        ]),
      );
    });
  await fc.assert(
    fc.asyncProperty(graph, async (steps) => {
      const run = newRun(steps);
      const names = new Set(Object.keys(steps));
      await engine.start(run);
      await outcomesOf(run);
      const mine = order.filter((event) => names.has(event.split(' ')[0] ?? ''));
      let underWay = 0;
      for (const [index, event] of mine.entries()) {
        const [step = '', what] = event.split(' ');
        underWay += what === 'begins' ? 1 : -1;
        expect(underWay).toBeLessThanOrEqual(3);
        const mustHaveEnded = what === 'begins' ? (steps[step] ?? []) : [];
        expect(mine.slice(0, index)).toEqual(
          expect.arrayContaining(mustHaveEnded.map((need) => `${need} ends`)),
        );
      }
      expect(mine).toHaveLength(names.size * 2);
    }),
    { numRuns: 12 },
  );
});
