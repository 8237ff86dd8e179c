import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';

/** The whole program as processes: what a user starts, and what can be killed. Linux only, since it looks into /proc. */
const repository = join(import.meta.dirname, '..', '..');
let dataDirectory: string;
let port: number;
const started: ChildProcess[] = [];

beforeAll(async () => {
  dataDirectory = await mkdtemp(join(inject('testDirectory'), 'main-'));
  await chmod(dataDirectory, 0o711);
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
  probe.close();
});
afterAll(async () => {
  for (const child of started) child.kill('SIGKILL');
  const server = await postgresPid().catch(() => undefined);
  if (server !== undefined) process.kill(server, 'SIGQUIT');
  await rm(dataDirectory, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
});

type Program = {
  readonly child: ChildProcess;
  /** Everything it has printed. */
  readonly said: () => string;
  readonly exitCode: Promise<number | null>;
};

function startProgram(
  command: 'main' | 'launcher' = 'main',
  environment: Record<string, string> = {},
): Program {
  const args =
    command === 'main'
      ? [join(repository, 'src/server/main.ts')]
      : [join(repository, 'bin/dalgo.mjs'), 'start'];
  const child = spawn(process.execPath, args, {
    cwd: repository,
    env: {
      NODE_ENV: 'production',
      PATH: process.env['PATH'],
      NODE_COMPILE_CACHE: join(repository, 'node_modules', '.cache', 'node-compile-cache'),
      DALGO_DATA_DIR: dataDirectory,
      DALGO_WEB: 'off',
      PORT: String(port),
      LOG_LEVEL: 'warn',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(child);
  let said = '';
  const listen = (chunk: Buffer): void => {
    said += chunk.toString('utf8');
  };
  child.stdout.on('data', listen);
  child.stderr.on('data', listen);
  const exitCode = new Promise<number | null>((resolve) => {
    child.once('close', (code) => {
      resolve(code);
    });
  });
  return { child, said: () => said, exitCode };
}

async function eventually<T>(look: () => Promise<T | undefined | false>, patience = 25_000): Promise<T> {
  const deadline = Date.now() + patience;
  for (;;) {
    const found = await look().catch(() => undefined);
    if (found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`It did not happen in time: ${look.toString()}`);
    await sleep(50);
  }
}

const isReady = async (): Promise<boolean> => (await fetch(`http://127.0.0.1:${port}/readyz`)).status === 200;

async function ready(program: Program): Promise<void> {
  const ended = program.exitCode.then((code) => `ended with ${code}`);
  const outcome = await Promise.race([
    eventually(async () => (await isReady()) && program.said().includes('ready') && 'ready'),
    ended,
  ]);
  if (outcome !== 'ready') throw new Error(`${outcome}\n${program.said()}`);
}

async function postgresPid(): Promise<number> {
  return Number(
    (await readFile(join(dataDirectory, 'postgres/cluster/postmaster.pid'), 'utf8')).split('\n')[0],
  );
}

/** Processes below this one, by what /proc says. */
async function childrenOf(pid: number): Promise<number[]> {
  const found: number[] = [];
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const stat = await readFile(`/proc/${entry}/stat`, 'utf8').catch(() => '');
    if (Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === pid) found.push(Number(entry));
  }
  return found;
}

async function workerPid(program: Program): Promise<number> {
  return eventually(async () => {
    for (const pid of await childrenOf(program.child.pid ?? 0)) {
      if ((await readFile(`/proc/${pid}/cmdline`, 'utf8')).includes('worker.ts')) return pid;
    }
    return undefined;
  });
}

const isAlive = async (pid: number): Promise<boolean> => {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  return stat !== undefined && !/\) Z /.test(stat);
};

// In this order: a start takes seconds, so tests go on with what the one before left running.
describe.runIf(process.platform === 'linux')('the program', () => {
  let program: Program;

  test('starts everything and says where it is', async () => {
    program = startProgram();
    await ready(program);
    expect(program.said()).toContain(`http://localhost:${port}`);
  });

  test('says that it runs already', async () => {
    const second = startProgram();
    expect(await second.exitCode).toBe(1);
    expect(second.said()).toMatch(/probably Dalgo Lite itself[^]*PORT=/);
    expect(await isReady()).toBe(true);
  });

  test('starts another worker and another database when they are killed', async () => {
    const [worker, postgres] = [await workerPid(program), await postgresPid()];
    process.kill(worker, 'SIGKILL');
    await eventually(async () => (await workerPid(program)) !== worker);
    process.kill(postgres, 'SIGKILL');
    await eventually(async () => (await postgresPid()) !== postgres && (await isReady()));
    expect(program.child.exitCode).toBeNull();
  });

  test('ends everything in order', async () => {
    const [worker, postgres] = [await workerPid(program), await postgresPid()];
    program.child.kill('SIGTERM');
    expect(await program.exitCode).toBe(0);
    expect([await isAlive(worker), await isAlive(postgres)]).toEqual([false, false]);
  });

  test('says that another program has its port', async () => {
    const squatter = createServer().listen(port, '127.0.0.1');
    await once(squatter, 'listening');
    const third = startProgram();
    expect(await third.exitCode).toBe(1);
    expect(third.said()).toMatch(/taken by another program[^]*PORT=/);
    squatter.close();
  });

  test('ends when its launcher is killed', async () => {
    program = startProgram('launcher');
    await ready(program);
    const [main] = await childrenOf(program.child.pid ?? 0);
    program.child.kill('SIGKILL');
    await eventually(async () => main !== undefined && !(await isAlive(main)), 15_000);
    await expect(postgresPid()).rejects.toThrow(/ENOENT/);
  });

  test('killed, takes its worker with it and leaves the database to the next start', async () => {
    const first = startProgram();
    await ready(first);
    const [worker, postgres] = [await workerPid(first), await postgresPid()];
    first.child.kill('SIGKILL');
    await first.exitCode;
    await eventually(async () => !(await isAlive(worker)), 10_000);
    program = startProgram();
    await ready(program);
    expect(await postgresPid()).toBe(postgres);
  });

  test('refuses a data directory that a newer version has used', async () => {
    const postgres = await postgresPid();
    const password = await readFile(join(dataDirectory, 'postgres/password'), 'utf8');
    const databasePort = await readFile(join(dataDirectory, 'postgres/port'), 'utf8');
    const client = new Client(`postgresql://postgres:${password}@127.0.0.1:${databasePort}/dalgo`);
    await client.connect();
    await client.query(
      `INSERT INTO schema_migrations (version, name, checksum) VALUES (9999, '9999_from_the_future.sql', '')`,
    );
    await client.end();
    program.child.kill('SIGINT');
    expect(await program.exitCode).toBe(0);
    expect(await isAlive(postgres)).toBe(false);
    const next = startProgram();
    expect(await next.exitCode).toBe(1);
    expect(next.said()).toMatch(/9999_from_the_future/);
    expect(next.said()).toMatch(/Install that version again|Update/);
  });
});
