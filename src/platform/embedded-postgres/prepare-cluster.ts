import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmod,
  chown,
  link,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { AppError } from '#platform/errors';
import { programPath, type PostgresBinaries } from './postgres-binaries.ts';
import type { SystemAccount } from './system-account.ts';

const run = promisify(execFile);

export const superuser = 'postgres';

/** The environment of PostgreSQL's programs: nothing of ours, so that a PGDATA or PGPORT set for another server has no say. */
export const postgresEnvironment: Readonly<NodeJS.ProcessEnv> = Object.freeze({
  NODE_ENV: 'production', // means nothing to PostgreSQL; the type of an environment asks for it
  PATH: process.env['PATH'],
  SystemRoot: process.env['SystemRoot'],
  LC_ALL: 'C',
  TZ: 'UTC',
});

/** The superuser's password of the cluster in `folder`: made once at random, readable to us alone. */
export async function readOrCreatePassword(folder: string): Promise<string> {
  const path = join(folder, 'password');
  // Written beside and linked, so that of two first starts at once one wins and both read the same.
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (!isCode(error, 'ENOENT')) throw error;
  }
  await writeFile(draft, randomBytes(32).toString('base64url'), { mode: 0o600, flag: 'wx' });
  try {
    await link(draft, path);
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error;
  } finally {
    await rm(draft, { force: true });
  }
  return readFile(path, 'utf8');
}

/**
 * Makes sure that `cluster` holds a database cluster of these binaries' major version: initialises it when absent
 * (1 s), in a folder beside that is renamed when whole, so that an interrupted first start leaves nothing half-made.
 */
export async function prepareCluster(options: {
  readonly folder: string;
  readonly cluster: string;
  readonly binaries: PostgresBinaries;
  readonly account: SystemAccount | undefined;
  readonly password: string;
  readonly noSync: boolean;
}): Promise<void> {
  const { cluster, binaries } = options;
  const found = await readMajorVersion(cluster);
  if (found === undefined) await initialiseCluster(options);
  else if (found !== binaries.major) {
    const sentence = `The data in ${cluster} was written by PostgreSQL ${found}; this version of Dalgo Lite brings PostgreSQL ${binaries.major}.`;
    throw found > binaries.major
      ? new AppError('data_directory_newer', sentence, {
          hint: 'Update Dalgo Lite to the version that last used this data directory, or set DALGO_DATA_DIR to another one.',
        })
      : new AppError('data_directory_older', sentence, {
          hint: 'Start the version of Dalgo Lite that last used it, run "npm run backup FILE" there, then "npm run restore FILE" here with a new DALGO_DATA_DIR.',
        });
  }
}

async function readMajorVersion(cluster: string): Promise<number | undefined> {
  try {
    return Number.parseInt(await readFile(join(cluster, 'PG_VERSION'), 'utf8'), 10);
  } catch (error) {
    if (isCode(error, 'ENOENT')) {
      const entries = await readdir(cluster).catch((): string[] => []);
      if (entries.length === 0) return undefined;
      throw new AppError('data_directory_unusable', `${cluster} holds files, but no PostgreSQL data.`, {
        hint: 'Move them away, or set DALGO_DATA_DIR to another directory.',
        cause: error,
      });
    }
    throw new AppError(
      'data_directory_unusable',
      `The database's files in ${cluster} cannot be read (${isCode(error, 'EACCES') ? 'they belong to another user' : String(error)}).`,
      {
        hint: 'Start Dalgo Lite as the user who started it first, or set DALGO_DATA_DIR to another directory.',
        cause: error,
      },
    );
  }
}

async function initialiseCluster(options: {
  readonly folder: string;
  readonly cluster: string;
  readonly binaries: PostgresBinaries;
  readonly account: SystemAccount | undefined;
  readonly password: string;
  readonly noSync: boolean;
}): Promise<void> {
  const { folder, cluster, binaries, account, password } = options;
  await removeAbandonedDrafts(folder);
  const draft = await mkdtemp(join(folder, `initialising-${process.pid}-`));
  const passwordFile = `${draft}.password`;
  try {
    await writeFile(passwordFile, password, { mode: 0o600 });
    if (account !== undefined) {
      await chown(draft, account.uid, account.gid);
      await chown(passwordFile, account.uid, account.gid);
    }
    await run(
      programPath(binaries, 'initdb'),
      [
        `--pgdata=${draft}`,
        `--username=${superuser}`,
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        // Ours on every system, whatever locales it has: same sorting on a laptop and a server, case rules of Unicode.
        '--locale-provider=builtin',
        '--locale=C.UTF-8',
        ...(options.noSync ? ['--no-sync'] : []),
      ],
      {
        cwd: draft,
        env: postgresEnvironment,
        ...(account === undefined ? {} : { uid: account.uid, gid: account.gid }),
      },
    );
    await rename(draft, cluster);
  } catch (cause) {
    await rm(draft, { recursive: true, force: true });
    if ((await stat(join(cluster, 'PG_VERSION')).catch(() => undefined)) !== undefined) return; // another start was first
    throw new AppError(
      'postgres_start_failed',
      `The database could not be created in ${cluster}: ${lastLine(cause)}`,
      {
        hint: 'Check the free space and the rights of that directory, then start again.',
        cause,
      },
    );
  } finally {
    await rm(passwordFile, { force: true });
  }
}

/** Drafts whose process is gone: a first start that was killed. */
async function removeAbandonedDrafts(folder: string): Promise<void> {
  for (const entry of await readdir(folder)) {
    const pid = /^initialising-(\d+)/.exec(entry)?.[1];
    if (pid === undefined) continue;
    try {
      process.kill(Number(pid), 0);
    } catch (error) {
      // oxlint-disable-next-line no-await-in-loop -- hardly ever more than one
      if (isCode(error, 'ESRCH')) await rm(join(folder, entry), { recursive: true, force: true });
    }
  }
}

/** Creates the folder that holds the cluster, closed to others but for passing through to what is theirs. */
export async function createFolder(folder: string, account: SystemAccount | undefined): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await chmod(folder, account === undefined ? 0o700 : 0o711);
  } catch (cause) {
    throw new AppError(
      'data_directory_unusable',
      `The data directory ${folder} cannot be written (${isCode(cause, 'EACCES') || isCode(cause, 'EPERM') ? 'no rights' : String(cause)}).`,
      {
        hint: 'Give this user the rights to it, or set DALGO_DATA_DIR to a directory that it may write.',
        cause,
      },
    );
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

function lastLine(error: unknown): string {
  const text =
    error instanceof Error && 'stderr' in error && typeof error.stderr === 'string' ? error.stderr : '';
  return text.trim().split('\n').at(-1) || (error instanceof Error ? error.message : String(error));
}
