import { setTimeout as sleep } from 'node:timers/promises';

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
  underWay: number;
  readonly waiting: (() => void)[];
  /** Requests that may begin now; less than 0 when some are already waiting for their time. */
  tokens: number;
  countedAt: number;
}

/** From so many on, those that nobody asks any more are forgotten. */
const manyHosts = 1000;

/**
 * A gate for the hosts of one process. People share a service with others, and one organization's pipelines must not
 * use up what the service grants to all of them.
 *
 * @param now milliseconds of a clock that only goes forward.
 */
export function createHostGate(limits: HostLimits, now: () => number = () => performance.now()): HostGate {
  const hosts = new Map<string, HostState>();
  const burst = Math.max(1, limits.perMinute / 10);
  const perMs = limits.perMinute / 60_000;

  function forgetRested(): void {
    for (const [host, { underWay, tokens, countedAt }] of hosts) {
      if (underWay === 0 && tokens + (now() - countedAt) * perMs >= burst) hosts.delete(host);
    }
  }

  function stateOf(host: string): HostState {
    if (hosts.size >= manyHosts && !hosts.has(host)) forgetRested();
    const state = hosts.get(host) ?? { underWay: 0, waiting: [], tokens: burst, countedAt: now() };
    hosts.set(host, state);
    return state;
  }

  /** Milliseconds until the next request may begin; its token is taken. */
  function takeToken(state: HostState): number {
    const at = now();
    state.tokens = Math.min(burst, state.tokens + (at - state.countedAt) * perMs);
    state.countedAt = at;
    state.tokens -= 1;
    return state.tokens >= 0 ? 0 : -state.tokens / perMs;
  }

  async function place(state: HostState, signal: AbortSignal): Promise<void> {
    if (state.underWay < limits.atOnce) {
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
      const state = stateOf(host);
      await place(state, signal);
      let isInside = true;
      const leave = (): void => {
        if (!isInside) return;
        isInside = false;
        // The place goes to the next one as it is.
        const next = state.waiting.shift();
        if (next === undefined) state.underWay -= 1;
        else next();
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
