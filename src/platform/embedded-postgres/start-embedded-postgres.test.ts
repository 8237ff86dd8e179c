import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type QueryResultRow } from 'pg';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { AppError } from '#platform/errors';
import { readPostmasterFile } from './postmaster-file.ts';
import { startEmbeddedPostgres, type EmbeddedPostgres } from './start-embedded-postgres.ts';
import { isPostgresProcess } from './system-account.ts';

const settings = { fsync: false, shared_buffers: '16MB', max_connections: 20 };

let home: string;
let folder: string;
beforeAll(async () => {
  // In the run's directory: should the run be killed, its guard removes that, and a server without files ends itself.
  home = await mkdtemp(join(inject('testDirectory'), 'embedded-'));
  await chmod(home, 0o711);
  folder = join(home, 'postgres');
});
afterAll(async () => {
  for (const each of await readdir(home)) {
    // oxlint-disable-next-line no-await-in-loop -- a handful
    const file = await readPostmasterFile(join(home, each, 'cluster')).catch(() => undefined);
    if (file && (await isPostgresProcess(file.pid))) process.kill(file.pid, 'SIGQUIT');
  }
  await rm(home, { recursive: true, force: true });
});

async function ask<T extends QueryResultRow>(url: string, sql: string): Promise<T[]> {
  const client = new Client(url);
  await client.connect();
  try {
    return (await client.query<T>(sql)).rows;
  } finally {
    await client.end();
  }
}

async function eventually(condition: () => Promise<boolean>, patience = 15_000): Promise<void> {
  const deadline = Date.now() + patience;
  while (!(await condition().catch(() => false))) {
    if (Date.now() > deadline) throw new Error('it did not happen in time');
    await sleep(30);
  }
}

/** Another process that uses the same data directory, as a second `npm start` would. */
async function startInAnotherProcess(): Promise<{ child: ChildProcess; pid: number }> {
  const program = `
    import { startEmbeddedPostgres } from '#platform/embedded-postgres/start-embedded-postgres'
    const postgres = await startEmbeddedPostgres({ dataDirectory: ${JSON.stringify(folder)}, settings: ${JSON.stringify(settings)} })
    console.log(postgres.pid)
    process.on('SIGTERM', async () => { await postgres.stop(); process.exit(0) })
    setInterval(() => {}, 1000)`;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: process.cwd(),
  });
  for await (const line of createInterface({ input: child.stdout })) return { child, pid: Number(line) };
  throw new Error('the other process ended without a word');
}

