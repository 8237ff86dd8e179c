import type { SyncProgress } from '#contracts/sources';
import type { Clock } from '#platform/clock';

/** Shares of the whole work. A scan alone is followed by a load; a load that runs behind the scan needs none. */
const scanShare = 0.2;
const loadShare = 0.95;
/** A guess from less than this says nothing. */
const minimumMs = 400;

/** Turns bytes and rows into what people want to know: how fast, and how long still. */
export class ProgressMeter {
  readonly #clock: Clock;
  readonly #startedAt: number;
  #rows = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#startedAt = clock.now();
  }

  reading(progress: {
    readonly bytes: number;
    readonly totalBytes: number;
    readonly rows: number;
  }): SyncProgress {
    this.#rows = progress.rows;
    return this.#progress(
      'reading',
      progress.rows,
      progress.bytes,
      progress.totalBytes,
      scanShare * ratio(progress),
    );
  }

  loading(progress: {
    readonly bytes: number;
    readonly totalBytes: number;
    readonly rows: number;
  }): SyncProgress {
    this.#rows = Math.max(this.#rows, progress.rows);
    return this.#progress(
      'loading',
      progress.rows,
      progress.bytes,
      progress.totalBytes,
      loadShare * ratio(progress),
    );
  }

  finishing(totalBytes: number): SyncProgress {
    return this.#progress('finishing', this.#rows, totalBytes, totalBytes, loadShare);
  }

  #progress(
    phase: SyncProgress['phase'],
    rows: number,
    bytes: number,
    totalBytes: number,
    share: number,
  ): SyncProgress {
    const elapsed = this.#clock.now() - this.#startedAt;
    const isKnown = elapsed >= minimumMs && share > 0;
    return {
      phase,
      rows_done: rows,
      bytes_done: bytes,
      bytes_total: totalBytes,
      rows_per_second: isKnown ? Math.round((rows / elapsed) * 1000) : null,
      seconds_left: isKnown ? Math.max(0, Math.round((elapsed * (1 - share)) / share / 100) / 10) : null,
    };
  }
}

function ratio({ bytes, totalBytes }: { readonly bytes: number; readonly totalBytes: number }): number {
  return totalBytes === 0 ? 1 : Math.min(1, bytes / totalBytes);
}
