import { createSource } from '#sources';
import { type FileBench, openFileBench } from './file-bench.ts';
import type { PoisonFile } from './poison-files.ts';

/** What became of a file, and the memory that this process took more than before, at its peak. */
export interface PoisonResult {
  readonly outcome: PoisonFile['outcome'];
  readonly peakBytes: number;
}

export interface PoisonBench extends AsyncDisposable {
  swallow(file: Pick<PoisonFile, 'filename' | 'content'>): Promise<PoisonResult>;
}

/** The whole way of a file, from its upload to the table, in this process. */
export async function openPoisonBench(): Promise<PoisonBench> {
  const bench = await openFileBench();
  return {
    swallow: async (file) => {
      const before = process.memoryUsage().rss;
      let peak = before;
      const timer = setInterval(() => {
        peak = Math.max(peak, process.memoryUsage().rss);
      }, 20);
      try {
        const outcome = await load(bench, file);
        return { outcome, peakBytes: peak - before };
      } finally {
        clearInterval(timer);
      }
    },
    [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose](),
  };
}

async function load(
  { services, actor, upload, sync }: FileBench,
  { filename, content }: Pick<PoisonFile, 'filename' | 'content'>,
): Promise<PoisonFile['outcome']> {
  try {
    const { id } = await upload(content(), filename);
    const about = { name: filename, type: 'csv' as const, config: { upload_id: id } };
    const source = await createSource(services, actor, about, new AbortController().signal);
    const { sync: result } = await sync(source.id);
    return { rows: result.rows_synced, rejected: result.rows_rejected };
  } catch (error) {
    if (error instanceof Error && 'code' in error) return { code: String(error.code) };
    throw error;
  }
}
