import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** The files of uploads, as paths within `<data directory>/uploads`. */
export async function listUploads(dataDirectory: string): Promise<readonly string[]> {
  const folder = join(dataDirectory, 'uploads');
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .toSorted();
}
