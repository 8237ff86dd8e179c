import { realpath } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { AppError } from '#platform/errors';
import { binariesReadableBy, findPostgresBinaries } from './postgres-binaries.ts';
import { ensureServer, findServer, stopServer, type Installation } from './postgres-server.ts';
import { createFolder, prepareCluster, readOrCreatePassword, superuser } from './prepare-cluster.ts';
import { chooseSystemAccount, firstClosedDirectory } from './system-account.ts';

export type EmbeddedPostgres = AsyncDisposable & {
  /** Connection string of the superuser to the database "postgres". Holds the password: never log it. */
  readonly adminUrl: string;
  readonly port: number;
  /** The server's process; another one after a crash. */
  readonly pid: number;
  /** Leaves the server; the last process to leave stops it. */
  stop(): Promise<void>;
};

export type EmbeddedPostgresOptions = {
  /** Where the database lives; created when absent. Nothing else may be kept in it. */
  readonly dataDirectory: string;
  /** Told in sentences what happens to the server. */
  readonly log?: (sentence: string) => void;
  /** Further server settings, as in postgresql.conf. */
  readonly settings?: Readonly<Record<string, string | number | boolean>>;
  readonly signal?: AbortSignal;
};

/** Any number that nobody else takes: every process that uses the server holds this advisory lock in shared mode. */
const holderLock = 4_206_942_001;

