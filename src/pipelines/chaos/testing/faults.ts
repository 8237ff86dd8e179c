import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../../sample/random.ts';
import type { ChaosSite } from './chaos-site.ts';

export const faultKinds = [
  'kill a worker',
  'pause a worker',
  'restart the database',
  'reset connections',
  'fill the disk',
  'move a clock',
] as const;
export type FaultKind = (typeof faultKinds)[number];

export interface Fault {
  readonly kind: FaultKind;
  /** Milliseconds since the beginning. */
  readonly at: number;
  /** Steps that a killed worker was at. */
  readonly interrupted: readonly string[];
  readonly time: Date;
}

/** What went wrong, and how to put right what is still wrong at the end. */
export interface FaultMaker {
  readonly faults: readonly Fault[];
  /** Makes faults until the signal aborts, then lets everything go. */
  readonly done: Promise<void>;
}

/**
 * Makes faults one after the other, in an order and at distances that the seed decides. Which worker it hits depends on
 * who is there.
 *
 * @param options.pauseMs from and to, between two faults.
 */
export function makeFaults(
  site: ChaosSite,
  random: Random,
  options: {
    readonly kinds: readonly [FaultKind, ...FaultKind[]];
    readonly inTurn?: boolean;
    readonly pauseMs: readonly [number, number];
    readonly signal: AbortSignal;
    readonly say: (sentence: string) => void;
  },
): FaultMaker {
  const faults: Fault[] = [];
  const started = performance.now();
  const paused = new Set<number>();
  const wakings: Promise<void>[] = [];

  async function make(kind: FaultKind): Promise<void> {
    // Drawn whether the fault needs them or not, so that the order does not depend on what is possible here.
    const which = random.next();
    const howLong = random.next();
    const note = (interrupted: readonly string[] = []) => {
      options.say(kind);
      faults.push({ kind, at: Math.round(performance.now() - started), time: new Date(), interrupted });
    };
    switch (kind) {
      case 'kill a worker':
      case 'pause a worker': {
        const workers = await workersToHit(kind === 'kill a worker');
        const worker = workers[Math.floor(which * workers.length)];
        if (worker === undefined) return;
        if (kind === 'kill a worker') {
          signal(worker.pid, 'SIGKILL');
          const steps = await site.ask<{ id: string }>(
            `SELECT id FROM run_steps WHERE status = 'running' AND worker_id = $1`,
            [worker.id],
          );
          return note(steps.map((step) => step.id));
        }
        paused.add(worker.pid);
        signal(worker.pid, 'SIGSTOP');
        note();
        // Now and then for so long that it is taken for dead and wakes to a world that went on.
        wakings.push(wakeAfter(worker.pid, 500 + howLong * 8_500));
        return;
      }
      case 'restart the database':
        // Immediate: no session is ended in order, and the server recovers from its log.
        signal(site.postgres.pid, 'SIGQUIT');
        return note();
      case 'reset connections':
        site.proxy.cut(() => random.chance(0.3 + 0.7 * howLong));
        return note();
      case 'fill the disk':
        if (site.disk === undefined) return;
        note();
        await site.disk.fill();
        await sleep(500 + howLong * 2_500);
        return site.disk.free();
      case 'move a clock':
        if (site.clock === undefined) return;
        note();
        return site.clock.set(Math.round((which - 0.5) * 4 * 3600));
      default:
        return kind satisfies never;
    }
  }

  /** @param atWork only those that are at a step, if there are any within a second: killing others interrupts nothing. */
  async function workersToHit(atWork: boolean) {
    const from = performance.now();
    for (;;) {
      const awake = (await site.livingWorkers()).filter(({ pid }) => !paused.has(pid));
      if (!atWork) return awake;
      const busy = await site.ask<{ worker_id: string }>(
        `SELECT DISTINCT worker_id FROM run_steps WHERE status = 'running'`,
      );
      const working = awake.filter(({ id }) => busy.some((step) => step.worker_id === id));
      if (working.length > 0) return working;
      if (performance.now() - from > 1_000) return awake;
      await sleep(10);
    }
  }

  async function wakeAfter(pid: number, ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: options.signal }).catch(() => undefined);
    paused.delete(pid);
    signal(pid, 'SIGCONT');
  }

  async function run(): Promise<void> {
    const [from, to] = options.pauseMs;
    let turns = 0;
    while (!options.signal.aborted) {
      await sleep(random.integer(from, to), undefined, { signal: options.signal }).catch(() => undefined);
      if (options.signal.aborted) break;
      const turn = options.inTurn === true ? options.kinds[turns++ % options.kinds.length] : undefined;
      await make(turn ?? random.pick(options.kinds));
    }
    await Promise.all(wakings);
    await site.disk?.free();
    await site.clock?.set(0);
  }
  return { faults, done: run() };
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    // It ended in the meantime.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
