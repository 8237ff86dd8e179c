/** Stretches of a file `[start, end)` in rising order, kept in flat memory: 16 bytes each. */
export interface ByteSpans {
  readonly count: number;
  /** Infinity behind the last one. */
  start(index: number): number;
  end(index: number): number;
}

/** Collects spans in rising order; neighbours become one, and a span takes the place of those that it covers. */
export class SpanRecorder implements ByteSpans {
  count = 0;
  #starts = new Float64Array(64);
  #ends = new Float64Array(64);

  add(start: number, end: number): void {
    while (this.count > 0 && (this.#starts[this.count - 1] ?? 0) >= start) this.count -= 1;
    if (this.count > 0 && this.#ends[this.count - 1] === start) {
      this.#ends[this.count - 1] = end;
      return;
    }
    if (this.count === this.#starts.length) {
      this.#starts = doubled(this.#starts);
      this.#ends = doubled(this.#ends);
    }
    this.#starts[this.count] = start;
    this.#ends[this.count] = end;
    this.count += 1;
  }

  start(index: number): number {
    return index < this.count ? (this.#starts[index] ?? Infinity) : Infinity;
  }

  end(index: number): number {
    return index < this.count ? (this.#ends[index] ?? Infinity) : Infinity;
  }
}

function doubled(values: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(values.length * 2);
  larger.set(values);
  return larger;
}