/**
 * Starts the PostgreSQL that came with `npm install` on `dataDirectory`, or joins the one that runs there already,
 * and keeps it running: a server that crashes is started again on the same port.
 *
 * It outlives us when we are killed (`kill -9`), and our next start joins it. Several processes may share one; the
 * server stops with the last that calls `stop`. Each holds one connection with a shared advisory lock: its end tells
 * of a crash at once, and its lock, which cannot outlive its process, tells the others that it is in use.
 *
 * @example
 * await using postgres = await startEmbeddedPostgres({ dataDirectory: '.dalgo/postgres' })
 * const client = new Client(postgres.adminUrl)
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const log = options.log ?? (() => undefined);
  const stopping = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, stopping.signal]) : stopping.signal;
  const { installation, password } = await prepareInstallation(options);
  let server = await ensureServer(installation, undefined, signal);
  const { port } = server;
  const adminUrl = `postgresql://${superuser}:${password}@127.0.0.1:${port}/postgres`;

  let holder: Client | undefined;
  let recovering: Promise<void> = Promise.resolve();

  const hold = async (): Promise<void> => {
    for (let attempt = 0; ; attempt++) {
      const client = new Client({
        connectionString: adminUrl,
        application_name: 'dalgo holder',
        keepAlive: true,
      });
      client.on('error', () => undefined); // told by 'end'
      try {
        await client.connect();
        await assertOurs(client, installation);
        await client.query('select pg_advisory_lock_shared($1)', [holderLock]);
        client.once('end', () => {
          if (holder === client) {
            holder = undefined;
            recovering = recover();
          }
        });
        holder = client;
        return;
      } catch (cause) {
        await client.end().catch(() => undefined); // it may have ended already, which is why we are here
        signal.throwIfAborted();
        if (cause instanceof AppError || attempt >= 100) throw connectionFailure(cause);
        if (isPasswordFailure(cause)) throw connectionFailure(cause);
        // The server was just stopping under another process, or is still recovering: look again.
        await sleep(50, undefined, { signal });
        server = await ensureServer(installation, port, signal);
      }
    }
  };

  const recover = async (): Promise<void> => {
    for (let pause = 0; !signal.aborted; pause = Math.min(10_000, pause * 2 + 250)) {
      try {
        const before = server.pid;
        server = await ensureServer(installation, port, signal);
        await hold();
        log(
          server.pid === before
            ? 'The database dropped our connection; connected again.'
            : 'The database had crashed; it runs again.',
        );
        return;
      } catch (error) {
        if (signal.aborted) return;
        log(error instanceof Error ? error.message : String(error));
        await sleep(pause, undefined, { signal }).catch(() => undefined);
      }
    }
  };

  /** After a crash it may run again, by us or by another, without our share: whoever leaves last still stops it. */
  const connectToLeave = async (): Promise<Client | undefined> => {
    const running = await findServer(installation);
    if (running === undefined) return undefined;
    const client = new Client({ connectionString: adminUrl, application_name: 'dalgo holder' });
    client.on('error', () => undefined); // the server is about to end it
    try {
      await client.connect();
      await assertOurs(client, installation);
      server = running;
      return client;
    } catch {
      await client.end().catch(() => undefined); // it may have ended already
      return undefined;
    }
  };

  await hold();

  const stop = async (): Promise<void> => {
    if (stopping.signal.aborted) return;
    stopping.abort();
    await recovering;
    const client = holder ?? (await connectToLeave());
    holder = undefined;
    if (client === undefined) return; // it crashed just now: there is nothing to stop
    try {
      if (await isLastHolder(client)) await stopServer(installation, server);
    } finally {
      await client.end().catch(() => undefined); // stopping the server has ended it already
    }
  };

  return {
    adminUrl,
    port,
    get pid() {
      return server.pid;
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

async function prepareInstallation(
  options: EmbeddedPostgresOptions,
): Promise<{ installation: Installation; password: string }> {
  const folder = resolve(options.dataDirectory);
  const cluster = join(folder, 'cluster');
  const account = await chooseSystemAccount(cluster);
  await createFolder(folder, account);
  if (account !== undefined) {
    const closed = await firstClosedDirectory(account, folder);
    if (closed !== undefined) {
      throw new AppError(
        'data_directory_unusable',
        `The database runs as the user "${account.name}", because PostgreSQL refuses to run as root, and that user may not enter ${closed}.`,
        {
          hint: `Set DALGO_DATA_DIR to a directory outside of it (for example DALGO_DATA_DIR=/var/lib/dalgo), move the checkout to such a place (/opt), or start as an ordinary user.`,
        },
      );
    }
  }
  const binaries = await binariesReadableBy(account, await findPostgresBinaries(), folder);
  const password = await readOrCreatePassword(folder);
  const settings = options.settings ?? {};
  await prepareCluster({ folder, cluster, binaries, account, password, noSync: settings['fsync'] === false });
  return { installation: { folder, cluster, binaries, account, settings }, password };
}

/** The port in the server's note could since belong to another server: it must answer with our data directory. */
async function assertOurs(client: Client, installation: Installation): Promise<void> {
  const { rows } = await client.query<{ directory: string }>(
    `select current_setting('data_directory') as directory`,
  );
  const theirs = rows[0]?.directory ?? '';
  const [theirPath, ourPath] = await Promise.all([theirs, installation.cluster].map(followLinks));
  if (theirPath !== ourPath) {
    throw new AppError(
      'postgres_start_failed',
      `Another PostgreSQL answers on the database's port (its data is in ${theirs}).`,
      {
        hint: 'Stop that server, or start again when it is gone.',
      },
    );
  }
}

/**
 * Gives up our share; true when nobody else has one, and then no newcomer gets one before the server is down. Waits a
 * moment for the shares of processes that were just killed, whose sessions end only when the server notices.
 */
async function isLastHolder(client: Client): Promise<boolean> {
  try {
    await client.query('select pg_advisory_unlock_shared($1)', [holderLock]);
    await client.query(`set lock_timeout = '2s'`);
    await client.query('select pg_advisory_lock($1)', [holderLock]);
    return true;
  } catch {
    // It is in use; or another that left at the same moment was the last, and is stopping the server.
    return false;
  }
}

const followLinks = (path: string): Promise<string> => realpath(path).catch(() => resolve(path));

const isPasswordFailure = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === '28P01';

function connectionFailure(cause: unknown): AppError {
  if (cause instanceof AppError) return cause;
  return new AppError(
    'postgres_start_failed',
    isPasswordFailure(cause)
      ? 'The database does not accept the password in its data directory.'
      : `The database runs, but does not answer: ${cause instanceof Error ? cause.message : String(cause)}`,
    {
      hint: 'Restore the file "password" of the data directory from a backup, or run `npm run dalgo -- doctor`.',
      cause,
    },
  );
}
