import type { ColumnType } from '#contracts/column-types';
import { BinaryCopyWriter } from '#warehouse';
import { byteAt } from './ascii-bytes.ts';
import { convertValue, directKinds } from './convert-value.ts';
import type { CsvDialect } from './csv-dialect.ts';
import type { ColumnDecision } from './decide-column-type.ts';
import { unescapeCell } from './record-reader.ts';
import type { RowCells } from './footer-rows.ts';
import { kind } from './kind.ts';
import {
  integerAt,
  isPlainNumber,
  momentAt,
  timeAt,
  trimmedEnd,
  trimmedStart,
  type Moment,
} from './typed-value.ts';

/** What writing values needs to know of a column. */
export type WrittenColumn = Pick<ColumnDecision, 'type' | 'dayOrder' | 'decimalComma'>;

const encoder = new TextEncoder();
const empties = kind.blank | kind.nullWord;
const orders = kind.notDayFirst | kind.notMonthFirst;
/** The bytes of a value that was converted: no type's text is longer, but for JSON. */
const converted = new Uint8Array(2_048);
/** What a value takes at most beyond twice its own bytes. 1e+99 is written out. */
const roomOf = (type: ColumnType): number => (type === 'decimal' ? 80 : 16);

/** Ids of rows: what tells loads apart, and ten digits that count. */
const idLength = 14;

/**
 * The rows of a file in the binary format of COPY, written as the scan finds them: each cell by the type of its
 * column, and behind them the id of the row.
 */
export class BinaryRows {
  readonly #columns: readonly WrittenColumn[];
  readonly #types: readonly ColumnType[];
  readonly #direct: Int32Array;
  readonly #dialect: CsvDialect;
  readonly #quote: number;
  readonly #writer: BinaryCopyWriter;
  readonly #room: number;
  readonly #id: Uint8Array;
  #misfit: ColumnType | null = null;
  readonly #moment: Moment = { days: 0, seconds: 0, micros: 0 };

