import { execFile } from 'node:child_process';
import { chmod, mkdir, open, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const MEGABYTE = 1024 * 1024;

/** A disk that can be filled without harm to anybody else. */
export interface SmallDisk extends AsyncDisposable {
  readonly path: string;
  /** Takes all the space that is left. */
  fill(): Promise<void>;
  /** Gives it back. */
  free(): Promise<void>;
}

/**
 * A file system in memory of its own. Mounting one is root's right.
 *
 * @returns undefined where this process may not: then there is no full disk to be had.
 */
export async function mountSmallDisk(path: string, megabytes: number): Promise<SmallDisk | undefined> {
  await mkdir(path, { recursive: true });
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0711`, 'tmpfs', path]);
  } catch {
    return undefined;
  }
  await chmod(path, 0o711);
  const filler = join(path, 'filler');
  return {
    path,
    async fill() {
      await using file = await open(filler, 'w');
      const block = Buffer.alloc(MEGABYTE);
      for (;;) {
        const { bavail, bsize } = await statfs(path);
        const left = bavail * bsize;
        if (left === 0) return;
        try {
          await file.write(block, 0, Math.min(left, MEGABYTE));
        } catch (error) {
          // Somebody else was quicker with the last block.
          if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') return;
          throw error;
        }
      }
    },
    free: () => rm(filler, { force: true }),
    async [Symbol.asyncDispose]() {
      await run('umount', ['-l', path]);
    },
  };
}
