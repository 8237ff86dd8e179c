/**
 * Rows in the binary format of PostgreSQL's COPY, written from bytes to bytes: the server parses nothing, which halves
 * its work beside CSV. Format: https://www.postgresql.org/docs/current/sql-copy.html#SQL-COPY-FILE-FORMATS, values as
 * the `*_recv` functions of each type read them.
 *
 * @example
 * const rows = new BinaryCopyWriter(128 * 1024)
 * rows.startRow(2, 100); rows.integer(7); rows.text(bytes, 0, bytes.length)
 * yield rows.take()
 */
export class BinaryCopyWriter {
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView;
  #at = 0;
  /** The memory that values come from, mostly the same. */
  #source: Uint8Array = new Uint8Array();
  #sourceView: DataView = new DataView(new ArrayBuffer());
  readonly #spare: Uint8Array<ArrayBuffer>[] = [];
  readonly #pieceBytes: number;

  /** @param pieceBytes memory of one piece; it grows for a row that is longer. */
  constructor(pieceBytes: number) {
    this.#pieceBytes = pieceBytes;
    this.#bytes = Buffer.allocUnsafeSlow(pieceBytes);
    this.#view = new DataView(this.#bytes.buffer);
    this.#bytes.set(signature);
    this.#at = signature.length;
  }

  get length(): number {
    return this.#at;
  }

  /** @param valueBytes that the values of the row take at most, without the length of each. */
  startRow(fields: number, valueBytes: number): void {
    const needed = this.#at + 2 + fields * 4 + valueBytes + margin;
    if (needed > this.#bytes.length) this.#grow(needed);
    this.#view.setInt16(this.#at, fields);
    this.#at += 2;
  }

  /** Behind the last row. */
  end(): void {
    this.startRow(-1, 0);
  }

  nothing(): void {
    this.#view.setInt32(this.#at, -1);
    this.#at += 4;
  }

  /** `bytes[from … to)` as they are: UTF-8 without NUL. */
  text(bytes: Uint8Array, from: number, to: number): void {
    const length = to - from;
    this.#view.setInt32(this.#at, length);
    this.#copy(bytes, from, to, this.#at + 4);
    this.#at += 4 + length;
  }

  /** The same where each `quote` stands twice. */
  undoubledText(bytes: Uint8Array, from: number, to: number, quote: number): void {
    const target = this.#bytes;
    const start = this.#at;
    let at = start + 4;
    for (let index = from; index < to; index += 1) {
      const byte = bytes[index] as number; // index < to
      target[at] = byte;
      at += 1;
      if (byte === quote && bytes[index + 1] === quote) index += 1;
    }
    this.#view.setInt32(start, at - start - 4);
    this.#at = at;
  }

  boolean(value: boolean): void {
    this.#view.setInt32(this.#at, 1);
    this.#bytes[this.#at + 4] = value ? 1 : 0;
    this.#at += 5;
  }

  /** A safe integer as int8. */
  integer(value: number): void {
    this.#view.setInt32(this.#at, 8);
    this.#int8(value);
  }

  bigInteger(value: bigint): void {
    this.#view.setInt32(this.#at, 8);
    this.#view.setBigInt64(this.#at + 4, value);
    this.#at += 12;
  }

  float(value: number): void {
    this.#view.setInt32(this.#at, 8);
    this.#view.setFloat64(this.#at + 4, value);
    this.#at += 12;
  }

  /** @param days since 1970-01-01. */
  date(days: number): void {
    this.#view.setInt32(this.#at, 4);
    this.#view.setInt32(this.#at + 4, days - epochDays);
    this.#at += 8;
  }

  /** @param seconds since 1970-01-01, whole. @param micros 0 to 999,999. */
  timestamp(seconds: number, micros: number): void {
    this.#view.setInt32(this.#at, 8);
    const since = seconds - epochDays * 86_400;
    if (since > -maxSafeSeconds && since < maxSafeSeconds) this.#int8(since * 1e6 + micros);
    else {
      this.#view.setBigInt64(this.#at + 4, BigInt(since) * 1_000_000n + BigInt(micros));
      this.#at += 12;
    }
  }

  /** @param micros since midnight. */
  time(micros: number): void {
    this.integer(micros);
  }

  /** Text of valid JSON as jsonb. */
  json(bytes: Uint8Array): void {
    this.#view.setInt32(this.#at, bytes.length + 1);
    this.#bytes[this.#at + 4] = 1; // version
    this.#copy(bytes, 0, bytes.length, this.#at + 5);
    this.#at += 5 + bytes.length;
  }

  /** Digits with at most one point between or before them, `-` before them or not; nothing else. */
  numeric(bytes: Uint8Array, from: number, to: number): void {
    const view = this.#view;
    const start = this.#at;
    let at = from;
    const isNegative = bytes[at] === minus;
    if (isNegative) at += 1;
    const wholeFrom = at;
    while (at < to && bytes[at] !== dot) at += 1;
    const whole = at - wholeFrom;
    const fraction = at < to ? to - at - 1 : 0;
    const wholeGroups = (whole + 3) >> 2;
    const groups = wholeGroups + ((fraction + 3) >> 2);
    view.setInt32(start, 8 + groups * 2);
    view.setInt16(start + 4, groups);
    view.setInt16(start + 6, wholeGroups - 1);
    view.setInt16(start + 8, isNegative ? 0x4000 : 0);
    view.setInt16(start + 10, fraction);
    let out = start + 12;
    // Groups of four digits, counted from the point; zeros at both ends the server takes off.
    let group = 0;
    for (let left = whole; left > 0; left -= 1) {
      group = group * 10 + (bytes[wholeFrom + whole - left] as number) - zero; // inside the number
      if ((left & 3) === 1) {
        view.setInt16(out, group);
        out += 2;
        group = 0;
      }
    }
    const fractionFrom = at + 1;
    for (let index = 0; index < fraction; index += 1) {
      group = group * 10 + (bytes[fractionFrom + index] as number) - zero; // inside the number
      if ((index & 3) === 3) {
        view.setInt16(out, group);
        out += 2;
        group = 0;
      }
    }
    const rest = fraction & 3;
    if (rest > 0) {
      view.setInt16(out, group * (rest === 1 ? 1000 : rest === 2 ? 100 : 10));
      out += 2;
    }
    this.#at = out;
  }

  /** What is written so far; its memory is not written to until it is given back. */
  take(): Uint8Array {
    const taken = this.#bytes.subarray(0, this.#at);
    this.#bytes = this.#spare.pop() ?? Buffer.allocUnsafeSlow(this.#pieceBytes);
    this.#view = new DataView(this.#bytes.buffer);
    this.#at = 0;
    return taken;
  }

  /** Nobody reads this piece any more. */
  giveBack(piece: Uint8Array): void {
    const { buffer } = piece;
    if (
      buffer instanceof ArrayBuffer &&
      buffer.byteLength === this.#pieceBytes &&
      this.#spare.length < mostSpare
    )
      this.#spare.push(Buffer.from(buffer));
  }

  #int8(value: number): void {
    this.#view.setInt32(this.#at + 4, Math.floor(value / 0x1_0000_0000));
    this.#view.setInt32(this.#at + 8, value); // its lower half: the conversion is modulo 2^32
    this.#at += 12;
  }

