import { createHash } from 'node:crypto';
import type { Config } from '#platform/config';
import type { Log } from '#platform/log';

/** Counts that all processes of an installation share. */
export interface SharedCounters extends AsyncDisposable {
  /**
   * One more of what is named.
   *
   * @param windowMs after which a count begins anew.
   * @returns undefined while Redis does not answer.
   */
  count(
    what: string,
    windowMs: number,
  ): Promise<{ readonly count: number; readonly leftMs: number } | undefined>;
}

/** Milliseconds that a request waits for Redis at most. */
const PATIENCE_MS = 1000;

/**
 * The counters in Redis when REDIS_URL is set; undefined otherwise. The package is loaded only when it is wanted. While
 * Redis is away nothing is counted here, and requests go on under the limits of each process.
 */
export async function openSharedCounters(config: Config, log: Log): Promise<SharedCounters | undefined> {
  if (config.redisUrl === undefined) return undefined;
  const { Redis } = await import('ioredis');
  const redis = new Redis(config.redisUrl, {
    connectTimeout: 2000,
    commandTimeout: PATIENCE_MS,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    lazyConnect: true,
    keyPrefix: 'dalgo:',
  });
  let isAway = false;
  redis.on('error', (error: Error) => {
    // Once for each time that it goes away, not for each try to reach it.
    if (!isAway) log.warn({ err: error }, 'Redis does not answer; limits are counted in each process');
    isAway = true;
  });
  redis.on('ready', () => {
    isAway = false;
  });
  // The first request is to be counted too. When it is away now, it is tried again by itself.
  await redis.connect().catch(() => undefined);
  return {
    async count(what, windowMs) {
      // Addresses and e-mails of people are nothing for another database to keep.
      const key = createHash('sha256').update(what).digest('base64url');
      try {
        const answers = await redis.multi().set(key, 0, 'PX', windowMs, 'NX').incr(key).pttl(key).exec();
        const [count, leftMs] = [answers?.[1]?.[1], answers?.[2]?.[1]];
        return typeof count === 'number' && typeof leftMs === 'number' ? { count, leftMs } : undefined;
      } catch {
        // Told of above.
        return undefined;
      }
    },
    async [Symbol.asyncDispose]() {
      redis.disconnect();
    },
  };
}
