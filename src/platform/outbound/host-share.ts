import { Client } from 'pg';

/** Any fixed number: first key of the advisory locks of processes that ask a host; the second follows from its name. */
const HOST_LOCK = 7_263_407;
/** Milliseconds for an answer of the database. */
const patienceMs = 2_000;

/** Tells processes on one database how many of them ask a host, so that its limits hold for all of them together. */
export interface HostShare extends AsyncDisposable {
  /**
   * Says that this process asks the host now. The first time it waits for the answer of the database; later the one of
   * a second ago holds.
   *
   * @returns how many processes ask it, this one among them.
   */
  join(host: string): Promise<number>;
}

interface Joined {
  processes: number;
  lookedAt: number;
  usedAt: number;
  looking: Promise<void> | undefined;
}

/**
 * Shares over a database: who asks a host holds a lock in shared mode on a connection of its own, so a process that dies
 * takes no share with it, whatever machine it was on. Without an answer of the database, or behind a pooler that hands
 * out connections for one statement only, each process counts itself alone: the limits then hold for each of them.
 *
 * @param times.againMs after which is looked again who else asks.
 * @param times.restMs after which a host that nobody asked is left.
 */
export function openHostShare(url: string, times = { againMs: 1_000, restMs: 5_000 }): HostShare {
  const { againMs, restMs } = times;
  const hosts = new Map<string, Joined>();
  let client: Promise<Client | undefined> | undefined;
  let timer: NodeJS.Timeout | undefined;

  async function connect(): Promise<Client | undefined> {
    const fresh = new Client({
      connectionString: url,
      application_name: 'dalgo-lite hosts',
      keepAlive: true,
      connectionTimeoutMillis: patienceMs,
      query_timeout: patienceMs,
    });
    const forget = (): void => {
      client = undefined;
      for (const joined of hosts.values()) joined.processes = 1;
    };
    fresh.on('error', forget);
    fresh.once('end', forget);
    try {
      await fresh.connect();
      return fresh;
    } catch {
      // As without an answer: see above.
      forget();
      return undefined;
    }
  }

  async function look(host: string, joined: Joined): Promise<void> {
    joined.lookedAt = performance.now();
    const connection = await (client ??= connect());
    if (connection === undefined) return;
    try {
      const { rows } = await connection.query<{ processes: number }>(
        `WITH mine AS MATERIALIZED (SELECT hashtext($2) AS key, pg_backend_pid() AS pid),
           held AS MATERIALIZED (
             SELECT l.pid FROM pg_locks l, mine
             WHERE l.locktype = 'advisory' AND l.granted AND l.classid = $1::oid
               AND l.objid::bigint::bit(32)::integer = mine.key
               AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())),
           joined AS MATERIALIZED (
             SELECT pg_try_advisory_lock_shared($1::integer, key)
             FROM mine WHERE pid NOT IN (SELECT pid FROM held))
         SELECT (SELECT count(DISTINCT pid) FROM held)::integer + (SELECT count(*) FROM joined)::integer AS processes`,
        [HOST_LOCK, host],
      );
      joined.processes = Math.max(1, rows[0]?.processes ?? 1);
    } catch {
      joined.processes = 1;
    }
  }

  /** Leaves the hosts that nobody asks any more, and the database when there are none. */
  async function rest(): Promise<void> {
    const now = performance.now();
    const left = [...hosts].filter(([, { usedAt }]) => now - usedAt > restMs).map(([host]) => host);
    for (const host of left) hosts.delete(host);
    const connection = await client;
    if (hosts.size === 0) {
      clearInterval(timer);
      timer = undefined;
      await connection?.end().catch(() => undefined);
    } else if (left.length > 0) {
      await connection
        ?.query('SELECT pg_advisory_unlock_shared($1, hashtext(host)) FROM unnest($2::text[]) host', [
          HOST_LOCK,
          left,
        ])
        .catch(() => undefined);
    }
  }

  return {
    async join(host) {
      timer ??= setInterval(() => void rest(), restMs).unref();
      const now = performance.now();
      let joined = hosts.get(host);
      const isNew = joined === undefined;
      if (joined === undefined) {
        joined = { processes: 1, lookedAt: -Infinity, usedAt: now, looking: undefined };
        hosts.set(host, joined);
      }
      joined.usedAt = now;
      if (joined.looking === undefined && now - joined.lookedAt >= againMs) {
        const one = joined;
        one.looking = look(host, one).finally(() => (one.looking = undefined));
      }
      // Those that come together with the first wait for the same answer.
      if (isNew || joined.lookedAt === -Infinity) await joined.looking;
      return joined.processes;
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      timer = undefined;
      hosts.clear();
      const connection = await client;
      await connection?.end().catch(() => undefined);
    },
  };
}
