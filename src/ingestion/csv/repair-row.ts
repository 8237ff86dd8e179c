/** How a repair reads a line. */
export interface RepairDialect {
  readonly delimiter: number;
  readonly quote: number;
  readonly backslashEscapes: boolean;
  /** Blanks behind a delimiter are no part of the cell. */
  readonly skipsBlanks: boolean;
}

/** Cells as `RecordReader` keeps them; see there for the kinds. */
export interface RepairedCells {
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  readonly kinds: readonly number[];
}

/** A quoted cell with quotes inside that nobody doubled. */
export const looselyQuoted = 4;

const maxSteps = 4_000;
const maxLineBytes = 65_536;
const maxCost = 4;
const space = 32;
const apostrophe = 39;
const backslash = 92;

/**
 * Another reading of a line whose quotes are not written as they should be: the one with the fewest mistakes that
 * gives the row exactly as many cells as the table has columns. It knows the mistakes that people and programs make:
 * a quote that was not doubled, a lone quote at the start of a cell, a delimiter that is missing beside a quote.
 *
 * @param to end of the line, its line ending left out.
 * @param isBroken text follows a closing quote, or a quote never closes: only then the quotes themselves are in doubt.
 * @param isCounted the row has the right number of cells already, so only quotes may be read anew.
 * @returns null when no reading fits.
 */
export function repairLine(
  bytes: Uint8Array,
  from: number,
  to: number,
  width: number,
  dialect: RepairDialect,
  { isBroken, isCounted }: { readonly isBroken: boolean; readonly isCounted: boolean },
): RepairedCells | null {
  if (to - from > maxLineBytes) return null;
  const search = new LineSearch(bytes, to, width, dialect, isBroken, isCounted);
  for (let cost = 1; cost <= maxCost; cost += 1) {
    const found = search.find(from, cost);
    if (found !== null) return found;
    if (search.isExhausted) return null;
  }
  return null;
}

class LineSearch {
  readonly #bytes: Uint8Array;
  readonly #to: number;
  readonly #width: number;
  readonly #dialect: RepairDialect;
  readonly #isBroken: boolean;
  readonly #isCounted: boolean;
  #steps = 0;
  #starts: number[] = [];
  #ends: number[] = [];
  #kinds: number[] = [];

  constructor(
    bytes: Uint8Array,
    to: number,
    width: number,
    dialect: RepairDialect,
    isBroken: boolean,
    isCounted: boolean,
  ) {
    this.#bytes = bytes;
    this.#to = to;
    this.#width = width;
    this.#dialect = dialect;
    this.#isBroken = isBroken;
    this.#isCounted = isCounted;
  }

  get isExhausted(): boolean {
    return this.#steps > maxSteps;
  }

  find(from: number, cost: number): RepairedCells | null {
    this.#starts = [];
    this.#ends = [];
    this.#kinds = [];
    return this.#readCell(from, cost) ? { starts: this.#starts, ends: this.#ends, kinds: this.#kinds } : null;
  }

  #readCell(at: number, left: number): boolean {
    this.#steps += 1;
    if (this.#steps > maxSteps || this.#starts.length >= this.#width) return false;
    const { quote, skipsBlanks } = this.#dialect;
    const behindBlanks = this.#behindBlanks(at);
    const start = skipsBlanks || this.#bytes[behindBlanks] === quote ? behindBlanks : at;
    if (start < this.#to && this.#bytes[start] === quote) {
      return this.#readQuoted(start + 1, start + 1, 1, left) || this.#readLoneQuote(start, left);
    }
    return this.#readBare(start, left);
  }

