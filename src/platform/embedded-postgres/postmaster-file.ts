import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** What a running server writes about itself into `postmaster.pid` (its own format, lines 1, 4 and 8). */
export type PostmasterFile = {
  readonly pid: number;
  /** Absent until the server has bound its port. */
  readonly port: number | undefined;
  readonly ready: boolean;
  readonly text: string;
};

/** The server's own note in `cluster`, or undefined when there is none (no server, or one that stopped cleanly). */
export async function readPostmasterFile(cluster: string): Promise<PostmasterFile | undefined> {
  let text: string;
  try {
    text = await readFile(join(cluster, 'postmaster.pid'), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  const lines = text.split('\n');
  const pid = Number.parseInt(lines[0] ?? '', 10);
  if (!Number.isSafeInteger(pid) || pid <= 0) return undefined; // being written
  const port = Number.parseInt(lines[3] ?? '', 10);
  return {
    pid,
    port: Number.isSafeInteger(port) && port > 0 ? port : undefined,
    ready: lines[7]?.trim() === 'ready',
    text,
  };
}

/** Removes the note of a server that is dead, unless another start has replaced it meanwhile. */
export async function removeStalePostmasterFile(cluster: string, stale: PostmasterFile): Promise<void> {
  const now = await readPostmasterFile(cluster);
  if (now?.text === stale.text) await rm(join(cluster, 'postmaster.pid'), { force: true });
}
