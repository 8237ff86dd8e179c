/** How far a file has come; bytes that an earlier try sent are there from the start. */
export interface UploadProgress {
  readonly sentBytes: number;
  readonly bytesPerSecond: number | null;
  readonly secondsLeft: number | null;
  /** The connection is gone; it goes on by itself when it is back. */
  readonly isWaiting: boolean;
}

/** Turns bytes into a rate over the last seconds and the time that is left. */
export class UploadMeter {
  readonly #total: number;
  readonly #report: (progress: UploadProgress) => void;
  #marks: { readonly at: number; readonly bytes: number }[] = [];

  constructor(total: number, report: (progress: UploadProgress) => void) {
    this.#total = total;
    this.#report = report;
    this.begin(0);
  }

  begin(bytes: number): void {
    this.#marks = [{ at: performance.now(), bytes }];
    this.sent(bytes);
  }

  sent(bytes: number): void {
    const at = performance.now();
    this.#marks = [
      ...this.#marks.filter((mark) => at - mark.at < 10_000 || mark === this.#marks.at(-1)),
      { at, bytes },
    ];
    const first = this.#marks[0];
    const seconds = first === undefined ? 0 : (at - first.at) / 1000;
    const rate = first === undefined || seconds < 1 ? null : Math.max(0, (bytes - first.bytes) / seconds);
    this.#report({
      sentBytes: Math.min(bytes, this.#total),
      bytesPerSecond: rate,
      secondsLeft: rate === null || rate === 0 ? null : (this.#total - bytes) / rate,
      isWaiting: false,
    });
  }

  wait(bytes: number): void {
    this.#marks = [{ at: performance.now(), bytes }];
    this.#report({ sentBytes: bytes, bytesPerSecond: null, secondsLeft: null, isWaiting: true });
  }
}
