import { AppError } from '#platform/errors';
import type { SpillWriter } from '../spill-writer.ts';
import type { ZipArchive } from '../zip-archive.ts';
import { type NumberMeaning, formatNumber, formatSerial } from './number-format.ts';
import { plainText } from './shared-strings.ts';
import { type CellRange, MergeFiller, readRange } from './merged-ranges.ts';
import type { Sheet } from './workbook.ts';
import { type XmlHandler, attribute, readXml } from './xml-tokens.ts';

/** As many as a sheet of Excel has. */
const maxColumns = 16_384;
const maxRows = 1_048_576;
/** Longer gaps between rows are no part of a table. */
const maxGap = 1_000;
const maxCellCharacters = 4 * 1024 ** 2;
const maxMerged = 100_000;

export interface SheetValues {
  readonly strings: readonly string[];
  readonly styles: readonly NumberMeaning[];
  readonly is1904: boolean;
}

/**
 * Writes what the cells of a sheet show, row by row: values of formulas as they were last calculated.
 *
 * @param fills cells that are merged downwards, when they are known.
 * @returns all merged cells: a sheet names them behind its rows.
 */
export async function writeSheet(
  archive: ZipArchive,
  sheet: Sheet,
  values: SheetValues,
  writer: SpillWriter,
  fills: readonly CellRange[],
  signal: AbortSignal | undefined,
): Promise<readonly CellRange[]> {
  const reader = new SheetReader(values, writer, new MergeFiller(fills));
  await readXml(archive.read(sheet.entry, signal), reader);
  await writer.flush();
  return reader.merged;
}

class SheetReader implements XmlHandler {
  readonly merged: CellRange[] = [];
  readonly #filler: MergeFiller;
  readonly #values: SheetValues;
  readonly #writer: SpillWriter;
  readonly #cells: string[] = [];
  #count = 0;
  #row = 0;
  #column = 0;
  #type: string | undefined;
  #style = 0;
  #text = '';
  #isValue = false;
  #isPhonetic = false;
  #hasValue = false;

  constructor(values: SheetValues, writer: SpillWriter, filler: MergeFiller) {
    this.#values = values;
    this.#writer = writer;
    this.#filler = filler;
  }

  open(name: string, tag: string): void {
    if (name === 'c') this.#openCell(tag);
    else if (name === 'v' || name === 't') this.#isValue = !this.#isPhonetic;
    else if (name === 'rPh') this.#isPhonetic = true;
    else if (name === 'row') this.#openRow(tag);
    else if (name === 'mergeCell' && this.merged.length < maxMerged) {
      const range = readRange(attribute(tag, 'ref') ?? '');
      if (range !== null) this.merged.push(range);
    }
  }

  text(text: string): void {
    if (!this.#isValue) return;
    this.#text = this.#text === '' ? text : this.#text + text;
    this.#hasValue = true;
    if (this.#text.length > maxCellCharacters)
      throw new AppError('file_format_unsupported', 'A cell of this spreadsheet is too long.');
  }

  close(name: string): void {
    if (name === 'v' || name === 't') this.#isValue = false;
    else if (name === 'rPh') this.#isPhonetic = false;
    else if (name === 'c') {
      if (this.#hasValue) this.#setCell(this.#value());
    } else if (name === 'row') {
      for (const [column, value] of this.#filler.valuesOf(this.#row, this.#cells)) {
        this.#column = column;
        this.#setCell(value);
      }
      this.#writer.row(this.#cells, this.#count);
      for (let index = 0; index < this.#count; index += 1) this.#cells[index] = '';
      this.#count = 0;
    }
  }

  async pause(): Promise<void> {
    if (this.#writer.isFull) await this.#writer.flush();
  }

  #openRow(tag: string): void {
    const place = Number(attribute(tag, 'r') ?? this.#row + 1);
    // Rows rise in a file that a program wrote; anything else is taken as the next one.
    const row = Number.isInteger(place) && place > this.#row && place <= maxRows ? place : this.#row + 1;
    for (let gap = Math.min(row - this.#row - 1, maxGap); gap > 0; gap -= 1) this.#writer.row([], 0);
    this.#row = row;
    this.#column = 0;
  }

  /** By hand: it runs for every cell, and `attribute` would look for each name anew. */
  #openCell(tag: string): void {
    this.#text = '';
    this.#hasValue = false;
    this.#type = undefined;
    this.#style = 0;
    let column = this.#column + 1;
    for (let equals = tag.indexOf('='); equals > 0;) {
      const end = tag.indexOf(tag.charAt(equals + 1), equals + 2);
      if (end < 0) break;
      if (tag.charCodeAt(equals - 2) <= 32) {
        const name = tag.charCodeAt(equals - 1);
        if (name === letterR) column = columnOf(tag, equals + 2);
        else if (name === letterT) this.#type = tag.slice(equals + 2, end);
        else if (name === letterS) this.#style = Number(tag.slice(equals + 2, end));
      }
      equals = tag.indexOf('=', end);
    }
    this.#column = column;
  }

  #setCell(value: string): void {
    if (value === '') return;
    if (this.#column < 1 || this.#column > maxColumns)
      throw new AppError('file_format_unsupported', 'This spreadsheet is damaged: a cell has no place.');
    while (this.#cells.length < this.#column) this.#cells.push('');
    this.#cells[this.#column - 1] = value;
    if (this.#column > this.#count) this.#count = this.#column;
  }

  #value(): string {
    const text = this.#text;
    switch (this.#type) {
      case 's':
        return this.#values.strings[Number(text)] ?? '';
      case 'str':
      case 'inlineStr':
        return plainText(text);
      case 'b':
        return text === '1' ? 'true' : 'false';
      case 'e':
        // #N/A, #DIV/0!: there is no value.
        return '';
      case 'd':
        return text.replace(/T00:00:00(?:\.0+)?$/, '');
      default: {
        const meaning = this.#values.styles[this.#style] ?? 'number';
        return meaning === 'number' ? formatNumber(text) : formatSerial(text, meaning, this.#values.is1904);
      }
    }
  }
}

const letterR = 114;
const letterS = 115;
const letterT = 116;

/** 1 for A1, 28 for AB7; 0 when it is no place. */
function columnOf(tag: string, from: number): number {
  let column = 0;
  for (let at = from; at < tag.length; at += 1) {
    const letter = tag.charCodeAt(at) & ~32;
    if (letter < 65 || letter > 90) break;
    column = column * 26 + letter - 64;
    if (column > maxColumns) return 0;
  }
  return column;
}