  /** @param idPrefix four ASCII characters. */
  constructor(columns: readonly WrittenColumn[], dialect: CsvDialect, idPrefix: string, pieceBytes: number) {
    this.#columns = columns;
    this.#types = columns.map(({ type }) => type);
    this.#direct = Int32Array.from(columns, ({ type }) => directKinds[type] | orders);
    this.#dialect = dialect;
    this.#quote = dialect.quote.charCodeAt(0);
    this.#writer = new BinaryCopyWriter(pieceBytes);
    this.#room = idLength + columns.reduce((sum, { type }) => sum + roomOf(type), 0);
    this.#id = encoder.encode(`${idPrefix}1000000000`);
    if (this.#id.length !== idLength) throw new Error('the prefix of ids has four characters');
  }

  /** Bytes that wait to be taken. */
  get length(): number {
    return this.#writer.length;
  }

  /** Type of the first column in which a value does not fit: then what was written is not what stands in the file. */
  get misfit(): ColumnType | null {
    return this.#misfit;
  }

  take(): Uint8Array {
    return this.#writer.take();
  }

  giveBack(piece: Uint8Array): void {
    this.#writer.giveBack(piece);
  }

  end(): void {
    this.#writer.end();
  }

  /** @param kinds of the first `count` cells, as `kindOfValue` tells them; those of text columns are not looked at. */
  add({ bytes, starts, ends, quoted }: RowCells, kinds: Int32Array, count: number): void {
    const width = this.#types.length;
    const writer = this.#writer;
    let cellBytes = 0;
    for (let cell = 0; cell < count; cell += 1)
      cellBytes += (ends[cell] as number) - (starts[cell] as number); // cells that are there
    writer.startRow(width + 1, 2 * cellBytes + this.#room);
    for (let column = 0; column < width; column += 1) {
      if (column >= count) {
        writer.nothing();
        continue;
      }
      const from = starts[column] as number; // column < count
      const to = ends[column] as number;
      if (from === to) writer.nothing();
      else if (this.#types[column] === 'text') {
        const quoting = quoted[column] as number;
        if (quoting < 2) writer.text(bytes, from, to);
        else this.#escapedText(bytes, from, to, quoting);
      } else this.#typed(bytes, from, to, quoted[column] as number, column, kinds[column] as number);
    }
    this.#addId();
  }

  /** Rows without any value. */
  addEmpty(count: number): void {
    const width = this.#types.length;
    for (let row = 0; row < count; row += 1) {
      this.#writer.startRow(width + 1, this.#room);
      for (let column = 0; column < width; column += 1) this.#writer.nothing();
      this.#addId();
    }
  }

  #addId(): void {
    const id = this.#id;
    this.#writer.text(id, 0, idLength);
    for (let at = idLength - 1; ; at -= 1) {
      const digit = byteAt(id, at);
      id[at] = digit === 57 ? 48 : digit + 1;
      if (digit !== 57) return;
    }
  }

  #escapedText(bytes: Uint8Array, from: number, to: number, quoting: number): void {
    if (quoting === 2 && this.#dialect.escape !== '\\') {
      this.#writer.undoubledText(bytes, from, to, this.#quote);
      return;
    }
    const text = encoder.encode(this.#textOf(bytes, from, to, quoting));
    if (text.length === 0) this.#writer.nothing();
    else this.#writer.text(text, 0, text.length);
  }

  #typed(bytes: Uint8Array, from: number, to: number, quoting: number, column: number, found: number): void {
    const type = this.#types[column] as ColumnType; // column < width
    if ((found & empties) !== 0 && type !== 'json') {
      this.#writer.nothing();
      return;
    }
    if ((found & ~(this.#direct[column] as number)) === 0) {
      const start = trimmedStart(bytes, from, to);
      if (this.#write(bytes, start, trimmedEnd(bytes, start, to), type, column)) return;
    }
    this.#converted(this.#textOf(bytes, from, to, quoting), type, column);
  }

  /** False when the value is written in a form that only the conversion knows. */
  #write(bytes: Uint8Array, from: number, to: number, type: ColumnType, column: number): boolean {
    const writer = this.#writer;
    switch (type) {
      case 'integer': {
        const value = integerAt(bytes, from, to);
        if (Number.isNaN(value)) writer.bigInteger(BigInt(latin(bytes, from, to)));
        else writer.integer(value);
        return true;
      }
      case 'decimal':
        if (!isPlainNumber(bytes, from, to)) return false;
        writer.numeric(bytes, from, to);
        return true;
      case 'float':
        writer.float(Number(latin(bytes, from, to)));
        return true;
      case 'boolean':
        writer.boolean((byteAt(bytes, from) | 32) === 116);
        return true;
      case 'date':
      case 'timestamp':
      case 'timestamptz': {
        const moment = this.#moment;
        if (!momentAt(bytes, from, to, this.#columns[column]?.dayOrder !== 'mdy', moment)) return false;
        if (type === 'date') writer.date(moment.days);
        else writer.timestamp(moment.days * 86_400 + moment.seconds, moment.micros);
        return true;
      }
      case 'time':
        if (!timeAt(bytes, from, to, this.#moment)) return false;
        writer.time(this.#moment.seconds * 1e6 + this.#moment.micros);
        return true;
      default:
        return false;
    }
  }

  #converted(text: string, type: ColumnType, column: number): void {
    const { dayOrder, decimalComma } = this.#columns[column] as WrittenColumn; // column < width
    let value = convertValue(text, type, { dayOrder: dayOrder ?? 'dmy', decimalComma });
    if (value !== null && type === 'decimal') value = withoutExponent(value);
    if (value !== null && type === 'json') {
      const bytes = encoder.encode(value);
      this.#writer.json(bytes);
      return;
    }
    const length = value === null ? 0 : encoder.encodeInto(value, converted).written;
    if (length > 0 && this.#write(converted, 0, length, type, column)) return;
    this.#writer.nothing();
    this.#misfit ??= type;
  }

  #textOf(bytes: Uint8Array, from: number, to: number, quoting: number): string {
    const raw = Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString();
    return unescapeCell(raw, quoting, this.#dialect);
  }
}

function latin(bytes: Uint8Array, from: number, to: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1');
}

/** `1.5e+05` as 150000, digit by digit. */
export function withoutExponent(number: string): string {
  const match = /^(-?)(\d*)(?:\.(\d*))?[eE]([+-]?\d+)$/.exec(number);
  if (match === null) return number;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  const digits = whole + fraction;
  const point = whole.length + Number(exponent);
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  if (point >= digits.length) return `${sign}${digits}${'0'.repeat(point - digits.length)}`;
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}
