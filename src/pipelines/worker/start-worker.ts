import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { startDbosWorker } from '../engine/dbos/start-dbos-worker.ts';
import { WORKFLOW_VERSION } from '../engine/dbos/dbos-settings.ts';
import {
  defaultEngineLimits,
  type EngineLimits,
  type EngineRun,
  type RunWorker,
} from '../engine/run-engine.ts';
import type { Config } from '#platform/config';
import type { RunId } from '#platform/ids';
import type { Services } from '#platform/services';
import type { MessageSenders } from '../notifications/messages/open-message-senders.ts';
import { sendDueMessages } from '../notifications/messages/send-due-messages.ts';
import { startRun } from '../runs/start-run.ts';
import { noticeLate } from '../schedule/notice-late.ts';
import { fireDueSchedules, millisecondsUntilDue } from '../schedule/fire-due-schedules.ts';
import { atDatabaseTime } from './database-time.ts';
import { holdLease } from './hold-lease.ts';
import {
  beat,
  defaultHeartbeatTimes,
  forgetOldWorkers,
  livingWorkers,
  oneAtATime,
  registerWorker,
  signOff,
  type HeartbeatTimes,
} from './heartbeat.ts';
import { endAbandonedRuns } from './end-abandoned-runs.ts';
import { startForgottenRuns } from './reconcile-runs.ts';
import { repeat } from './repeat.ts';
import { createRunHandlers } from './run-handlers.ts';
import type { DoStep } from './step-work.ts';
import { watchCancellations } from './watch-cancellations.ts';

/** Milliseconds that the steps under way get to stop. */
const STOP_MS = 5_000;

export interface WorkerOptions {
  readonly doStep: DoStep;
  readonly limits?: EngineLimits;
  readonly heartbeat?: HeartbeatTimes;
  /** What else there is to tidy on this machine now and then. */
  readonly tidy?: () => Promise<void>;
  /** Ways out for what people are told; without them messages wait for a worker that has some. */
  readonly messages?: { readonly config: Config; readonly senders: MessageSenders };
}

export interface RunningWorker {
  readonly id: string;
  /** Stops taking runs, cancels what is under way and leaves it to the other workers, or to the next start. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Starts executing runs in this process, and with it the duties that every worker shares: signs of life, taking over
 * the runs of the dead, firing schedules, starting forgotten runs. Any number of workers may run, on any machines.
 */
export async function startRunWorker(
  services: Pick<Services, 'database' | 'log' | 'clock' | 'newId'>,
  options: WorkerOptions,
): Promise<RunningWorker> {
  const { database, log } = services;
  const limits = options.limits ?? defaultEngineLimits;
  const times = options.heartbeat ?? defaultHeartbeatTimes;
  const id = `worker-${randomBytes(6).toString('hex')}`;
  const stopping = new AbortController();
  await registerWorker(services, { id, applicationVersion: WORKFLOW_VERSION });
  const lease = holdLease(services, id);

  // The handlers start the next run of a pipeline through the engine, which is started with the handlers.
  let engine: RunWorker | undefined;
  const runEngine = {
    async start(run: EngineRun): Promise<void> {
      if (engine === undefined) throw new Error('The engine has not started yet');
      await engine.start(run);
    },
  };
  const cancellations = watchCancellations(services);
  const underWay = new Set<Promise<unknown>>();
  const doStep: DoStep = (input) => {
    const work = options.doStep(input);
    underWay.add(work);
    return work.finally(() => underWay.delete(work));
  };
  const handlers = createRunHandlers(services, {
    workerId: id,
    doStep,
    cancellations,
    stopping: stopping.signal,
    living: () => livingWorkers(services, times),
    runEngine,
    loadsPerHost: limits.loadsPerHost,
  });
  engine = await startDbosWorker({
    appUrl: database.appUrl,
    workerId: id,
    handlers,
    limits,
    log,
  });
  const worker = engine;

  const handed = new Set<RunId>();
  const task = (name: string, everyMs: number) => ({ name, everyMs, log, signal: stopping.signal });
  async function sendMessages(): Promise<void> {
    if (options.messages === undefined) return;
    const { config, senders } = options.messages;
    await sendDueMessages({ ...services, config }, senders, stopping.signal);
  }
  const duties = [
    repeat(task('sign of life', times.beatMs), () => beat(services, id)),
    repeat(task('taking over', times.beatMs), async () => {
      const runs = await oneAtATime(services, () => worker.takeOver(() => livingWorkers(services, times)));
      if (runs !== null && runs.length > 0) log.warn({ runs }, 'took over the runs of a worker that is gone');
    }),
    repeat(task('firing schedules', 1_000), async () => {
      const fired = await fireDueSchedules(await atDatabaseTime(services), (organizationId, runId) =>
        startRun({ database, runEngine }, organizationId, runId),
      );
      // Wakes when the next one is due; one that somebody sets meanwhile is seen within the second.
      const ms = (await millisecondsUntilDue(services)) ?? 1_000;
      // One that is due and cannot be fired is tried again, but not all the time.
      return ms <= 0 && fired.length === 0 ? 1_000 : Math.max(20, ms);
    }),
    repeat(task('starting forgotten runs', 2_000), () => startForgottenRuns({ database, runEngine }, handed)),
    repeat(task('ending abandoned runs', 5_000), () =>
      endAbandonedRuns({ database, log, runEngine: worker }),
    ),
    ...(options.messages === undefined
      ? []
      : [repeat(task('sending messages', 2_000), () => sendMessages())]),
    repeat(task('noticing what is late', 30_000), async () => noticeLate(await atDatabaseTime(services))),
    repeat(task('forgetting old workers', 3_600_000), () => forgetOldWorkers(services)),
    ...(options.tidy === undefined ? [] : [repeat(task('tidying up', 3_600_000), options.tidy)]),
  ];
  log.info({ worker: id }, 'worker started');

  let closing: Promise<void> | undefined;
  async function close(): Promise<void> {
    stopping.abort();
    await Promise.all(duties);
    // What is under way was told to stop; its statements are cancelled before others begin the same.
    await Promise.race([Promise.allSettled(underWay), sleep(STOP_MS, undefined, { ref: false })]);
    await cancellations.close();
    await worker.close();
    // Last: from here on the others take over what was under way.
    await signOff(services, id).catch((error: unknown) =>
      log.warn({ err: error }, 'the worker could not sign off'),
    );
    await lease.letGo();
    log.info({ worker: id }, 'worker stopped');
  }
  const closeOnce = () => (closing ??= close());
  return { id, close: closeOnce, [Symbol.asyncDispose]: closeOnce };
}
