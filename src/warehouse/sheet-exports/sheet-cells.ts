import type { ColumnType } from '#contracts/column-types';
import type { SheetCell } from '#sources';

/** What a cell of a sheet takes. */
const maxCharacters = 50_000;
const dayMs = 86_400_000;
/** Day 0 of a spreadsheet. */
const firstDay = Date.UTC(1899, 11, 30);

export type SheetFormat = {
  readonly type: 'DATE' | 'TIME' | 'DATE_TIME';
  readonly pattern: string;
};

/** How a column of a type is shown; dates and times are numbers underneath. */
export function sheetFormat(type: ColumnType): SheetFormat | undefined {
  switch (type) {
    case 'date':
      return { type: 'DATE', pattern: 'yyyy-mm-dd' };
    case 'time':
      return { type: 'TIME', pattern: 'hh:mm:ss' };
    case 'timestamp':
    case 'timestamptz':
      return { type: 'DATE_TIME', pattern: 'yyyy-mm-dd hh:mm:ss' };
    default:
      return undefined;
  }
}

/**
 * Turns values of the warehouse into cells, with their types: numbers as numbers unless a spreadsheet's 15 digits
 * would change them, dates and times as the numbers that spreadsheets count them in, times with a zone as the clock
 * of the organization shows them. Nothing is ever a formula: the API takes the cells raw.
 */
export function sheetCells(timezone: string): {
  readonly cell: (value: unknown, type: ColumnType) => SheetCell;
  /** Texts that were too long for a cell so far. */
  readonly cut: () => number;
} {
  const offsetAt = zoneOffsets(timezone);
  let cut = 0;

  function textCell(text: string): string {
    if (text.length <= maxCharacters) return text;
    cut += 1;
    return text.slice(0, maxCharacters).toWellFormed();
  }

  function cell(value: unknown, type: ColumnType): SheetCell {
    if (value === null || value === undefined) return '';
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    switch (type) {
      case 'integer':
      case 'decimal':
      case 'float':
        return numberCell(text) ?? textCell(text);
      case 'boolean':
        return typeof value === 'boolean' ? value : textCell(text);
      case 'date':
        return serialOf(`${text}T00:00:00Z`) ?? textCell(text);
      case 'timestamp':
        return serialOf(`${text}Z`) ?? textCell(text);
      case 'timestamptz':
        return serialOf(text, offsetAt) ?? textCell(text);
      case 'time':
        return timeOf(text) ?? textCell(text);
      case 'text':
      case 'json':
        return textCell(text);
    }
  }
  return { cell, cut: () => cut };
}

/** A number that a spreadsheet keeps as it is: it has 15 significant digits. */
function numberCell(text: string): number | undefined {
  const digits = text
    .replace(/e.*$/i, '')
    .replace(/^[-+]?[0.]*/, '')
    .replace('.', '')
    .replace(/0+$/, '');
  const number = Number(text);
  return digits.length <= 15 && Number.isFinite(number) && /^[-+]?[\d.]+(e[-+]?\d+)?$/i.test(text)
    ? number
    : undefined;
}

function serialOf(text: string, offsetAt?: (instant: number) => number): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}T/.test(text)) return undefined;
  const instant = Date.parse(text);
  if (Number.isNaN(instant)) return undefined;
  const serial = (instant + (offsetAt?.(instant) ?? 0) - firstDay) / dayMs;
  // Spreadsheets begin with 1900.
  return serial >= 2 ? serial : undefined;
}

function timeOf(text: string): number | undefined {
  const match = /^(\d{2}):(\d{2})(?::(\d{2}(?:\.\d+)?))?$/.exec(text);
  if (match === null) return undefined;
  return (Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3] ?? 0)) / 86_400;
}

/** Milliseconds by which the clock of a zone is ahead of UTC; asked once for each quarter of an hour. */
function zoneOffsets(timezone: string): (instant: number) => number {
  const format = new Intl.DateTimeFormat('en', { timeZone: timezone, timeZoneName: 'longOffset' });
  const known = new Map<number, number>();
  return (instant) => {
    // No zone changes its clock within a quarter of an hour.
    const quarter = Math.floor(instant / 900_000);
    const found = known.get(quarter);
    if (found !== undefined) return found;
    if (known.size > 100_000) known.clear();
    const name = format.formatToParts(instant).find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT';
    const match = /^GMT(?:([+-])(\d{2}):(\d{2})(?::(\d{2}))?)?$/.exec(name);
    const seconds = Number(match?.[2] ?? 0) * 3600 + Number(match?.[3] ?? 0) * 60 + Number(match?.[4] ?? 0);
    const offset = (match?.[1] === '-' ? -1 : 1) * seconds * 1000;
    known.set(quarter, offset);
    return offset;
  };
}
