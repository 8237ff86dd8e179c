import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { chmod, copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client, type QueryResultRow } from 'pg';
import { derivedPassword, loadConfig, type Config } from '#platform/config';
import { bootstrapDatabase, OWNER_ROLE } from '#platform/database/bootstrap';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '#platform/embedded-postgres/start-embedded-postgres';
import { startCuttingProxy, type CuttingProxy } from './cutting-proxy.ts';
import { createFalseClock, type FalseClock } from './false-clock.ts';
import { mountSmallDisk, type SmallDisk } from './small-disk.ts';
import { freePort } from '#testing/free-port';

/** The whole program, with everything about it that a fault can be made of. */
export interface ChaosSite extends AsyncDisposable {
  readonly config: Config;
  readonly postgres: EmbeddedPostgres;
  /** All that the program says to the database goes through it. */
  readonly proxy: CuttingProxy;
  /** Where the database lives; undefined where this process may not mount one. */
  readonly disk: SmallDisk | undefined;
  /** Of one of the workers; undefined without libfaketime. */
  readonly clock: FalseClock | undefined;
  /** Directory with what the processes said. */
  readonly directory: string;
  /** Of the server that was started first, for as long as it lives. */
  serverPid(): number | undefined;
  readonly address: string;
  /** Asks the database as its superuser, beside the proxy; waits while it restarts. */
  ask<T extends QueryResultRow>(sql: string, values?: readonly unknown[]): Promise<T[]>;
  /** Name and process of each worker that has not signed off and whose process lives. */
  livingWorkers(): Promise<readonly { readonly id: string; readonly pid: number }[]>;
}

/**
 * Starts a database of its own, the server with its supervised worker, and further workers as on other machines, which
 * are started again when they end.
 *
 * @param options.workers in all.
 */
