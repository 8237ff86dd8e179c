import type { CsvDialect } from './csv-dialect.ts';
import { looselyQuoted, repairLine } from './repair-row.ts';
import { type RowShape, findExtraCells } from './row-shape.ts';
import { kindOfValue } from './value-kind.ts';

/** What {@link RecordReader.next} found. */
export const recordFound = 0;
/** The buffer ends inside a record: read more bytes, or call again with `atEnd`. */
export const needMoreBytes = 1;
/** A quote opened in this record never closes; `rowEnd` is the end of its first line. */
export const unclosedQuote = 2;

export type ReadOutcome = typeof recordFound | typeof needMoreBytes | typeof unclosedQuote;

/** The record is not written as PostgreSQL reads CSV (stray quotes, another line ending, …): rewrite it. */
export const flagIrregular = 1;
/** A quoted cell holds a line break, so the record spans several lines. */
export const flagMultiline = 2;
/** The row was not written as its dialect asks, and was read as it was meant. */
export const flagRepaired = 4;

const lineFeed = 10;
const carriageReturn = 13;
const space = 32;
const backslash = 92;
const dot = 46;

const isPlain = 0;
const isDelimiter = 1;
const isLineFeed = 2;
const isCarriageReturn = 3;
const isQuote = 4;

/**
 * Splits bytes into records and cells, without making a string or an object for any of them: after `next()` the
 * cell `i` is `bytes[starts[i] … ends[i])`, quotes left out, doubled quotes still doubled (`quoted[i]` is 2 then).
 *
 * It reads what spreadsheets and people really write: LF, CRLF and CR all end a record; a quote opens only at the
 * start of a cell (blanks before it allowed); text after a closing quote belongs to the cell.
 */
export class RecordReader {
  bytes: Uint8Array;
  position = 0;
  /** End of the valid bytes; `bytes[limit]` must be writable, it holds a sentinel. */
  limit = 0;

  starts = new Int32Array(256);
  ends = new Int32Array(256);
  /**
   * 0 = bare, 1 = quoted, 2 = quoted with quotes inside, 3 = quoted and followed by more text, 4 = quoted with quotes
   * inside that are not doubled.
   */
  quoted = new Uint8Array(256);
  cellCount = 0;
  rowStart = 0;
  /** After the line ending. */
  rowEnd = 0;
  flags = 0;

  readonly #dialect: Pick<CsvDialect, 'quote' | 'escape'>;
  readonly #classes = new Uint8Array(256);
  readonly #delimiter: number;
  readonly #quote: number;
  readonly #backslashEscapes: boolean;
  readonly #skipsBlanks: boolean;
  readonly #lineEnding: CsvDialect['lineEnding'];
  readonly #shape: RowShape | undefined;

  /** @param shape of the rows, with which those that are written wrongly are read as they were meant. */
  constructor(
    dialect: Pick<CsvDialect, 'delimiter' | 'quote' | 'escape' | 'lineEnding'>,
    capacity: number,
    shape?: RowShape,
  ) {
    this.bytes = new Uint8Array(capacity + 1);
    this.#shape = shape;
    this.#dialect = dialect;
    this.#delimiter = dialect.delimiter.charCodeAt(0);
    this.#skipsBlanks = dialect.delimiter.length > 1;
    this.#quote = dialect.quote.charCodeAt(0);
    this.#backslashEscapes = dialect.escape === '\\';
    this.#lineEnding = dialect.lineEnding;
    this.#classes[this.#delimiter] = isDelimiter;
    this.#classes[lineFeed] = isLineFeed;
    this.#classes[carriageReturn] = isCarriageReturn;
    this.#classes[this.#quote] = isQuote;
  }

  get capacity(): number {
    return this.bytes.length - 1;
  }

  /** Moves the unread bytes to the front, growing the buffer when they fill it. Returns where to read on. */
  makeRoom(): number {
    const unread = this.limit - this.position;
    if (unread === this.capacity) {
      const larger = new Uint8Array(this.capacity * 2 + 1);
      larger.set(this.bytes.subarray(this.position, this.limit));
      this.bytes = larger;
    } else if (this.position > 0) {
      this.bytes.copyWithin(0, this.position, this.limit);
    }
    this.position = 0;
    this.limit = unread;
    return unread;
  }

