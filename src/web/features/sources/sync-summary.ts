import type { RunStatus } from '#contracts/primitives';
import type { SyncResult } from '#contracts/sources';
import { formatCount, type FormatSettings } from '../../format.ts';

/** A load that left rows out is done, but not without a word about it. */
export function shownStatus(sync: SyncResult): RunStatus {
  return sync.status === 'succeeded' && sync.rows_rejected > 0 ? 'partial' : sync.status;
}

/** What is worth saying beside the state of a load: what went wrong, or how many rows were left out. */
export function syncSummary(sync: SyncResult, settings: FormatSettings): string | undefined {
  if (sync.status === 'failed') return sync.error?.message;
  if (sync.rows_rejected > 0) {
    return `${formatCount(sync.rows_rejected, ['row', 'rows'], settings)} could not be read`;
  }
  return undefined;
}
