import type { SyncProgress } from '#contracts/sources';
import type { Clock } from '#platform/clock';

/** A guess from less than this says nothing. */
const minimumMs = 400;

/** How far a load of records is: first it reads, of an end that only some services tell, then it copies all of it. */
export class RecordProgress {
  readonly #clock: Clock;
  readonly #report: (progress: SyncProgress) => void;
  readonly #startedAt: number;
  #loadingSince: number | undefined;
  #rows = 0;
  #bytes = 0;
  #copied = 0;

  constructor(clock: Clock, report: (progress: SyncProgress) => void) {
    this.#clock = clock;
    this.#report = report;
    this.#startedAt = clock.now();
  }

  /** @param expectedRows of all streams, when the services tell. */
  reading(rows: number, bytes: number, expectedRows: number | undefined): void {
    this.#rows = rows;
    this.#bytes = bytes;
    const elapsed = this.#clock.now() - this.#startedAt;
    this.#say('reading', rows, bytes, null, elapsed, expectedRows === undefined ? 0 : rows / expectedRows);
  }

  /** More bytes of those that were read have gone to the warehouse. */
  copied(bytes: number): void {
    this.#loadingSince ??= this.#clock.now();
    this.#copied += bytes;
    const share = this.#bytes === 0 ? 1 : Math.min(1, this.#copied / this.#bytes);
    const elapsed = this.#clock.now() - this.#loadingSince;
    this.#say('loading', Math.round(this.#rows * share), this.#copied, this.#bytes, elapsed, share);
  }

  finishing(): void {
    this.#say('finishing', this.#rows, this.#bytes, this.#bytes, this.#clock.now() - this.#startedAt, 1);
  }

  #say(
    phase: SyncProgress['phase'],
    rows: number,
    bytes: number,
    total: number | null,
    elapsed: number,
    share: number,
  ): void {
    const isKnown = elapsed >= minimumMs && share > 0;
    this.#report({
      phase,
      rows_done: rows,
      bytes_done: bytes,
      bytes_total: total,
      rows_per_second: elapsed >= minimumMs ? Math.round((rows * 1000) / elapsed) : null,
      seconds_left: isKnown
        ? Math.max(0, Math.round((elapsed * (1 - Math.min(1, share))) / share / 100) / 10)
        : null,
    });
  }
}
