import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '#platform/log';

/**
 * Does something again and again until the signal aborts. One time that fails is logged and followed by the next.
 *
 * @param fn may say after how many milliseconds it is needed again, if that is sooner than `everyMs`.
 * @returns a promise that resolves when the last time has ended.
 */
export async function repeat(
  task: { readonly name: string; readonly everyMs: number; readonly log: Log; readonly signal: AbortSignal },
  fn: () => Promise<number | void>,
): Promise<void> {
  while (!task.signal.aborted) {
    let soon = task.everyMs;
    try {
      soon = Math.min(task.everyMs, (await fn()) ?? task.everyMs);
    } catch (error) {
      if (!task.signal.aborted) task.log.warn({ err: error }, `${task.name} failed; it is tried again`);
    }
    await sleep(soon, undefined, { signal: task.signal }).catch(() => undefined);
  }
}