  /**
   * Finds the record at `position` and moves behind it.
   *
   * @param atEnd no bytes follow `limit`: the last record may lack its line ending.
   */
  next(atEnd: boolean): ReadOutcome {
    const bytes = this.bytes;
    const limit = this.limit;
    const classes = this.#classes;
    const quote = this.#quote;
    bytes[limit] = lineFeed;
    let at = this.position;
    const rowStart = at;
    let count = 0;
    let flags = 0;
    let isBroken = false;
    for (;;) {
      if (count === this.starts.length) this.#growCells();
      let start = at;
      let end: number;
      let kind = 0;
      let first = bytes[at];
      if (first === space && this.#delimiter !== space) {
        // `"a", "b"`: blanks between the delimiter and the opening quote are not part of the cell.
        let ahead = at + 1;
        while (bytes[ahead] === space) ahead += 1;
        if (bytes[ahead] === quote && ahead < limit && quote !== 39) {
          at = ahead;
          first = quote;
          flags |= flagIrregular;
        } else if (this.#skipsBlanks && count > 0) {
          at = Math.min(ahead, limit);
          start = at;
          flags |= flagIrregular;
        }
      }
      if (first === quote && at < limit) {
        at += 1;
        start = at;
        kind = 1;
        for (;;) {
          let byte = bytes[at];
          while (byte !== quote && byte !== lineFeed && byte !== carriageReturn && byte !== backslash) {
            at += 1;
            byte = bytes[at];
          }
          if (at >= limit) {
            if (!atEnd) return needMoreBytes;
            return this.#repairsFirstLine(rowStart, true) ? recordFound : this.#giveUpOnQuote(rowStart);
          }
          if (byte === quote) {
            if (bytes[at + 1] === quote && at + 1 < limit && !this.#backslashEscapes) {
              kind = 2;
              at += 2;
              continue;
            }
            break;
          }
          if (byte === backslash && this.#backslashEscapes) {
            const escaped = bytes[at + 1];
            if (at + 1 < limit && (escaped === quote || escaped === backslash)) {
              kind = 2;
              at += 1;
            }
          } else if (byte !== backslash) {
            flags |= flagMultiline;
          }
          at += 1;
        }
        end = at;
        at += 1;
        if (classes[bytes[at] ?? lineFeed] === isPlain || classes[bytes[at] ?? lineFeed] === isQuote) {
          // Text between the closing quote and the delimiter: keep it all, as it stands.
          while (classes[bytes[at] ?? lineFeed] === isPlain || classes[bytes[at] ?? lineFeed] === isQuote)
            at += 1;
          if (onlyBlanks(bytes, end + 1, at)) flags |= flagIrregular;
          else {
            flags |= flagIrregular;
            kind = 3;
            start -= 1;
            end = at;
            isBroken = true;
          }
        }
      } else {
        for (;;) {
          while (classes[bytes[at] as number] === isPlain) at += 1; // `at` never passes the sentinel
          if (classes[bytes[at] as number] !== isQuote) break;
          flags |= flagIrregular;
          at += 1;
        }
        end = at;
      }
      this.starts[count] = start;
      this.ends[count] = end;
      this.quoted[count] = kind;
      count += 1;
      if (at >= limit) {
        if (!atEnd) return needMoreBytes;
        break;
      }
      const stop = bytes[at];
      at += 1;
      if (stop === this.#delimiter) continue;
      if (stop === carriageReturn) {
        if (at >= limit && !atEnd) return needMoreBytes;
        if (bytes[at] === lineFeed && at < limit) {
          at += 1;
          if (this.#lineEnding !== 'crlf') flags |= flagIrregular;
        } else if (this.#lineEnding !== 'cr') flags |= flagIrregular;
      } else if (this.#lineEnding !== 'lf') flags |= flagIrregular;
      break;
    }
    if (count === 1 && bytes[rowStart] === backslash && bytes[rowStart + 1] === dot) flags |= flagIrregular;
    this.cellCount = count;
    this.rowStart = rowStart;
    this.rowEnd = Math.min(at, limit);
    this.flags = flags;
    this.position = this.rowEnd;
    const shape = this.#shape;
    if (shape !== undefined && (isBroken || count !== shape.width)) this.#repair(shape, isBroken);
    return recordFound;
  }

  /**
   * Takes only the first line of a record whose quote never closes, so that the lines after it are read.
   *
   * @returns recordFound when that line can be read by itself.
   */
  giveUpOnQuote(): ReadOutcome {
    return this.#repairsFirstLine(this.position, true) ? recordFound : this.#giveUpOnQuote(this.position);
  }

  #repair(shape: RowShape, isBroken: boolean): void {
    const { rowStart } = this;
    const isCounted = this.cellCount === shape.width;
    const isDoubtful = isBroken || this.#hasQuote(rowStart, this.rowEnd);
    if (isDoubtful && this.#repairsFirstLine(rowStart, isBroken, isCounted)) return;
    if (this.cellCount > shape.width) this.#leaveOutExtraCells(shape);
  }

  #hasQuote(from: number, to: number): boolean {
    const at = this.bytes.indexOf(this.#quote, from);
    return at >= 0 && at < to;
  }

  /** Only the first line, so that the same bytes are read the same way whatever follows them in the buffer. */
  #repairsFirstLine(rowStart: number, isBroken: boolean, isCounted = false): boolean {
    const shape = this.#shape;
    if (shape === undefined || shape.width < 2) return false;
    const bytes = this.bytes;
    let lineEnd = rowStart;
    while (lineEnd < this.limit && bytes[lineEnd] !== lineFeed && bytes[lineEnd] !== carriageReturn)
      lineEnd += 1;
    const repaired = repairLine(
      bytes,
      rowStart,
      lineEnd,
      shape.width,
      {
        delimiter: this.#delimiter,
        quote: this.#quote,
        backslashEscapes: this.#backslashEscapes,
        skipsBlanks: this.#skipsBlanks,
      },
      { isBroken, isCounted },
    );
    if (repaired === null) return false;
    while (this.starts.length < shape.width) this.#growCells();
    this.starts.set(repaired.starts);
    this.ends.set(repaired.ends);
    this.quoted.set(repaired.kinds);
    let rowEnd = lineEnd;
    if (rowEnd < this.limit)
      rowEnd += bytes[rowEnd] === carriageReturn && bytes[rowEnd + 1] === lineFeed ? 2 : 1;
    this.cellCount = shape.width;
    this.rowStart = rowStart;
    this.rowEnd = Math.min(rowEnd, this.limit);
    this.flags = flagIrregular | flagRepaired;
    this.position = this.rowEnd;
    return true;
  }

  #leaveOutExtraCells(shape: RowShape): void {
    const count = this.cellCount;
    if (count > shape.width + 8) return;
    const isEmpty: boolean[] = [];
    const kinds: number[] = [];
    for (let cell = 0; cell < count; cell += 1) {
      const from = this.starts[cell] ?? 0;
      const to = this.ends[cell] ?? 0;
      isEmpty.push(from === to);
      kinds.push(kindOfValue(this.bytes, from, to));
    }
    const extra = findExtraCells(kinds, isEmpty, shape);
    // Empty cells behind the last column are no mistake worth a word; the scan leaves them out.
    if (extra === null || extra[0] === shape.width) return;
    let kept = 0;
    for (let cell = 0; cell < count; cell += 1) {
      if (extra.includes(cell)) continue;
      this.starts[kept] = this.starts[cell] ?? 0;
      this.ends[kept] = this.ends[cell] ?? 0;
      this.quoted[kept] = this.quoted[cell] ?? 0;
      kept += 1;
    }
    this.cellCount = kept;
    this.flags |= flagIrregular | flagRepaired;
  }

  /** The value of a cell, as text. */
  text(cell: number): string {
    const start = this.starts[cell] ?? 0;
    const end = this.ends[cell] ?? 0;
    return unescapeCell(
      Buffer.from(this.bytes.buffer, this.bytes.byteOffset + start, end - start).toString(),
      this.quoted[cell] ?? 0,
      this.#dialect,
    );
  }

  #giveUpOnQuote(rowStart: number): ReadOutcome {
    let at = rowStart;
    while (at < this.limit && this.bytes[at] !== lineFeed && this.bytes[at] !== carriageReturn) at += 1;
    if (at < this.limit) at += this.bytes[at] === carriageReturn && this.bytes[at + 1] === lineFeed ? 2 : 1;
    this.cellCount = 0;
    this.rowStart = rowStart;
    this.rowEnd = Math.min(at, this.limit);
    this.flags = flagIrregular;
    this.position = this.rowEnd;
    return unclosedQuote;
  }

  #growCells(): void {
    const grow = (cells: Int32Array) => {
      const larger = new Int32Array(cells.length * 2);
      larger.set(cells);
      return larger;
    };
    this.starts = grow(this.starts);
    this.ends = grow(this.ends);
    const quoted = new Uint8Array(this.quoted.length * 2);
    quoted.set(this.quoted);
    this.quoted = quoted;
  }
}

