import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import type { Services } from '#platform/services';

/** Any fixed number: first key of the advisory locks that workers hold; the second follows from their id. */
export const LEASE_LOCK = 7_263_406;

/** Milliseconds before a lost connection is opened again. */
const AGAIN_MS = 200;

export interface Lease {
  letGo(): Promise<void>;
}

/**
 * Holds a lock of the database for as long as this process lives, over a connection of its own: when the process dies,
 * the database knows at once, whatever machine it was on. A connection that breaks is opened again; until then, and
 * where a pooler hands out connections for one statement only, the signs of life speak for the worker.
 */
export function holdLease(services: Pick<Services, 'database' | 'log'>, workerId: string): Lease {
  const letGo = new AbortController();
  const { signal } = letGo;
  const letGoNow = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));

  async function holdOnce(): Promise<void> {
    const client = new Client({
      connectionString: services.database.appUrl,
      application_name: 'dalgo-lite lease',
      keepAlive: true,
      connectionTimeoutMillis: 5_000,
    });
    const ended = new Promise<void>((resolve) => {
      client.once('end', resolve);
      client.on('error', () => resolve());
    });
    try {
      await client.connect();
      await client.query('SELECT pg_advisory_lock($1, hashtext($2))', [LEASE_LOCK, workerId]);
      await Promise.race([ended, letGoNow]);
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  async function hold(): Promise<void> {
    while (!signal.aborted) {
      try {
        await holdOnce();
      } catch (error) {
        services.log.debug({ err: error }, 'the lease could not be taken; it is tried again');
      }
      await sleep(AGAIN_MS, undefined, { signal }).catch(() => undefined);
    }
  }
  const holding = hold();
  return {
    async letGo() {
      letGo.abort();
      await holding;
    },
  };
}
