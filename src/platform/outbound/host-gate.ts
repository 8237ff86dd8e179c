import { setTimeout as sleep } from 'node:timers/promises';
import type { HostShare } from './host-share.ts';

export interface HostLimits {
  /** Requests to one host that are under way at once. */
  readonly atOnce: number;
  /** Requests to one host that begin within a minute, on average; a tenth of them may begin together. */
  readonly perMinute: number;
}

/** Makes requests to one host wait for each other, in the order in which they came. */
export interface HostGate {
  /**
   * Waits for a place. The one who got it gives it back by calling what is returned, once or more often.
   *
   * @throws what `signal` was aborted with.
   */
  enter(host: string, signal: AbortSignal): Promise<() => void>;
}

interface HostState {
  /** How many processes divide the limits among them. */
  processes: number;
  underWay: number;
  readonly waiting: (() => void)[];
  /** Requests that may begin now; less than 0 when some are already waiting for their time. */
  tokens: number;
  countedAt: number;
}

/** From so many on, those that nobody asks any more are forgotten. */
const manyHosts = 1000;

/**
 * A gate for hosts. People share a service with others, and one organization's pipelines must not use up what the
 * service grants to all of them.
 *
 * @param now milliseconds of a clock that only goes forward.
 * @param share with other processes, which divide the limits evenly; each may always make one request at a time.
 */
export function createHostGate(
  limits: HostLimits,
  now: () => number = () => performance.now(),
  share?: Pick<HostShare, 'join'>,
): HostGate {
  const hosts = new Map<string, HostState>();
  const atOnceOf = ({ processes }: HostState) => Math.max(1, Math.floor(limits.atOnce / processes));
  const burstOf = ({ processes }: HostState) => Math.max(1, limits.perMinute / 10 / processes);
  const perMsOf = ({ processes }: HostState) => limits.perMinute / 60_000 / processes;

  function forgetRested(): void {
    for (const [host, state] of hosts) {
      const { underWay, tokens, countedAt } = state;
      if (underWay === 0 && tokens + (now() - countedAt) * perMsOf(state) >= burstOf(state))
        hosts.delete(host);
    }
  }

  function stateOf(host: string): HostState {
    if (hosts.size >= manyHosts && !hosts.has(host)) forgetRested();
    const known = hosts.get(host);
    if (known !== undefined) return known;
    const state = { processes: 1, underWay: 0, waiting: [], tokens: Infinity, countedAt: now() };
    hosts.set(host, state);
    return state;
  }

  /** Milliseconds until the next request may begin; its token is taken. */
  function takeToken(state: HostState): number {
    const at = now();
    const perMs = perMsOf(state);
    state.tokens = Math.min(burstOf(state), state.tokens + (at - state.countedAt) * perMs);
    state.countedAt = at;
    state.tokens -= 1;
    return state.tokens >= 0 ? 0 : -state.tokens / perMs;
  }

  async function place(state: HostState, signal: AbortSignal): Promise<void> {
    if (state.underWay < atOnceOf(state)) {
      state.underWay += 1;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const enter = (): void => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = (): void => {
        state.waiting.splice(state.waiting.indexOf(enter), 1);
        reject(signal.reason as Error);
      };
      state.waiting.push(enter);
      signal.addEventListener('abort', leave, { once: true });
    });
  }

  return {
    async enter(host, signal) {
      signal.throwIfAborted();
      const processes = share === undefined ? 1 : await unlessAborted(share.join(host), signal);
      const state = stateOf(host);
      state.processes = processes;
      await place(state, signal);
      let isInside = true;
      const leave = (): void => {
        if (!isInside) return;
        isInside = false;
        // The place goes to the next one as it is, unless others have come to share the host.
        const next = state.underWay > atOnceOf(state) ? undefined : state.waiting.shift();
        if (next === undefined) state.underWay -= 1;
        else next();
        // Some have gone.
        while (state.underWay < atOnceOf(state)) {
          const further = state.waiting.shift();
          if (further === undefined) break;
          state.underWay += 1;
          further();
        }
      };
      try {
        const pause = takeToken(state);
        if (pause > 0) await sleep(pause, undefined, { signal });
      } catch (error) {
        leave();
        throw error;
      }
      return leave;
    },
  };
}

function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', stop, { once: true });
    void promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
