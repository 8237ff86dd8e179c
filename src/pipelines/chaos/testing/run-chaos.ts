import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '#platform/clock';
import { connectDatabase } from '#platform/database/database';
import { appLogin } from '#platform/database/app-login';
import { newId } from '#platform/ids';
import { createLog } from '#platform/log';
import { openWarehouse } from '#warehouse';
import { connectDbosEngine } from '../../engine/dbos/connect-dbos-engine.ts';
import { removeStaging } from '../../keeping/remove-staging.ts';
import { runPipeline } from '../../runs/run-pipeline.ts';
import { createRandom } from '../../sample/random.ts';
import type { PipelineServices } from '../../services.ts';
import { openChaosSite, type ChaosSite } from './chaos-site.ts';
import { makeFaults, type FaultKind } from './faults.ts';
import { startFieldService } from './field-service.ts';
import { judge, type Verdict } from './judge.ts';
import { askForRuns, createTenant, insist, waitForEnd } from './workload.ts';

export interface ChaosPlan {
  /** The same seed makes the same faults in the same order. */
  readonly seed: number;
  readonly runs: number;
  readonly organizations: number;
  readonly workers: number;
  readonly kinds: readonly [FaultKind, ...FaultKind[]];
  /** The kinds in turn, until each has come; otherwise at random. */
  readonly inTurn?: boolean;
  /** Milliseconds from and to, between two faults. */
  readonly pauseMs: readonly [number, number];
  /** Milliseconds between two requests for a run. */
  readonly requestMs: number;
  readonly say?: (sentence: string) => void;
}

/** Lets the whole program work while things go wrong, and judges what came of it. */
export async function runChaos(plan: ChaosPlan): Promise<Verdict> {
  const say = plan.say ?? (() => undefined);
  const random = createRandom(plan.seed);
  await using field = await startFieldService(createRandom(plan.seed + 1));
  await using site = await openChaosSite({
    workers: plan.workers,
    allowedHosts: [field.host],
    diskMegabytes: 1024,
    say,
  });
  say(`in ${site.directory}`);
  await using services = await openServices(site);
  const tenants = await Promise.all(
    Array.from({ length: plan.organizations }, () => createTenant(site, services, field)),
  );
  say(`${tenants.length} organizations are there`);

  const peace = new AbortController();
  const maker = makeFaults(site, random, { ...plan, say, signal: peace.signal });
  const asked = await askForRuns(site, services, tenants, createRandom(plan.seed + 2), {
    ...plan,
    isEnough: () => plan.inTurn !== true || maker.faults.length >= plan.kinds.length,
  }).finally(() => peace.abort());
  await maker.done;
  field.calm();
  say(`asked for ${asked.runs.size} runs amid ${maker.faults.length} faults`);
  await waitForEnd(site, 'all', 120);

  // One more of each in peace: the program is whole, and the tables follow from all that was served.
  for (const pipeline of ['pipelineId', 'scheduledId'] as const) {
    const last = await Promise.all(
      tenants.map((tenant) => insist(() => runPipeline(services, tenant.actor, tenant[pipeline]))),
    );
    await waitForEnd(site, last, 60);
  }
  await sleep(1_000); // the engine notes the end of a workflow after our own tables
  await removeStaging(services, new AbortController().signal);
  return await judge(site, tenants, asked, field, maker.faults);
}

/** What a process needs that asks for runs. */
async function openServices(site: ChaosSite): Promise<PipelineServices & AsyncDisposable> {
  const { config } = site;
  const log = createLog('silent');
  const database = connectDatabase(appLogin(config.databaseUrl ?? '', config).url);
  const warehouse = openWarehouse({ config, database });
  const runEngine = await connectDbosEngine(database.appUrl, log);
  return {
    config,
    log,
    clock: systemClock,
    newId,
    database,
    warehouse,
    runEngine,
    async [Symbol.asyncDispose]() {
      await runEngine.close().catch(() => undefined);
      await warehouse.close();
      await database.close();
    },
  };
}
