import type { RejectedRow } from '#contracts/sources';
import { AppError } from '#platform/errors';
import type { RecordStream } from '#sources';
import type { CursorFilter } from './cursor-filter.ts';
import type { RecordShredder } from './record-shredder.ts';

const shownCharacters = 10_000;
const maxRejected = 10_000;

export interface ReadProgress {
  readonly rows: number;
  readonly bytes: number;
  readonly expectedRows: number | undefined;
}

/**
 * Reads a stream to its end into a shredder. A record that cannot be kept is put aside with the reason.
 *
 * @returns how many records were kept and put aside.
 * @throws what the stream throws; AppError too_many_columns, too_many_rejected_rows
 */
export async function readStream(
  stream: RecordStream,
  shredder: RecordShredder,
  options: {
    readonly signal: AbortSignal;
    /** Lets through only what is new. */
    readonly cursor: CursorFilter | undefined;
    readonly onProgress: (progress: ReadProgress) => void;
    readonly onRejected: (rows: readonly RejectedRow[]) => Promise<void>;
  },
): Promise<{ readonly rows: number; readonly rejected: number }> {
  let rows = 0;
  let rejected = 0;
  for await (const batch of stream.batches) {
    options.signal.throwIfAborted();
    const refused: RejectedRow[] = [];
    for (const record of batch) {
      if (options.cursor !== undefined && !options.cursor.takes(record)) continue;
      try {
        if (shredder.add(record)) rows += 1;
        else rejected += 1;
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        rejected += 1;
        refused.push(rejectedRecord(rows + rejected, record));
      }
    }
    refused.push(...shredder.takeRefused());
    if (refused.length > 0) await options.onRejected(refused);
    if (rejected > maxRejected) {
      throw new AppError('too_many_rejected_rows', `More than ${maxRejected} records cannot be read.`);
    }
    await shredder.flush();
    options.onProgress({ rows, bytes: shredder.bytes, expectedRows: stream.expectedRows?.() });
  }
  await shredder.flush(true);
  return { rows, rejected };
}

function rejectedRecord(line: number, record: unknown): RejectedRow {
  const keys =
    typeof record === 'object' && record !== null ? Object.keys(record).join(', ') : String(record);
  return {
    line,
    column: null,
    value: null,
    reason: 'The record is nested too deeply to be kept.',
    raw: keys.slice(0, shownCharacters),
  };
}