/** The value of a cell as it stands between its quotes. @param kind as {@link RecordReader.quoted} tells it. */
export function unescapeCell(
  raw: string,
  kind: number,
  dialect: Pick<CsvDialect, 'quote' | 'escape'>,
): string {
  if (kind < 2) return raw;
  const { quote, escape } = dialect;
  const backslashEscapes = escape === '\\';
  if (kind === 2 || kind === looselyQuoted) {
    return backslashEscapes
      ? raw.replace(/\\(["'\\])/g, (whole, escaped: string) =>
          escaped === quote || escaped === '\\' ? escaped : whole,
        )
      : raw.replaceAll(quote + quote, quote);
  }
  // "abc"def → abcdef
  const close = closingQuote(raw, quote, backslashEscapes);
  return unescapeCell(raw.slice(1, close), 2, dialect) + raw.slice(close + 1);
}

function onlyBlanks(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) if (bytes[at] !== space) return false;
  return true;
}

function closingQuote(raw: string, quote: string, backslashEscapes: boolean): number {
  for (let at = 1; at < raw.length; at += 1) {
    if (backslashEscapes && raw[at] === '\\') at += 1;
    else if (raw[at] === quote) {
      if (!backslashEscapes && raw[at + 1] === quote) at += 1;
      else return at;
    }
  }
  return raw.length;
}
