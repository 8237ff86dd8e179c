import { execFile } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { promisify } from 'node:util';
import { AppError } from '#platform/errors';

/** A user of the operating system, under whom PostgreSQL runs when we ourselves are root (which it refuses). */
export type SystemAccount = { readonly name: string; readonly uid: number; readonly gid: number };

const run = promisify(execFile);

/**
 * The account for PostgreSQL's processes: none (our own) unless we are root; then whoever owns the existing
 * cluster, else `postgres`, else `dalgo`, which is created when absent.
 */
export async function chooseSystemAccount(cluster: string): Promise<SystemAccount | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const owner = await stat(cluster).catch(() => undefined);
  if (owner !== undefined && owner.uid !== 0) {
    return { name: String(owner.uid), uid: owner.uid, gid: owner.gid };
  }
  return (await findAccount('postgres')) ?? (await findAccount('dalgo')) ?? (await createAccount('dalgo'));
}

async function findAccount(name: string): Promise<SystemAccount | undefined> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
    return { name, uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return undefined; // `id` fails for a name that nobody has
  }
}

async function createAccount(name: string): Promise<SystemAccount> {
  const attempts: readonly (readonly [string, readonly string[]])[] = [
    ['useradd', ['--system', '--no-create-home', '--shell', '/bin/false', '--user-group', name]],
    ['adduser', ['-S', '-D', '-H', '-s', '/bin/false', name]], // BusyBox
  ];
  let cause: unknown;
  for (const [command, args] of attempts) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- the second is tried only when the first is not there
      await run(command, [...args]);
      // oxlint-disable-next-line no-await-in-loop
      const account = await findAccount(name);
      if (account !== undefined) return account;
    } catch (error) {
      cause = error;
    }
  }
  throw new AppError(
    'postgres_start_failed',
    `PostgreSQL refuses to run as root, and no user "${name}" could be created for it.`,
    {
      hint: `Run Dalgo Lite as an ordinary user, create the user yourself (useradd --system ${name}), or set DATABASE_URL to a database of your own.`,
      cause,
    },
  );
}

/**
 * The outermost directory on the way to `path` (itself included) that `account` may not enter; undefined when all
 * are open to it. Directories that don't exist yet count as open.
 */
export async function firstClosedDirectory(
  account: SystemAccount,
  path: string,
): Promise<string | undefined> {
  const chain: string[] = [];
  for (let each = resolve(path); ; each = dirname(each)) {
    chain.unshift(each);
    if (each === dirname(each)) break;
  }
  for (const directory of chain) {
    // oxlint-disable-next-line no-await-in-loop -- from the outside in: the first closed one is the answer
    const found = await stat(directory).catch(() => undefined);
    if (found === undefined) return undefined;
    const bits = found.uid === account.uid ? 0o100 : found.gid === account.gid ? 0o010 : 0o001;
    if ((found.mode & bits) === 0) return directory;
  }
  return undefined;
}

/** Whether the process `pid` lives and is a PostgreSQL server; a number that the system gave to another is not. */
export async function isPostgresProcess(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it lives, under another user
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false;
  }
  try {
    if (process.platform === 'linux')
      return (await readFile(`/proc/${pid}/comm`, 'utf8')).startsWith('postgres');
    if (process.platform === 'win32') {
      return (await run('tasklist', ['/FI', `PID eq ${pid}`, '/NH'])).stdout.includes('postgres');
    }
    return (await run('ps', ['-o', 'comm=', '-p', String(pid)])).stdout.includes('postgres');
  } catch {
    return false; // it ended between the two questions
  }
}
