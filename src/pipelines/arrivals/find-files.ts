import { lstat, readdir } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';

/** A file is whole when nothing was written to it for so long. */
const SETTLED_MS = 3_000;

/** A file in the folder of an organization. */
export interface FoundFile {
  readonly absolutePath: string;
  /** Below the organization's folder. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  readonly source: {
    readonly name: string;
    /** In a folder of its own: its rows come to those of the files before. Otherwise it takes the place of the last. */
    readonly adds: boolean;
  };
}

const typesByExtension: Readonly<Record<string, string>> = {
  '.csv': 'csv',
  '.tsv': 'csv',
  '.tab': 'csv',
  '.txt': 'csv',
  '.xlsx': 'excel',
  '.json': 'json',
  '.ndjson': 'json',
  '.jsonl': 'json',
  '.parquet': 'parquet',
};

/** Kind of source that a file makes, by its name; what is in it, the loader finds out. undefined: not a file of data. */
export function sourceTypeOf(path: string): string | undefined {
  return typesByExtension[extname(path.replace(/\.(gz|zip)$/i, '')).toLowerCase()];
}

/** The files of data in a folder and in the folders below it, oldest first; those that still grow are left for later. */
export async function findFiles(folder: string, now: number): Promise<FoundFile[]> {
  const found: FoundFile[] = [];
  async function look(below: string, adds: boolean): Promise<void> {
    for (const entry of await readdir(join(folder, below), { withFileTypes: true })) {
      const path = join(below, entry.name);
      // Names of programs that still write begin with a dot; a link may lead out of the folder.
      if (entry.name.startsWith('.')) continue;
      if (entry.isDirectory() && !adds) await look(path, true);
      if (!entry.isFile() || sourceTypeOf(path) === undefined) continue;
      const absolutePath = join(folder, path);
      const { size, mtimeMs } = await lstat(absolutePath);
      if (size === 0 || now - mtimeMs < SETTLED_MS) continue;
      const name = adds ? basename(dirname(path)) : nameOf(entry.name);
      found.push({
        absolutePath,
        path,
        sizeBytes: size,
        modifiedMs: Math.round(mtimeMs),
        source: { name: name.normalize('NFC'), adds },
      });
    }
  }
  await look('', false);
  return found.toSorted((a, b) => a.modifiedMs - b.modifiedMs || (a.path < b.path ? -1 : 1));
}

function nameOf(filename: string): string {
  const plain = filename.replace(/\.(gz|zip)$/i, '');
  return basename(plain, extname(plain));
}
