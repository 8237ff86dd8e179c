import { convertValue, directKinds } from './convert-value.ts';
import type { CopyBuffer } from './copy-buffer.ts';
import { type CsvDialect, delimiterCharacter, lineEndingBytes } from './csv-dialect.ts';
import type { ColumnDecision, DayOrder } from './decide-column-type.ts';
import type { RecordReader } from './record-reader.ts';
import { kind } from './kind.ts';
import { kindOfValue } from './value-kind.ts';

/** What rewriting needs to know of a column. */
export type CopyColumn = Pick<ColumnDecision, 'type' | 'dayOrder' | 'decimalComma'> & {
  readonly name: string;
};

const encoder = new TextEncoder();

/**
 * Writes rows as PostgreSQL reads them: one cell per column, quotes only around whole cells, values in a form that
 * their type accepts. The dialect stays the file's own, because untouched rows go through the same COPY.
 */
export class RowRewriter {
  readonly #columns: readonly CopyColumn[];
  readonly #sessionOrder: DayOrder;
  readonly #delimiter: number;
  readonly #quote: number;
  readonly #quoteText: string;
  readonly #escapeText: string;
  readonly #lineEnd: Uint8Array;

  constructor(scan: {
    readonly columns: readonly CopyColumn[];
    readonly dayOrder: DayOrder;
    readonly dialect: CsvDialect;
  }) {
    this.#columns = scan.columns;
    this.#sessionOrder = scan.dayOrder;
    this.#delimiter = delimiterCharacter(scan.dialect.delimiter).charCodeAt(0);
    this.#quote = scan.dialect.quote.charCodeAt(0);
    this.#quoteText = scan.dialect.quote;
    this.#escapeText = scan.dialect.escape;
    this.#lineEnd = encoder.encode(lineEndingBytes[scan.dialect.lineEnding]);
  }

  /** Appends the reader's current record. */
  write(reader: RecordReader, out: CopyBuffer): void {
    for (let index = 0; index < this.#columns.length; index += 1) {
      if (index > 0) out.byte(this.#delimiter);
      if (index >= reader.cellCount) continue;
      const from = reader.starts[index] ?? 0;
      const to = reader.ends[index] ?? 0;
      const column = this.#columns[index];
      if (from === to || column === undefined) continue;
      if (column.type === 'text') this.#writeText(reader, index, from, to, out);
      else this.#writeTyped(reader, index, from, to, column, out);
    }
    out.bytes(this.#lineEnd, 0, this.#lineEnd.length);
  }

  #writeText(reader: RecordReader, cell: number, from: number, to: number, out: CopyBuffer): void {
    const quoting = reader.quoted[cell] ?? 0;
    if (quoting === 1 || quoting === 2) {
      out.byte(this.#quote);
      out.bytes(reader.bytes, from, to);
      out.byte(this.#quote);
    } else if (quoting > 2) this.#writeQuoted(reader.text(cell), out);
    else if (this.#needsQuotes(reader.bytes, from, to)) this.#writeQuoted(reader.text(cell), out);
    else out.bytes(reader.bytes, from, to);
  }

  #writeTyped(
    reader: RecordReader,
    cell: number,
    from: number,
    to: number,
    column: CopyColumn,
    out: CopyBuffer,
  ): void {
    const found = (reader.quoted[cell] ?? 0) > 1 ? kind.text : kindOfValue(reader.bytes, from, to);
    const isEmpty = (found & (kind.blank | kind.nullWord)) !== 0 && column.type !== 'json';
    if (isEmpty) return;
    const order = column.dayOrder ?? this.#sessionOrder;
    const isOrdered = (found & (kind.orderedDate | kind.orderedTimestamp)) !== 0;
    const isDirect = (found & ~directKinds[column.type] & ~(kind.notDayFirst | kind.notMonthFirst)) === 0;
    if (isDirect && !(isOrdered && order !== this.#sessionOrder)) {
      // Not a text, but it may hold the delimiter: "Jan 8, 1999". Quotes around a value mean nothing to its type.
      this.#writeText(reader, cell, from, to, out);
      return;
    }
    const value = reader.text(cell);
    const converted = convertValue(value, column.type, {
      dayOrder: order,
      decimalComma: column.decimalComma,
    });
    // The scan has accepted every value of a row that is loaded; another opinion here would lose data in silence.
    if (converted === null)
      throw new Error(`a value that the scan accepted does not convert to ${column.type}`);
    if (column.type === 'json') this.#writeQuoted(converted, out);
    else {
      const bytes = encoder.encode(converted);
      out.bytes(bytes, 0, bytes.length);
    }
  }

  #needsQuotes(bytes: Uint8Array, from: number, to: number): boolean {
    // A line of `\.` alone ends the data for servers before PostgreSQL 18.
    if (to - from === 2 && bytes[from] === 92 && bytes[from + 1] === 46) return true;
    for (let at = from; at < to; at += 1) if (bytes[at] === this.#quote) return true;
    return false;
  }

  #writeQuoted(text: string, out: CopyBuffer): void {
    const bytes = encoder.encode(this.#escape(text));
    out.byte(this.#quote);
    out.bytes(bytes, 0, bytes.length);
    out.byte(this.#quote);
  }

  #escape(text: string): string {
    const quoteOrEscape = this.#escapeText === '\\' ? text.replaceAll('\\', '\\\\') : text;
    return quoteOrEscape.replaceAll(this.#quoteText, this.#escapeText + this.#quoteText);
  }
}
