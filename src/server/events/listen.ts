import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import type { Log } from '#platform/log';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5000;
/** A connection that is silently gone (a firewall, a sleeping laptop) is found out by a query now and then. */
const PROBE_MS = 30_000;

/**
 * One connection that listens for notifications, for as long as it is held. It connects again by itself.
 *
 * @param options.onConnect after every connect: notifications may have been missed before it.
 */
export function listen(options: {
  readonly url: string;
  readonly channels: readonly string[];
  readonly log: Log;
  readonly onNotification: (channel: string, payload: string) => void;
  readonly onConnect: () => void;
}): AsyncDisposable {
  const stop = new AbortController();

  async function holdConnection(onGood: () => void): Promise<void> {
    const client = new Client({
      connectionString: options.url,
      application_name: 'dalgo-lite events',
      keepAlive: true,
      connectionTimeoutMillis: 10_000,
      query_timeout: 10_000,
    });
    const ended = Promise.withResolvers<undefined>();
    client.on('error', ended.reject);
    client.on('end', () => ended.resolve(undefined));
    // Whoever waits sees it; until somebody does, it is not unhandled.
    ended.promise.catch(() => {});
    const end = (): void => ended.resolve(undefined);
    stop.signal.addEventListener('abort', end);
    try {
      await client.connect();
      client.on('notification', ({ channel, payload }) => options.onNotification(channel, payload ?? ''));
      for (const channel of options.channels)
        await client.query(`LISTEN ${client.escapeIdentifier(channel)}`);
      onGood();
      options.onConnect();
      const probe = setInterval(() => {
        client.query('SELECT 1').catch(ended.reject);
      }, PROBE_MS);
      try {
        await ended.promise;
      } finally {
        clearInterval(probe);
      }
    } finally {
      stop.signal.removeEventListener('abort', end);
      await client.end().catch(() => {});
    }
  }

  async function run(): Promise<void> {
    let pause = FIRST_PAUSE_MS;
    while (!stop.signal.aborted) {
      try {
        await holdConnection(() => {
          pause = FIRST_PAUSE_MS;
        });
      } catch (error) {
        if (!stop.signal.aborted) options.log.warn({ err: error }, 'lost the connection for live events');
      }
      if (stop.signal.aborted) return;
      await sleep(pause, undefined, { signal: stop.signal }).catch(() => {});
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
    }
  }

  const running = run();
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await running;
    },
  };
}
