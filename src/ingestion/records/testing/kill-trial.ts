import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect } from 'vitest';
import { connectDatabase } from '#platform/database/database';
import { newId } from '#platform/ids';
import { createTestDatabase } from '#testing/database';
import { createTestOrganization } from '#testing/organization';
import { openWarehouse, type OrganizationWarehouse } from '#warehouse';
import { leftovers, type LoadPlan, loadOnce, photograph, randomOf, type Step } from './faulty-load.ts';
import type { DeathWish } from './load-and-die.ts';

export type KillRig = Awaited<ReturnType<typeof openKillRig>>;

/** A warehouse, and processes that die while they load into it. */
export async function openKillRig() {
  const installation = await createTestDatabase();
  const database = connectDatabase(installation.appUrl);
  const all = openWarehouse({ config: installation.config, database });
  const { organizationId } = await createTestOrganization(database, installation.config);
  const warehouse = await all.forOrganization(organizationId);
  const { dataDirectory } = installation.config;

  async function die(plan: LoadPlan, step: Step, time: number): Promise<boolean> {
    const child = fork(join(import.meta.dirname, 'load-and-die.ts'), {
      execArgv: [],
      serialization: 'advanced',
    });
    const wish: DeathWish = {
      config: installation.config,
      appUrl: installation.appUrl,
      organizationId,
      plan,
      step,
      time,
    };
    child.send(wish);
    const [code, signal] = (await once(child, 'exit')) as [number | null, string | null]; // of Node
    if (signal === null && code !== 0) throw new Error(`the loading process ended with code ${code}`);
    return signal === 'SIGKILL';
  }

  const expected = new Map<number, Promise<unknown[]>>();
  return {
    warehouse,
    dataDirectory,
    die,
    /** What is to be seen after each load of a seed. */
    expectedOf: (seed: number, loads: number) => {
      const known = expected.get(seed) ?? undisturbed(warehouse, dataDirectory, seed, loads);
      expected.set(seed, known);
      return known;
    },
    async [Symbol.asyncDispose]() {
      await all.close();
      await database.close();
      await installation[Symbol.asyncDispose]();
    },
  };
}

/** Steps that come once for each table. */
const repeated: ReadonlySet<Step> = new Set([
  'making a staging table',
  'beginning COPY',
  'in the middle of COPY',
  'after COPY',
  'staging committed',
  'merging rows',
  'swapping tables',
]);

/** The loads of a seed without any fault: what is to be seen after each. */
export async function undisturbed(
  warehouse: OrganizationWarehouse,
  dataDirectory: string,
  seed: number,
  loads: number,
): Promise<unknown[]> {
  const sourceId = newId<string>();
  const seen: unknown[] = [];
  for (let load = 0; load < loads; load += 1) {
    await loadOnce(
      warehouse,
      { sourceId, seed, load, runToken: newId<string>(), dataDirectory },
      () => undefined,
    );
    seen.push(withoutNames(await photograph(warehouse, sourceId), sourceId));
  }
  return seen;
}

/** The same source under another id looks the same. */
export function withoutNames(picture: unknown, sourceId: string): unknown {
  return JSON.parse(JSON.stringify(picture).replaceAll(sourceId, 'id')) as unknown;
}

/**
 * Kills a process in the last of a seed's loads, and lets the next attempt of the same run finish it. What people see
 * is the old state or the new one, never anything else, and in the end the new one, once.
 *
 * @returns whether the process died, and whether its work was already there when it did.
 */
export async function killTrial(
  rig: KillRig,
  step: Step,
  seed: number,
): Promise<'not reached' | 'old' | 'new'> {
  const { warehouse, dataDirectory } = rig;
  const loads = 1 + (seed % 3);
  const expected = await rig.expectedOf(seed, loads);
  const sourceId = newId<string>();
  const plan = (load: number): LoadPlan => ({
    sourceId,
    seed,
    load,
    runToken: newId<string>(),
    dataDirectory,
  });
  for (let load = 0; load < loads - 1; load += 1) await loadOnce(warehouse, plan(load), () => undefined);
  const last = plan(loads - 1);
  const see = async () => withoutNames(await photograph(warehouse, sourceId), sourceId);
  const before = await see();
  expect(before, `seed ${seed}`).toEqual(loads === 1 ? { names: [], known: [] } : expected[loads - 2]);
  const time = repeated.has(step) ? 1 + Math.floor(randomOf(seed + 7)() * 2) : 1;
  const died = await rig.die(last, step, time);
  const after = await see();
  const isNew = JSON.stringify(after) === JSON.stringify(expected[loads - 1]);
  expect(after, `“${step}”, seed ${seed}`).toEqual(isNew ? expected[loads - 1] : before);
  await loadOnce(warehouse, last, () => undefined);
  expect(await see(), `after “${step}”, seed ${seed}`).toEqual(expected[loads - 1]);
  expect(await leftovers(warehouse, last.runToken)).toEqual({ staging: 0, tokens: 1 });
  if (!died) return 'not reached';
  return isNew ? 'new' : 'old';
}
