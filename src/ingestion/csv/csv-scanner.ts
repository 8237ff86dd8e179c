import { isAscii, isUtf8 } from 'node:buffer';
import type { ColumnType } from '#contracts/column-types';
import type { RejectedRow, Warning } from '#contracts/sources';
import { AppError } from '#platform/errors';
import { type ByteSpans, SpanRecorder } from './byte-spans.ts';
import { convertValue, directKinds, misfitReasons } from './convert-value.ts';
import { type CsvLimits, defaultCsvLimits, recordsBeforeData } from './csv-dialect.ts';
import type { ColumnDecision, ColumnsDecision, DayOrder } from './decide-column-type.ts';
import { decideColumns, forcedTypes, guessColumns } from './guess-columns.ts';
import type { RowCells } from './footer-rows.ts';
import { FooterTail, type HeldRow } from './footer-tail.ts';
import type { CsvInspection } from './inspect-csv.ts';
import { RepeatedHeader } from './repeated-header.ts';
import {
  RecordReader,
  flagIrregular,
  flagMultiline,
  flagRepaired,
  needMoreBytes,
  recordFound,
  unclosedQuote,
} from './record-reader.ts';
import type { CsvScan, ScanOptions, ScanState, ScannedColumn } from './scan-csv.ts';
import { kind } from './kind.ts';
import { kindOfValue } from './value-kind.ts';

const maxRewriteSpans = 250_000;
const maxRejectedRows = 1_000_000;
const excerptCharacters = 10_000;

/** Kinds that a typed column loads only after rewriting. */
const unreadyKinds =
  kind.blank |
  kind.nullWord |
  kind.commaDecimal |
  kind.commaThousand |
  kind.groupedInteger |
  kind.groupedDecimal |
  kind.percent |
  kind.commaPercent |
  kind.dressed |
  kind.negatedInteger |
  kind.negatedDecimal |
  kind.shortYear;

const fitsAsIs = 0;
const fitsRewritten = 1;
const misfit = 2;

/** The state of a scan: fed with bytes through its reader, asked for what it found. */
export class CsvScanner implements ScanState {
  readonly reader: RecordReader;
  readonly pendingRejected: RejectedRow[] = [];
  /** Bytes read so far = offset behind the last byte of the buffer. */
  streamEnd = 0;
  rows = 0;

  readonly #inspection: CsvInspection;
  readonly #options: ScanOptions;
  readonly #limits: CsvLimits;
  readonly #width: number;
  readonly #headRecords: number;
  readonly #header: RepeatedHeader;
  readonly #seen: Int32Array;
  readonly #empty: Float64Array;
  readonly #longest: Int32Array;
  readonly #shortest: Int32Array;
  readonly #forced: readonly (ColumnType | undefined)[];
  readonly #forcedColumns: readonly number[];
  readonly #dayOrder: DayOrder;
  readonly #decimalComma: boolean;
  readonly #skips = new SpanRecorder();
  readonly #rewrites = new SpanRecorder();
  #rewriteFrom = Infinity;
  #record = 0;
  #line = 1;
  #dataStart = 0;
  #dataEnd = 0;
  #rejected = 0;
  #padded = 0;
  #firstPaddedLine = 0;
  #trimmed = 0;
  #emptyRun = 0;
  #emptyRunStart = 0;
  #invalidRows = 0;
  #hasMultibyte = false;
  #repaired = 0;
  #firstRepairedLine = 0;
  #repeatedHeaders = 0;
  readonly #tail: FooterTail | undefined;
  readonly #kinds: Int32Array;
  /** 1 where each value is judged, also when the column is known to hold text. */
  readonly #judgesAll: Uint8Array;
  #isInAnotherTable = false;
  #anotherTable = '';
  /** Inside a line so long that it is being thrown away. */
  #discarding = false;

