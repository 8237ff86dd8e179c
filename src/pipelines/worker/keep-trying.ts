import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '#platform/errors';

/** The database itself is down or full: it has nothing to do with what was asked of it. */
export function isOfDatabase(error: unknown): boolean {
  return error instanceof AppError && (error.code === 'database_unavailable' || error.code === 'disk_full');
}

/**
 * Repeats what needs the metadata database for as long as that does not answer (a restart takes seconds, a full disk a person): a run must
 * not fail, or stay half written, because its own bookkeeping had to wait.
 */
export async function keepTrying<T>(fn: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let pause = 100; ; pause = Math.min(pause * 2, 2_000)) {
    try {
      return await fn();
    } catch (error) {
      if (!isOfDatabase(error)) throw error;
      await sleep(pause, undefined, { signal });
    }
  }
}
