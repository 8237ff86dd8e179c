import { execFile, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { open, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { AppError } from '#platform/errors';
import { programPath, type PostgresBinaries } from './postgres-binaries.ts';
import { readPostmasterFile, removeStalePostmasterFile } from './postmaster-file.ts';
import { postgresEnvironment } from './prepare-cluster.ts';
import { isPostgresProcess, type SystemAccount } from './system-account.ts';

const run = promisify(execFile);

/** A prepared cluster and the way to run it. */
export type Installation = {
  readonly folder: string;
  readonly cluster: string;
  readonly binaries: PostgresBinaries;
  readonly account: SystemAccount | undefined;
  /** Server settings, `name=value`. */
  readonly settings: Readonly<Record<string, string | number | boolean>>;
};

export type RunningServer = { readonly pid: number; readonly port: number };

const longLogBytes = 8 * 1024 * 1024;
/** For a process that leaves: longer than a start after a crash usually takes. */
const joinDeadlineMs = 10_000;
const startDeadlineMs = 120_000; // replaying 4 GB of WAL after a power cut takes its time

/** The server on this cluster, if one runs; one that is just starting is waited for. Starts none. */
export async function findServer(installation: Installation): Promise<RunningServer | undefined> {
  for (const deadline = Date.now() + joinDeadlineMs; Date.now() < deadline; await sleep(30)) {
    const file = await readPostmasterFile(installation.cluster);
    if (file === undefined || !(await isPostgresProcess(file.pid))) return undefined;
    if (file.ready && file.port !== undefined) return { pid: file.pid, port: file.port };
  }
  return undefined;
}

/**
 * The server on this cluster: the one that runs already, else a new one. Safe to call from several processes at
 * once, since PostgreSQL's own lock file lets one in and the others then find it running.
 * `fixedPort` keeps a restarted server where its clients expect it.
 */
export async function ensureServer(
  installation: Installation,
  fixedPort: number | undefined,
  signal: AbortSignal,
): Promise<RunningServer> {
  const deadline = Date.now() + startDeadlineMs;
  for (;;) {
    signal.throwIfAborted();
    const file = await readPostmasterFile(installation.cluster);
    if (file !== undefined && (await isPostgresProcess(file.pid))) {
      if (file.ready && file.port !== undefined) return { pid: file.pid, port: file.port };
      if (Date.now() > deadline) {
        throw new AppError(
          'postgres_start_failed',
          `The database (process ${file.pid}) is still starting or stopping after two minutes.`,
          {
            hint: `Look into ${logPath(installation)}; it may be replaying its log. Start again when it is done.`,
          },
        );
      }
      await sleep(30, undefined, { signal });
      continue;
    }
    if (file !== undefined) await removeStalePostmasterFile(installation.cluster, file);
    const outcome = await launch(installation, fixedPort, signal);
    if (outcome.started) continue;
    const waitable =
      /lock file .* (?:already exists|is empty)|shared memory block .* still in use/.test(outcome.log) ||
      (fixedPort !== undefined && portTaken(outcome.log));
    if (Date.now() > deadline || (!waitable && !portTaken(outcome.log)))
      throw startFailure(installation, outcome.log);
    await sleep(100, undefined, { signal });
  }
}

const portTaken = (log: string): boolean => /Address already in use|could not bind/.test(log);

/** Starts the server process, apart from ours; returns when it is ready or has ended. */
async function launch(
  installation: Installation,
  fixedPort: number | undefined,
  signal: AbortSignal,
): Promise<{ readonly started: boolean; readonly log: string }> {
  const { cluster, binaries, account } = installation;
  const port = fixedPort ?? (await choosePort(installation));
  const settings = { ...defaultSettings, ...installation.settings, port };
  const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${String(value)}`]);
  const log = logPath(installation);
  const size = (await stat(log).catch(() => undefined))?.size ?? 0;
  if (size > longLogBytes) await truncate(log);
  const start = size > longLogBytes ? 0 : size;
  const output = openSync(log, 'a', 0o600);
  try {
    if (process.platform === 'win32') {
      // pg_ctl gives up an administrator's rights before it starts the server, which refuses them.
      await run(
        programPath(binaries, 'pg_ctl'),
        ['start', '-W', '-D', cluster, '-l', log, '-o', args.join(' ')],
        {
          env: postgresEnvironment,
        },
      );
    } else {
      // In a session of its own: Ctrl-C in the terminal must reach us alone, since we still need the database to end well.
      const child = spawn(programPath(binaries, 'postgres'), ['-D', cluster, ...args], {
        cwd: cluster,
        env: postgresEnvironment,
        detached: true,
        stdio: ['ignore', output, output],
        ...(account === undefined ? {} : { uid: account.uid, gid: account.gid }),
      });
      child.unref();
      const ended = new Promise<string>((resolve) => {
        child.once('exit', (code, by) => {
          resolve(`exit ${code ?? by}`);
        });
        child.once('error', (error) => {
          resolve(error.message);
        });
      });
      for (;;) {
        const first = await Promise.race([ended, sleep(20, undefined, { signal, ref: true })]);
        if (typeof first === 'string')
          return { started: false, log: `${await readFrom(log, start)}\n${first}` };
        const file = await readPostmasterFile(cluster);
        if (file?.pid === child.pid && file?.ready === true) break;
      }
    }
  } finally {
    closeSync(output);
  }
  await writeFile(portPath(installation), String(port));
  return { started: true, log: '' };
}

/** Stops the server: sessions are ended, everything is written out; the hard way after 20 s. */
export async function stopServer(installation: Installation, server: RunningServer): Promise<void> {
  if (process.platform === 'win32') {
    await run(programPath(installation.binaries, 'pg_ctl'), [
      'stop',
      '-m',
      'fast',
      '-D',
      installation.cluster,
    ]);
    return;
  }
  for (const [signalName, patience] of [
    ['SIGINT', 20_000],
    ['SIGQUIT', 5000],
  ] as const) {
    try {
      process.kill(server.pid, signalName);
    } catch {
      return; // ended by itself
    }
    const deadline = Date.now() + patience;
    while (Date.now() < deadline) {
      // oxlint-disable-next-line no-await-in-loop -- waiting for another process
      if (!(await isPostgresProcess(server.pid))) return;
      // oxlint-disable-next-line no-await-in-loop
      await sleep(20);
    }
  }
}

const defaultSettings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '', // a long data directory would exceed a socket path's 107 bytes
  max_connections: 200, // small pools for each organization beside ours
  shared_buffers: '256MB',
  max_wal_size: '4GB', // fewer checkpoints while a file loads
  // Nobody replicates this server, so a table that is made and filled in one transaction is written once, not twice;
  // the commit waits until it is on the disk.
  wal_level: 'minimal',
  max_wal_senders: 0,
  timezone: 'UTC',
  log_timezone: 'UTC',
  jit: false, // compiling costs more than it saves on tables of this size
  // A failing statement's text and values may be people's data: the log holds what the server did, not what it was asked.
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_checkpoints: false,
} as const;

/** The port of last time when it is free, so that other programs' connections survive a restart; else any free one. */
async function choosePort(installation: Installation): Promise<number> {
  const remembered = Number(await readFile(portPath(installation), 'utf8').catch(() => ''));
  if (Number.isSafeInteger(remembered) && remembered > 0 && (await listenOnce(remembered)) !== undefined) {
    return remembered;
  }
  const free = await listenOnce(0);
  if (free === undefined) {
    throw new AppError('postgres_start_failed', 'No free port was found for the database on 127.0.0.1.', {
      hint: 'Check that the loopback network is up.',
    });
  }
  return free;
}

async function listenOnce(port: number): Promise<number | undefined> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => {
      resolve(undefined);
    });
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        resolve(typeof address === 'object' && address !== null ? address.port : undefined);
      });
    });
  });
}

function startFailure(installation: Installation, log: string): AppError {
  const fatal =
    log
      .split('\n')
      .findLast((line) => /FATAL|PANIC/.test(line))
      ?.replace(/^.*?(FATAL|PANIC):\s*/, '') ?? log.trim().split('\n').slice(-3).join(' ');
  const full = /No space left on device/.test(log);
  return new AppError('postgres_start_failed', `The database did not start: ${fatal}`, {
    hint: full
      ? 'Free some space on the disk, then start again.'
      : `Its log is ${logPath(installation)}. \`npm run dalgo -- doctor\` checks the usual causes.`,
  });
}

async function readFrom(path: string, start: number): Promise<string> {
  await using file = await open(path, 'r');
  const { size } = await file.stat();
  const buffer = Buffer.alloc(Math.min(size - start, 64 * 1024));
  await file.read(buffer, 0, buffer.length, size - buffer.length);
  return buffer.toString('utf8');
}

const logPath = (installation: Installation): string => join(installation.folder, 'postgres.log');
const portPath = (installation: Installation): string => join(installation.folder, 'port');