  constructor(inspection: CsvInspection, options: ScanOptions) {
    this.#inspection = inspection;
    this.#options = options;
    this.#limits = { ...defaultCsvLimits, ...options.limits };
    this.reader = new RecordReader(inspection.dialect, this.#limits.readBytes, inspection.shape);
    const width = inspection.columns.length;
    this.#width = width;
    this.#headRecords = recordsBeforeData(inspection.dialect);
    this.#header = new RepeatedHeader(inspection.headerRecords);
    if (options.csv?.totals !== 'keep' && width > 1) this.#tail = new FooterTail();
    this.#seen = new Int32Array(width);
    this.#empty = new Float64Array(width);
    this.#longest = new Int32Array(width);
    this.#shortest = new Int32Array(width).fill(0x7fffffff);
    this.#forced = forcedTypes(inspection, options.csv);
    this.#forcedColumns = this.#forced.flatMap((type, column) =>
      type === undefined || type === 'text' ? [] : [column],
    );
    this.#kinds = new Int32Array(width);
    this.#judgesAll = new Uint8Array(width);
    if (options.rows !== undefined) for (const column of this.#forcedColumns) this.#judgesAll[column] = 1;
    // Values of a chosen type are judged as they come, so with the order and sign that the beginning shows.
    const guess = guessColumns(inspection, options.csv);
    this.#dayOrder = guess.dayOrder ?? 'dmy';
    this.#decimalComma = guess.decimal === ',';
    for (const [column, type] of this.#forced.entries()) if (type === 'text') this.#seen[column] = kind.text;
  }

  get dataStart(): number {
    return this.#dataStart;
  }

  get skips(): ByteSpans {
    return this.#skips;
  }

  get rewrites(): ByteSpans {
    return this.#rewrites;
  }

  get rewriteFrom(): number {
    return this.#rewriteFrom;
  }

  decide(): ColumnsDecision {
    const decided = decideColumns(this.#inspection, this.#options.csv, this.#seen);
    if (this.#forcedColumns.length === 0) return decided;
    // Values of a chosen type were judged as they came, so they are loaded by the same order and sign.
    const judgedBy = { dayOrder: this.#dayOrder, decimalComma: this.#decimalComma };
    const columns = decided.columns.map((column, index) =>
      this.#forced[index] === undefined ? column : { ...column, ...judgedBy },
    );
    return { ...decided, columns, dayOrder: this.#dayOrder };
  }

  takeRecords(atEnd: boolean): void {
    const reader = this.reader;
    const trusted = this.#isClean(atEnd);
    const base = () => this.streamEnd - reader.limit;
    while (reader.position < reader.limit) {
      if (this.#discarding && !this.#discard(atEnd)) return;
      let outcome = reader.next(atEnd);
      if (outcome === needMoreBytes) {
        if (reader.limit - reader.position < this.#limits.maxRowBytes) return;
        outcome = reader.giveUpOnQuote();
        if (outcome !== recordFound) {
          this.#giveUpOnLongRow(base());
          continue;
        }
      }
      const offset = base();
      const start = offset + reader.rowStart;
      const end = offset + reader.rowEnd;
      this.#record += 1;
      if (this.#record <= this.#headRecords) {
        this.#dataStart = end;
      } else if (this.#isInAnotherTable) {
        this.#reject(start, end, this.#anotherTable, null, null);
      } else if (outcome === unclosedQuote) {
        this.#reject(start, end, 'a quote opens in this row and never closes', null, null);
      } else if (!this.#isHeaderAgain(start, end)) this.#takeRow(start, end, trusted);
      this.#dataEnd = end;
      this.#line += (reader.flags & flagMultiline) === 0 ? 1 : countLines(reader);
    }
  }

  /** Exports repeat their header on each page, and some put another table below the first one. */
  #isHeaderAgain(start: number, end: number): boolean {
    const again = this.#header.compare(this.reader);
    if (again === 'different') return false;
    if (again === 'same') {
      this.#skips.add(start, end);
      this.#repeatedHeaders += 1;
      return true;
    }
    this.#isInAnotherTable = true;
    this.#anotherTable = `another table begins at line ${this.#line.toLocaleString('en')}`;
    this.#reject(start, end, this.#anotherTable, null, null);
    return true;
  }

  #takeRow(start: number, end: number, trusted: boolean): void {
    const reader = this.reader;
    const width = this.#width;
    let count = reader.cellCount;
    let rewrite = (reader.flags & flagIrregular) !== 0;
    if (count === 1 && reader.starts[0] === reader.ends[0] && width > 1 && reader.quoted[0] === 0) {
      this.#skips.add(start, end);
      this.#tail?.passBlankLine();
      return;
    }
    if (!trusted) {
      const row = reader.bytes.subarray(reader.rowStart, reader.rowEnd);
      if (row.includes(0)) {
        this.#reject(start, end, 'the row holds a NUL byte', null, null);
        return;
      }
      if (!isUtf8(row)) {
        this.#invalidRows += 1;
        this.#reject(
          start,
          end,
          `the row holds bytes that are not ${this.#inspection.dialect.encoding.toUpperCase()}`,
          null,
          null,
        );
        return;
      }
      this.#hasMultibyte ||= !isAscii(row);
    }
    if (count > width) {
      if (!this.#onlyEmptyFrom(width)) {
        this.#reject(start, end, `the row has ${count} cells, the table ${width} columns`, null, null);
        return;
      }
      count = width;
      this.#trimmed += 1;
      rewrite = true;
    } else if (count < width) {
      rewrite = true;
    }
    if (
      reader.rowEnd - reader.rowStart > this.#limits.maxCellBytes &&
      this.#rejectLongCell(start, end, count)
    )
      return;
    if (this.#forcedColumns.length > 0) {
      const fit = this.#checkForced(start, end, count);
      if (fit === misfit) return;
      if (fit === fitsRewritten) rewrite = true;
    }
    if ((reader.flags & flagRepaired) !== 0) {
      this.#repaired += 1;
      if (this.#firstRepairedLine === 0) this.#firstRepairedLine = this.#line;
    }
    if (this.#tail !== undefined && this.#isTail(this.#tail, start, end, count, rewrite)) return;
    this.#addRow(reader, start, end, count, rewrite, this.#line);
  }

  #addRow(
    cells: RowCells,
    start: number,
    end: number,
    count: number,
    needsRewrite: boolean,
    line: number,
  ): void {
    const emptyBefore = this.#emptyRun;
    const rewrite = this.#countCells(cells, start, count) || needsRewrite;
    const { rows } = this.#options;
    // Empty rows are written when another one follows: at the end of the file they are left out.
    if (rows !== undefined && (this.#emptyRun === 0 || this.#width === 1)) {
      if (emptyBefore > 0 && this.#width > 1) rows.addEmpty(emptyBefore);
      rows.add(cells, this.#kinds, count);
    }
    if (count < this.#width) {
      this.#padded += 1;
      if (this.#firstPaddedLine === 0) this.#firstPaddedLine = line;
      for (let column = count; column < this.#width; column += 1)
        this.#empty[column] = (this.#empty[column] ?? 0) + 1;
    }
    if (rewrite && this.#rewriteFrom === Infinity) {
      if (this.#rewrites.count < maxRewriteSpans) this.#rewrites.add(start, end);
      else this.#rewriteFrom = start;
    }
    this.rows += 1;
  }

  /** Whether the row is a total or a note, or may turn out to be one when the file ends here. */
  #isTail(tail: FooterTail, start: number, end: number, count: number, rewrite: boolean): boolean {
    const verdict = tail.judge(this.reader, count, {
      rows: this.rows,
      width: this.#width,
      seen: this.#seen,
      empty: this.#empty,
      followsEmpty: this.#emptyRun > 0,
    });
    if (verdict === 'row') {
      if (tail.isHolding) for (const held of tail.release()) this.#addHeld(held);
      return false;
    }
    const line = this.#line;
    if (verdict === 'left out') {
      this.#skips.add(start, end);
      tail.note(this.reader, count, line);
    } else {
      const overflow = tail.hold(this.reader, { start, end, count, rewrite, line });
      for (const held of overflow) this.#addHeld(held);
    }
    return true;
  }

  #addHeld({ cells, start, end, count, rewrite, line }: HeldRow): void {
    this.#addRow(cells, start, end, count, rewrite, line);
  }

  /** A last row that calls itself a total, and has to prove it by its sums before it is left out. */
  get unprovenTotal(): { readonly start: number; readonly cells: readonly string[] } | null {
    return this.#tail?.unproven() ?? null;
  }

  /** Says whether {@link unprovenTotal} is the sum of the rows above it. */
  settleTotal(isSum: boolean): void {
    for (const held of this.#tail?.settle(isSum) ?? []) this.#addHeld(held);
  }

  /** The hot part: it sees every cell of the file. True when the row must be rewritten. */
  #countCells(cells: RowCells, start: number, count: number): boolean {
    const { bytes, starts, ends, quoted } = cells;
    const seen = this.#seen;
    const longest = this.#longest;
    const shortest = this.#shortest;
    const kindsOfRow = this.#kinds;
    const judgesAll = this.#judgesAll;
    let kinds = 0;
    let filled = 0;
    for (let column = 0; column < count; column += 1) {
      const from = starts[column] as number; // column < cellCount
      const length = (ends[column] as number) - from;
      if (length === 0) {
        this.#empty[column] = (this.#empty[column] as number) + 1;
        continue;
      }
      filled += 1;
      if (length > (longest[column] as number)) longest[column] = length;
      if (length < (shortest[column] as number)) shortest[column] = length;
      const before = seen[column] as number;
      if ((before & kind.text) !== 0 && judgesAll[column] === 0) {
        kindsOfRow[column] = kind.text;
        continue;
      }
      const found = (quoted[column] as number) > 1 ? kind.text : kindOfValue(bytes, from, from + length);
      kindsOfRow[column] = found;
      seen[column] = before | found;
      kinds |= found;
    }
    if (filled === 0) {
      if (this.#emptyRun === 0) this.#emptyRunStart = start;
      this.#emptyRun += 1;
    } else this.#emptyRun = 0;
    return (kinds & unreadyKinds) !== 0;
  }

  /** Whether each value of a column whose type was chosen fits it. */
  #checkForced(start: number, end: number, count: number): 0 | 1 | 2 {
    const reader = this.reader;
    let result: 0 | 1 | 2 = fitsAsIs;
    for (const column of this.#forcedColumns) {
      if (column >= count) break;
      const from = reader.starts[column] as number; // column < cellCount
      const to = reader.ends[column] as number;
      if (from === to) continue;
      const type = this.#forced[column] ?? 'text';
      const found = (reader.quoted[column] as number) > 1 ? kind.text : kindOfValue(reader.bytes, from, to);
      if (
        (found & ~directKinds[type] & ~(kind.notDayFirst | kind.notMonthFirst)) === 0 &&
        this.#orderFits(found)
      )
        continue;
      result = fitsRewritten;
      if ((found & (kind.blank | kind.nullWord)) !== 0 && type !== 'json') continue;
      const value = reader.text(column);
      const context = { dayOrder: this.#dayOrder, decimalComma: this.#decimalComma };
      if (convertValue(value, type, context) !== null) continue;
      const label = this.#inspection.columns[column]?.displayName ?? '';
      this.#reject(start, end, `“${shortened(value)}” ${misfitReasons[type]}`, label, value);
      return misfit;
    }
    return result;
  }

  #orderFits(found: number): boolean {
    return (found & (this.#dayOrder === 'dmy' ? kind.notDayFirst : kind.notMonthFirst)) === 0;
  }

  #rejectLongCell(start: number, end: number, count: number): boolean {
    const reader = this.reader;
    for (let column = 0; column < count; column += 1) {
      const length = (reader.ends[column] ?? 0) - (reader.starts[column] ?? 0);
      if (length > this.#limits.maxCellBytes) {
        const label = this.#inspection.columns[column]?.displayName ?? null;
        const limit = Math.round(this.#limits.maxCellBytes / 1024 / 1024);
        this.#reject(start, end, `the cell is longer than ${limit} MiB`, label, null);
        return true;
      }
    }
    return false;
  }

  #onlyEmptyFrom(column: number): boolean {
    const { starts, ends, cellCount } = this.reader;
    for (let cell = column; cell < cellCount; cell += 1) if (starts[cell] !== ends[cell]) return false;
    return true;
  }

  #reject(start: number, end: number, reason: string, column: string | null, value: string | null): void {
    this.#skips.add(start, end);
    this.#rejected += 1;
    if (this.#rejected > maxRejectedRows) {
      throw new AppError(
        'too_many_rejected_rows',
        `More than ${maxRejectedRows.toLocaleString('en')} rows cannot be read. The first: line ${this.#line}, ${reason}.`,
      );
    }
    const { bytes, rowStart, rowEnd } = this.reader;
    const raw = Buffer.from(bytes.buffer, rowStart, Math.min(rowEnd - rowStart, excerptCharacters * 4));
    this.pendingRejected.push({
      line: this.#line,
      column,
      value: value === null ? null : storable(value.slice(0, excerptCharacters)),
      reason,
      raw: storable(
        raw
          .toString()
          .replace(/[\r\n]+$/, '')
          .slice(0, excerptCharacters),
      ),
    });
  }

  async flushRejected(): Promise<void> {
    if (this.pendingRejected.length === 0) return;
    const rows = this.pendingRejected.splice(0);
    await this.#options.onRejected?.(rows);
  }

  /** A row of more than the limit: an unclosed quote, or a line without end. */
  #giveUpOnLongRow(base: number): void {
    const reader = this.reader;
    const isWholeLine = reader.rowEnd < reader.limit;
    const reason = isWholeLine
      ? 'a quote opens in this row and never closes'
      : `the row is longer than ${Math.round(this.#limits.maxRowBytes / 1024 / 1024)} MiB`;
    this.#record += 1;
    this.#reject(base + reader.rowStart, base + reader.rowEnd, reason, null, null);
    this.#dataEnd = base + reader.rowEnd;
    if (isWholeLine) this.#line += 1;
    else this.#discarding = true;
  }

  /** Throws away the rest of an over-long line. False when its end is not read yet. */
  #discard(atEnd: boolean): boolean {
    const reader = this.reader;
    const start = this.streamEnd - reader.limit + reader.position;
    const rest = reader.bytes.subarray(reader.position, reader.limit);
    const lineEnd = rest.indexOf(10);
    const length = lineEnd < 0 ? rest.length : lineEnd + 1;
    reader.position += length;
    this.#skips.add(start, start + length);
    this.#dataEnd = start + length;
    if (lineEnd < 0 && !atEnd) return false;
    this.#discarding = false;
    this.#line += 1;
    return reader.position < reader.limit;
  }

  /** One native look at the whole buffer, so that single rows need none: valid UTF-8 and no NUL. */
  #isClean(atEnd: boolean): boolean {
    const { bytes, position, limit } = this.reader;
    const whole = bytes.subarray(position, limit);
    if (whole.includes(0)) return false;
    if (isAscii(whole)) return true;
    const lastLine = Math.max(whole.lastIndexOf(10), whole.lastIndexOf(13));
    // What stands behind the last line end may be cut in the middle of a character; it is looked at again when the
    // rest of it is there.
    const isClean = isUtf8(atEnd ? whole : whole.subarray(0, lastLine + 1));
    if (isClean) this.#hasMultibyte = true;
    return isClean;
  }

  /** @param isWhole the file was read to its end. */
  finish(isWhole = true): CsvScan {
    const { dialect, shape, columns, headers } = this.#inspection;
    if (!isWhole) for (const held of this.#tail?.release() ?? []) this.#addHeld(held);
    const heldFrom = this.#tail?.heldFrom;
    if (heldFrom !== undefined) {
      this.#skips.add(heldFrom, this.#dataEnd);
      this.#tail?.leaveOut();
    }
    if (this.#emptyRun > 0 && this.#width > 1) {
      this.#skips.add(this.#emptyRunStart, this.#dataEnd);
      this.rows -= this.#emptyRun;
      for (let column = 0; column < this.#width; column += 1)
        this.#empty[column] = (this.#empty[column] ?? 0) - this.#emptyRun;
    }
    const decided = this.decide();
    const scanned = columns.map((column, index): ScannedColumn => ({
      ...column,
      ...(decided.columns[index] as ColumnDecision), // one decision per label
      isForced: this.#forced[index] !== undefined,
      empty: this.#empty[index] ?? 0,
      maxBytes: this.#longest[index] ?? 0,
      minBytes: this.#longest[index] === 0 ? 0 : (this.#shortest[index] ?? 0),
      isLeftOut: this.#isLeftOut(index),
    }));
    const dayOrder = decided.dayOrder ?? 'dmy';
    return {
      dialect,
      shape,
      columns: scanned,
      rows: this.rows,
      rejected: this.#rejected,
      fileBytes: this.#inspection.fileBytes,
      dataStart: this.#dataStart,
      dataEnd: this.#dataEnd,
      skips: this.#skips,
      rewrites: this.#rewrites,
      rewriteFrom: mixesDayOrders(scanned, dayOrder) ? 0 : this.#rewriteFrom,
      dayOrder,
      hasDayOrder: scanned.some((column, index) => this.#hasOrderedDates(column.type, index)),
      decimal: decided.decimal,
      warnings: [
        ...decided.warnings,
        ...this.#rowWarnings(headers),
        ...(this.#tail?.warnings() ?? []),
        ...this.#emptyColumnWarnings(scanned),
      ],
      leftOut: (this.#tail?.leftOut ?? []).toSorted((a, b) => a.line - b.line),
      encodingLooksWrong: this.#invalidRows > 0 && !this.#hasMultibyte,
    };
  }

  #rowWarnings(headers: readonly string[]): Warning[] {
    const warnings: Warning[] = [];
    if (this.#repaired > 0) {
      warnings.push({
        code: 'rows_repaired',
        line: this.#firstRepairedLine,
        message: `${rowsText(this.#repaired)} a quote or a delimiter too many or too few (the first: line ${this.#firstRepairedLine}); they were read as they seem to be meant.`,
      });
    }
    if (this.#repeatedHeaders > 0) {
      warnings.push({
        code: 'header_repeated',
        message: `The header comes ${this.#repeatedHeaders.toLocaleString('en')} more ${this.#repeatedHeaders === 1 ? 'time' : 'times'} further down; these rows were left out.`,
      });
    }
    if (this.#isInAnotherTable) {
      warnings.push({
        code: 'another_table',
        message: `In this file ${this.#anotherTable}; its rows were set aside.`,
      });
    }
    if (this.#padded > 0) {
      warnings.push({
        code: 'rows_padded',
        line: this.#firstPaddedLine,
        message: `${rowsText(this.#padded)} fewer cells than the table has columns (the first: line ${this.#firstPaddedLine}); the missing cells are empty.`,
      });
    }
    if (this.#trimmed > 0) {
      warnings.push({
        code: 'rows_trimmed',
        message: `${rowsText(this.#trimmed)} empty cells behind the last column; they were left out.`,
      });
    }
    if (this.#emptyRun > 0 && this.#width > 1) {
      warnings.push({
        code: 'empty_rows_skipped',
        message: `${this.#emptyRun} empty rows at the end of the file were left out.`,
      });
    }
    for (const [index, header] of headers.entries()) {
      const words = (this.#seen[index] ?? 0) & kind.nullWord;
      const column = this.#inspection.columns[index];
      if (words !== 0 && column !== undefined && this.#isTyped(index)) {
        warnings.push({
          code: 'null_words',
          column: column.displayName,
          message: `Words like NA in “${header}” are read as empty cells.`,
        });
      }
    }
    return warnings;
  }

  #hasOrderedDates(type: ColumnType, index: number): boolean {
    const isDate = type === 'date' || type === 'timestamp' || type === 'timestamptz';
    return isDate && ((this.#seen[index] ?? 0) & (kind.orderedDate | kind.orderedTimestamp)) !== 0;
  }

  /** A column without a name and without a value is the margin of a sheet. */
  #isLeftOut(column: number): boolean {
    const isNameless = (this.#inspection.headers[column] ?? '').trim() === '';
    return (
      isNameless &&
      this.#inspection.dialect.headerRow > 0 &&
      this.#forced[column] === undefined &&
      this.#width > 1 &&
      this.rows > 0 &&
      this.#longest[column] === 0
    );
  }

  #emptyColumnWarnings(columns: readonly ScannedColumn[]): Warning[] {
    const count = columns.filter((column) => column.isLeftOut).length;
    if (count === 0) return [];
    const what =
      count === 1
        ? 'One column without a name and values was'
        : `${count} columns without a name and values were`;
    return [{ code: 'empty_columns_left_out', message: `${what} left out.` }];
  }

  #isTyped(column: number): boolean {
    const kinds = this.#seen[column] ?? 0;
    return (kinds & kind.text) === 0 && (kinds & ~(kind.nullWord | kind.blank)) !== 0;
  }
}

/** A session reads dates in one order; columns of the other one are rewritten. */
function mixesDayOrders(columns: readonly ColumnDecision[], session: DayOrder): boolean {
  return columns.some((column) => column.dayOrder !== null && column.dayOrder !== session);
}

function countLines(reader: RecordReader): number {
  let lines = 0;
  for (let at = reader.rowStart; at < reader.rowEnd; at += 1) {
    const byte = reader.bytes[at];
    if (byte === 10 || (byte === 13 && reader.bytes[at + 1] !== 10)) lines += 1;
  }
  return lines;
}

function rowsText(count: number): string {
  return count === 1 ? '1 row has' : `${count.toLocaleString('en')} rows have`;
}

function shortened(value: string): string {
  return value.length > 60 ? `${value.slice(0, 60)}…` : value;
}

/** Text that a database can keep and a person can see: NUL as its picture, no halves of characters. */
function storable(text: string): string {
  return text.replaceAll('\u0000', '\u2400').toWellFormed();
}