  #readBare(start: number, left: number): boolean {
    const { delimiter, quote } = this.#dialect;
    let at = start;
    let firstQuote = -1;
    while (at < this.#to && this.#bytes[at] !== delimiter) {
      if (firstQuote < 0 && this.#bytes[at] === quote) firstQuote = at;
      at += 1;
    }
    // Inside a bare cell only an apostrophe is no wonder.
    const cost = firstQuote >= 0 && this.#isBroken && quote !== apostrophe ? 1 : 0;
    if (left >= cost && this.#endCell(start, at, 0, at, left - cost)) return true;
    // text"quoted, text",next: the delimiter before the quote is missing.
    return (
      firstQuote > start &&
      left >= 2 &&
      !this.#isCounted &&
      this.#endCell(start, firstQuote, 0, firstQuote, left - 2, true)
    );
  }

  /** The only quote of its cell stands at its beginning: it is a character like any other. */
  #readLoneQuote(start: number, left: number): boolean {
    if (left < 1 || !this.#isBroken) return false;
    const { delimiter, quote } = this.#dialect;
    let at = start + 1;
    while (at < this.#to && this.#bytes[at] !== delimiter) {
      if (this.#bytes[at] === quote) return false;
      at += 1;
    }
    return this.#endCell(start, at, 0, at, left - 1);
  }

  #readQuoted(start: number, from: number, kindSoFar: number, left: number): boolean {
    this.#steps += 1;
    if (this.#steps > maxSteps) return false;
    const { quote, backslashEscapes } = this.#dialect;
    const bytes = this.#bytes;
    let kind = kindSoFar;
    for (let at = from; at < this.#to; at += 1) {
      const byte = bytes[at];
      if (byte === backslash && backslashEscapes) {
        const next = bytes[at + 1];
        if (at + 1 < this.#to && (next === quote || next === backslash)) {
          kind = Math.max(kind, 2);
          at += 1;
        }
        continue;
      }
      if (byte !== quote) continue;
      if (at + 1 < this.#to && bytes[at + 1] === quote && !backslashEscapes) {
        const end = this.#cellEnd(at + 2);
        if (end < 0 || left < 1 || !this.#isBroken) {
          kind = Math.max(kind, 2);
          at += 1;
          continue;
        }
        // 48"" before a delimiter: a doubled quote inside the cell, or one inch and the end of the cell.
        return (
          this.#readQuoted(start, at + 2, Math.max(kind, 2), left) ||
          this.#endCell(start, at + 1, looselyQuoted, end, left - 1)
        );
      }
      const end = this.#cellEnd(at + 1);
      if (end >= 0) {
        return (
          this.#endCell(start, at, kind, end, left) ||
          (left >= 2 && this.#isBroken && this.#readQuoted(start, at + 1, looselyQuoted, left - 2))
        );
      }
      return (
        (left >= 1 && this.#readQuoted(start, at + 1, looselyQuoted, left - 1)) ||
        (left >= 2 && !this.#isCounted && this.#endCell(start, at, kind, at + 1, left - 2, true))
      );
    }
    return false;
  }

  /** Where the delimiter or the end of the line stands if only blanks come before it; -1 otherwise. */
  #cellEnd(at: number): number {
    const behind = this.#dialect.delimiter === space ? at : this.#behindBlanks(at);
    return behind >= this.#to || this.#bytes[behind] === this.#dialect.delimiter ? behind : -1;
  }

  #behindBlanks(at: number): number {
    let behind = at;
    if (this.#dialect.delimiter === space) return behind;
    while (behind < this.#to && this.#bytes[behind] === space) behind += 1;
    return behind;
  }

  /** Notes a cell and reads on behind it; takes it back when nothing comes of it. */
  #endCell(
    start: number,
    end: number,
    kind: number,
    at: number,
    left: number,
    withoutDelimiter = false,
  ): boolean {
    const index = this.#starts.length;
    if (index >= this.#width) return false;
    this.#starts[index] = start;
    this.#ends[index] = end;
    this.#kinds[index] = kind;
    const isDone = !withoutDelimiter && at >= this.#to;
    if (isDone ? index + 1 === this.#width : this.#readCell(withoutDelimiter ? at : at + 1, left))
      return true;
    this.#starts.length = index;
    this.#ends.length = index;
    this.#kinds.length = index;
    return false;
  }
}