  /** Four bytes at a time: values are short, so a call of a function that copies costs more than they do. */
  #copy(source: Uint8Array, from: number, to: number, at: number): void {
    if (to - from > longCopy || to + 3 > source.length) {
      this.#bytes.set(source.subarray(from, to), at);
      return;
    }
    if (source !== this.#source) {
      this.#source = source;
      this.#sourceView = new DataView(source.buffer, source.byteOffset, source.byteLength);
    }
    const view = this.#view;
    const sourceView = this.#sourceView;
    // The last step writes up to three bytes too many, into what is written next.
    for (let index = from, into = at; index < to; index += 4, into += 4)
      view.setInt32(into, sourceView.getInt32(index));
  }

  #grow(size: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#bytes.length * 2, size));
    larger.set(this.#bytes.subarray(0, this.#at));
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
}

const signature = Buffer.concat([Buffer.from('PGCOPY\n\u00ff\r\n\0', 'latin1'), Buffer.alloc(8)]);
/** One is written, one waits and one is sent. */
const mostSpare = 3;
const margin = 64;
const longCopy = 200;
const zero = 48;
const minus = 45;
const dot = 46;
/** 2000-01-01, from which PostgreSQL counts. */
const epochDays = 10_957;
/** Seconds whose microseconds a double still counts. */
const maxSafeSeconds = 9_000_000_000;
