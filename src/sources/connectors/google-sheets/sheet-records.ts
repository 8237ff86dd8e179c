import type { ColumnType } from '#contracts/column-types';
import type { FieldHint, SourceRecord } from '../../port.ts';
import type { Cell } from './sheets-api.ts';

type DateFormat = 'DATE' | 'TIME' | 'DATE_TIME';

export interface SheetColumn {
  /** Key in records: unique in the sheet. */
  readonly key: string;
  readonly index: number;
  readonly label: string;
  readonly format: DateFormat | undefined;
}

/** Rows that a header may stand below: a title, a note, an empty line. */
const lookedAtRows = 20;

/**
 * The row of the column names, from 0: the first row that is filled as far as the widest of the first rows is, mostly
 * with texts, and has something below.
 */
export function findHeader(rows: readonly (readonly Cell[])[]): number {
  const first = rows.slice(0, lookedAtRows);
  const filled = first.map((row) => row.filter((cell) => cell !== null && cell !== '').length);
  const widest = Math.max(0, ...filled);
  const found = first.findIndex((row, index) => {
    const count = filled[index] ?? 0;
    const texts = row.filter((cell) => typeof cell === 'string' && cell !== '').length;
    return count > 0 && count >= widest / 2 && texts >= count / 2;
  });
  return found >= 0
    ? found
    : Math.max(
        0,
        filled.findIndex((count) => count > 0),
      );
}

type Formats = readonly (readonly (string | undefined)[])[];

/** A column for every cell of the header, and for every column that has values without one. */
export function nameSheetColumns(
  header: readonly Cell[],
  rows: readonly (readonly Cell[])[],
  formats: Formats,
): SheetColumn[] {
  const columns: SheetColumn[] = [];
  for (const [index, cell] of header.entries()) {
    const text = String(cell ?? '')
      .replace(/\s+/g, ' ')
      .trim();
    if (text !== '') addColumn(columns, index, text, formats);
  }
  addUnnamedColumns(columns, rows, formats);
  return columns.sort((left, right) => left.index - right.index);
}

/** Columns that have values and no name; they may begin late. The empty edge of a sheet makes none. */
export function addUnnamedColumns(
  columns: SheetColumn[],
  rows: readonly (readonly Cell[])[],
  formats: Formats,
): void {
  const known = new Set(columns.map(({ index }) => index));
  for (const row of rows) {
    for (let index = 0; index < row.length; index += 1) {
      if (known.has(index) || row[index] === '' || row[index] === null) continue;
      known.add(index);
      addColumn(columns, index, `Column ${columnLetters(index)}`, formats);
    }
  }
}

function addColumn(columns: SheetColumn[], index: number, label: string, formats: Formats): void {
  const taken = new Set(columns.map(({ key }) => key));
  let key = label;
  for (let count = 2; taken.has(key); count += 1) key = `${label} (${count})`;
  columns.push({ key, index, label: key, format: formatOf(formats, index) });
}

/** The format of dates and times that a column's cells have; none when they differ. */
function formatOf(formats: Formats, index: number): DateFormat | undefined {
  const kinds = new Set(formats.map((row) => row[index]).filter((kind) => kind !== undefined));
  const [only] = kinds;
  return kinds.size === 1 && (only === 'DATE' || only === 'TIME' || only === 'DATE_TIME') ? only : undefined;
}

const hintOf: Readonly<Record<DateFormat, ColumnType>> = {
  DATE: 'date',
  TIME: 'time',
  DATE_TIME: 'timestamp',
};

export function sheetFields(columns: readonly SheetColumn[]): FieldHint[] {
  return columns.map(({ key, label, format }) => ({
    path: [key],
    label,
    ...(format === undefined ? {} : { type: hintOf[format] }),
  }));
}

/** A row as a record; nothing for a row without a value. */
export function sheetRecord(row: readonly Cell[], columns: readonly SheetColumn[]): SourceRecord | undefined {
  if (row.every((cell) => cell === null || cell === '')) return undefined;
  return Object.fromEntries(
    columns.map(({ key, index, format }) => {
      const cell = row[index] ?? null;
      return [key, typeof cell === 'number' && format !== undefined ? fromSerial(cell, format) : cell];
    }),
  );
}

const dayMs = 86_400_000;
/** Day 0 of a spreadsheet. */
const firstDay = Date.UTC(1899, 11, 30);

/** A date or time from its serial number: days since 30 December 1899, the time as their fraction. */
export function fromSerial(serial: number, format: DateFormat): string | number {
  // To the millisecond: the fraction of a day is a rounded number.
  const at = new Date(firstDay + Math.round(serial * dayMs));
  const year = at.getUTCFullYear();
  if (Number.isNaN(at.getTime()) || year < 1 || year > 9999) return serial;
  const text = at.toISOString();
  const time = text.slice(11, 23).replace(/\.000$/, '');
  if (format === 'TIME') return serial >= 0 && serial < 1 ? time : serial;
  if (format === 'DATE') return Number.isInteger(serial) ? text.slice(0, 10) : `${text.slice(0, 10)}T${time}`;
  return `${text.slice(0, 10)}T${time}`;
}

/** 0 → A, 26 → AA: what people see above a column. */
function columnLetters(index: number): string {
  return index < 26
    ? String.fromCodePoint(65 + index)
    : columnLetters(Math.floor(index / 26) - 1) + columnLetters(index % 26);
}
