import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '#platform/errors';

/**
 * Repeats what needs the metadata database for as long as that does not answer (a restart takes seconds): a run must
 * not fail, or stay half written, because its own bookkeeping had to wait.
 */
export async function keepTrying<T>(fn: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let pause = 100; ; pause = Math.min(pause * 2, 2_000)) {
    try {
      return await fn();
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'database_unavailable') throw error;
      await sleep(pause, undefined, { signal });
    }
  }
}