describe('the embedded PostgreSQL', () => {
  test('initialises itself, answers on loopback only, in UTF-8 with the built-in locale', async () => {
    await using postgres = await startEmbeddedPostgres({ dataDirectory: folder, settings });
    const [row] = await ask(
      postgres.adminUrl,
      `select current_setting('server_version_num')::int / 10000 as major, current_setting('listen_addresses') as addresses,
        current_setting('max_wal_size') as wal, datlocprovider as provider, datlocale as locale,
        pg_encoding_to_char(encoding) as encoding from pg_database where datname = 'postgres'`,
    );
    expect(row).toEqual({
      major: 18,
      addresses: '127.0.0.1',
      wal: '4GB',
      provider: 'b',
      locale: 'C.UTF-8',
      encoding: 'UTF8',
    });
    expect((await stat(join(folder, 'password'))).mode & 0o777).toBe(0o600);
    await expect(ask(postgres.adminUrl.replace(/:[^:@]*@/, ':wrong@'), 'select 1')).rejects.toThrow(
      /password/,
    );
  });

  test('keeps its data and its port over a stop and a start', async () => {
    const first = await startEmbeddedPostgres({ dataDirectory: folder, settings });
    await ask(first.adminUrl, 'create table kept as select 1 as n');
    await first.stop();
    expect(await isPostgresProcess(first.pid)).toBe(false);
    await using second = await startEmbeddedPostgres({ dataDirectory: folder, settings });
    expect(second.port).toBe(first.port);
    expect(await ask(second.adminUrl, 'select n from kept')).toEqual([{ n: 1 }]);
  });

  test('is started again on the same port when it is killed', async () => {
    const said: string[] = [];
    await using postgres = await startEmbeddedPostgres({
      dataDirectory: folder,
      settings,
      log: (sentence) => said.push(sentence),
    });
    const killed = postgres.pid;
    process.kill(killed, 'SIGKILL');
    await eventually(
      async () => (await ask(postgres.adminUrl, 'select 1')).length === 1 && postgres.pid !== killed,
    );
    await eventually(async () => said.length > 0);
    expect(said).toEqual(['The database had crashed; it runs again.']);
  });

  test('is stopped also by one that leaves while it comes back from a crash', async () => {
    for (const pause of [0, 20, 100]) {
      const postgres = await startEmbeddedPostgres({ dataDirectory: folder, settings });
      process.kill(postgres.pid, 'SIGKILL');
      await sleep(pause);
      await postgres.stop();
      const note = await readFile(join(folder, 'cluster', 'postmaster.pid'), 'utf8').catch(() => '');
      expect(note === '' ? false : await isPostgresProcess(Number.parseInt(note, 10)), `${pause} ms`).toBe(
        false,
      );
    }
  });

  test('outlives a killed parent, and the next start joins it', async () => {
    const other = await startInAnotherProcess();
    other.child.kill('SIGKILL');
    await once(other.child, 'exit');
    expect(await isPostgresProcess(other.pid)).toBe(true);
    const postgres = await startEmbeddedPostgres({ dataDirectory: folder, settings });
    expect(postgres.pid).toBe(other.pid);
    await postgres.stop();
    expect(await isPostgresProcess(other.pid)).toBe(false);
  });

  test('is shared by two that start at once, and stops with the last', async () => {
    const [ours, other] = await Promise.all([
      startEmbeddedPostgres({ dataDirectory: folder, settings }),
      startInAnotherProcess(),
    ]);
    expect(other.pid).toBe(ours.pid);
    await ours.stop();
    expect(await isPostgresProcess(other.pid)).toBe(true);
    other.child.kill('SIGTERM');
    await once(other.child, 'exit');
    expect(await isPostgresProcess(other.pid)).toBe(false);
  });

  test('is initialised once by two first starts at once', async () => {
    const fresh = join(home, 'two-first-starts');
    const both = await Promise.all([
      startEmbeddedPostgres({ dataDirectory: fresh, settings }),
      startEmbeddedPostgres({ dataDirectory: fresh, settings }),
    ]);
    expect(new Set(both.map((each: EmbeddedPostgres) => each.adminUrl)).size).toBe(1);
    await Promise.all(both.map((each) => each.stop()));
    expect(await isPostgresProcess(both[0].pid)).toBe(false);
    // Where the checkout is closed to the database's user, its programs are there as well, once.
    const programs = (name: string) => /^postgresql-[\w.-]+$/.test(name);
    const there = await readdir(fresh);
    expect(there.filter(programs).length).toBeLessThanOrEqual(1);
    expect(there.filter((name) => !programs(name)).toSorted()).toEqual([
      'cluster',
      'password',
      'port',
      'postgres.log',
    ]);
  });

  test('starts over the note of a server that is dead, also when its number went to another process', async () => {
    for (const stalePid of [4_194_000, process.pid]) {
      await writeFile(
        join(folder, 'cluster', 'postmaster.pid'),
        `${stalePid}\n${join(folder, 'cluster')}\n1\n5432\n\n127.0.0.1\n \nready   \n`,
        { mode: 0o644 },
      );
      await using postgres = await startEmbeddedPostgres({ dataDirectory: folder, settings });
      expect(await ask(postgres.adminUrl, 'select 1 as one')).toEqual([{ one: 1 }]);
    }
  });

  test('takes another port when its own is taken by another program', async () => {
    const port = Number(await readFile(join(folder, 'port'), 'utf8'));
    const { createServer } = await import('node:net');
    const squatter = createServer().listen(port, '127.0.0.1');
    await once(squatter, 'listening');
    await using postgres = await startEmbeddedPostgres({ dataDirectory: folder, settings });
    expect(postgres.port).not.toBe(port);
    squatter.close();
  });

  test.each([
    ['16', 'data_directory_older', /written by PostgreSQL 16.*backup/s],
    ['99', 'data_directory_newer', /written by PostgreSQL 99.*Update Dalgo Lite/s],
  ])('refuses a data directory of PostgreSQL %s with the way out', async (version, code, sentence) => {
    const other = join(home, `version-${version}`);
    await mkdir(join(other, 'cluster'), { recursive: true });
    await writeFile(join(other, 'cluster', 'PG_VERSION'), `${version}\n`);
    await expect(startEmbeddedPostgres({ dataDirectory: other, settings })).rejects.toSatisfy((error) => {
      expect(error).toMatchObject({ code });
      expect(describeError(error)).toMatch(sentence);
      return true;
    });
  });

  test('cleans up after a first start that was killed', async () => {
    const interrupted = join(home, 'interrupted');
    await mkdir(join(interrupted, 'initialising-4194001', 'base'), { recursive: true });
    await using postgres = await startEmbeddedPostgres({ dataDirectory: interrupted, settings });
    expect(await readdir(interrupted)).not.toContain('initialising-4194001');
    expect(postgres.port).toBeGreaterThan(0);
  });

  test.runIf(process.getuid?.() === 0)(
    'says as root which directory is closed to the database’s user',
    async () => {
      const closed = join(home, `closed-${randomBytes(2).toString('hex')}`);
      await mkdir(closed, { mode: 0o700 });
      await expect(
        startEmbeddedPostgres({ dataDirectory: join(closed, 'in', 'postgres') }),
      ).rejects.toSatisfy((error) => {
        expect(describeError(error)).toContain(closed);
        expect(describeError(error)).toContain('DALGO_DATA_DIR');
        return true;
      });
    },
  );
});

function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error instanceof AppError ? `${error.message} ${error.hint}` : error.message;
}