export async function openChaosSite(options: {
  readonly workers: number;
  readonly allowedHosts: readonly string[];
  readonly diskMegabytes: number;
  readonly say: (sentence: string) => void;
}): Promise<ChaosSite> {
  await using up = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), 'dalgo-chaos-'));
  await chmod(directory, 0o711); // as root, the database's own user must pass through
  if (process.env['CHAOS_KEEP'] === undefined) {
    up.defer(() => rm(directory, { recursive: true, force: true }));
  }
  const disk = await mountSmallDisk(join(directory, 'disk'), options.diskMegabytes);
  if (disk !== undefined) up.use(disk);
  up.defer(() =>
    copyFile(join(directory, 'disk', 'postgres', 'postgres.log'), join(directory, 'postgres.log')),
  );
  const postgres = await startEmbeddedPostgres({
    dataDirectory: join(directory, 'disk', 'postgres'),
    log: options.say,
    // The machine itself does not fail here, so nothing waits for a disk; what a crash of the server may lose is
    // another matter: synchronous_commit stays on.
    settings: { fsync: false, full_page_writes: false, max_wal_size: '128MB', shared_buffers: '128MB' },
  });
  up.defer(() => postgres.stop());
  const proxy = up.use(await startCuttingProxy(postgres.port));
  const { environment, config, address } = await settle(postgres, proxy, directory, options.allowedHosts);
  const clock = await createFalseClock(join(directory, 'clock'));

  const processes = new ProcessKeeper(directory);
  up.defer(() => processes.stop());
  const server = processes.keep('server', serverFile('main.ts'), environment, { again: false });
  await until(`${address}/readyz`, server, directory);
  for (let index = 1; index < options.workers; index += 1) {
    const itsClock = index === 1 ? clock?.environment : undefined;
    processes.keep(
      `worker-${index}`,
      serverFile('worker.ts'),
      // As on another machine: nothing is shared but the database.
      { ...environment, DALGO_DATA_DIR: join(directory, `data-${index}`), ...itsClock },
      { again: true },
    );
  }

  async function ask<T extends QueryResultRow>(sql: string, values: readonly unknown[] = []): Promise<T[]> {
    const url = new URL(postgres.adminUrl);
    url.pathname = '/dalgo';
    for (const from = performance.now(); ; await sleep(100)) {
      const client = new Client({ connectionString: url.href });
      client.on('error', () => undefined);
      try {
        await client.connect();
        return (await client.query<T>(sql, [...values])).rows;
      } catch (error) {
        const code = error instanceof Error && 'code' in error ? String(error.code) : '';
        const restarts = code === '' || /^(57P|08|ECONN|EPIPE|53)/.test(code);
        if (!restarts || performance.now() - from > 90_000) throw error;
      } finally {
        await client.end().catch(() => undefined);
      }
    }
  }

  const kept = up.move();
  return {
    config,
    postgres,
    proxy,
    disk,
    clock,
    directory,
    serverPid: () => (server.exitCode === null && server.signalCode === null ? server.pid : undefined),
    address,
    ask,
    async livingWorkers() {
      const workers = await ask<{ id: string; pid: number }>(
        `SELECT id, pid FROM workers WHERE stopped_at IS NULL ORDER BY id`,
      );
      return workers.filter(({ pid }) => isAlive(pid));
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

async function settle(
  postgres: EmbeddedPostgres,
  proxy: CuttingProxy,
  directory: string,
  allowedHosts: readonly string[],
) {
  const secrets = {
    JWT_SECRET_KEY: 'only-for-tests-only-for-tests-only-for-tests',
    ENCRYPTION_KEY: 'only-for-tests-only-for-tests',
  };
  const port = await freePort();
  const base = {
    ...secrets,
    NODE_ENV: 'test',
    DALGO_DATA_DIR: join(directory, 'data'),
    HOST: '127.0.0.1',
    PORT: String(port),
    DALGO_WEB: 'off',
    LOG_LEVEL: 'info',
    OUTBOUND_ALLOWED_HOSTS: allowedHosts.join(','),
  };
  const before = loadConfig({ ...base, DATABASE_URL: 'postgresql://unused' });
  const ownerUrl = new URL(
    await bootstrapDatabase({
      adminUrl: postgres.adminUrl,
      ownerPassword: derivedPassword(before, OWNER_ROLE),
      databaseName: 'dalgo',
    }),
  );
  ownerUrl.port = String(proxy.port);
  const environment = { ...base, DATABASE_URL: ownerUrl.href };
  return { environment, config: loadConfig(environment), address: `http://127.0.0.1:${port}` };
}

/** Processes that are started again when they end, as by a service manager. */
class ProcessKeeper {
  readonly #directory: string;
  readonly #children = new Map<string, ChildProcess>();
  #stopped = false;

  constructor(directory: string) {
    this.#directory = directory;
  }

  keep(
    name: string,
    file: string,
    environment: Readonly<Record<string, string>>,
    how: { readonly again: boolean },
  ): ChildProcess {
    const output = openSync(join(this.#directory, `${name}.log`), 'a');
    const child = spawn(process.execPath, [file], {
      stdio: ['ignore', output, output],
      env: { ...process.env, ...environment },
    });
    this.#children.set(name, child);
    child.once('exit', () => {
      if (how.again && !this.#stopped) setTimeout(() => this.#again(name, file, environment), 500);
    });
    return child;
  }

  #again(name: string, file: string, environment: Readonly<Record<string, string>>): void {
    if (!this.#stopped) this.keep(name, file, environment, { again: true });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(
      [...this.#children.values()].map(async (child) => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        const ended = once(child, 'exit');
        child.kill('SIGTERM');
        await Promise.race([ended, sleep(15_000, undefined, { ref: false })]);
        child.kill('SIGKILL');
        await ended;
      }),
    );
  }
}

const serverFile = (name: string): string =>
  fileURLToPath(new URL(`../../../server/${name}`, import.meta.url));

async function until(url: string, child: ChildProcess, directory: string): Promise<void> {
  for (const from = performance.now(); ; await sleep(100)) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok === true) return;
    if (child.exitCode !== null || performance.now() - from > 60_000) {
      throw new Error(`The server did not start; see ${directory}/server.log`);
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
