/** Bytes on their way to COPY, gathered so that each write to the socket is worth its cost. */
export class CopyBuffer {
  #bytes: Uint8Array;
  #length = 0;
  readonly #size: number;

  constructor(size: number) {
    this.#size = size;
    this.#bytes = Buffer.allocUnsafeSlow(size);
  }

  get length(): number {
    return this.#length;
  }

  byte(value: number): void {
    if (this.#length === this.#bytes.length) this.#grow(1);
    this.#bytes[this.#length] = value;
    this.#length += 1;
  }

  bytes(source: Uint8Array, from: number, to: number): void {
    const count = to - from;
    if (this.#length + count > this.#bytes.length) this.#grow(count);
    if (count > 32) this.#bytes.set(source.subarray(from, to), this.#length);
    // A short copy is quicker by hand than through a view.
    else for (let at = 0; at < count; at += 1) this.#bytes[this.#length + at] = source[from + at] ?? 0;
    this.#length += count;
  }

  /** Hands the gathered bytes over and starts anew; the memory is not used again. */
  take(): Uint8Array {
    const taken = this.#bytes.subarray(0, this.#length);
    this.#bytes = Buffer.allocUnsafeSlow(this.#size);
    this.#length = 0;
    return taken;
  }

  #grow(count: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#bytes.length * 2, this.#length + count));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}
