import type { ColumnType } from '#contracts/column-types';

const maxBigint = 9_223_372_036_854_775_807n;
const minBigint = -9_223_372_036_854_775_808n;

/**
 * The narrowest type that holds what two types hold, with every value as it was. Numbers of all kinds meet in
 * `decimal`, which is exact; a time without a zone counts as UTC beside one with; all else meets in `text`.
 */
export function widen(left: ColumnType | null, right: ColumnType): ColumnType {
  if (left === null || left === right) return right;
  const both = new Set([left, right]);
  const within = (...types: ColumnType[]) => [...both].every((type) => types.includes(type));
  if (within('integer', 'decimal', 'float')) return 'decimal';
  if (within('date', 'timestamp')) return 'timestamp';
  if (within('date', 'timestamp', 'timestamptz')) return 'timestamptz';
  return 'text';
}

/**
 * What one value is; null for nothing, which an empty text is too. A text is a date or a time when it is written like
 * one of ISO 8601 and exists in the calendar, and never a number, unless `hint` says that the service writes them so.
 */
export function typeOfValue(value: unknown, hint: ColumnType | undefined): ColumnType | null {
  if (value === null || value === undefined || value === '') return null;
  if (hint === 'text' || hint === 'json') return hint;
  switch (typeof value) {
    case 'string':
      return hint !== undefined && isWrittenAs(value, hint) ? hint : typeOfText(value);
    case 'boolean':
      return 'boolean';
    case 'bigint':
      return value >= minBigint && value <= maxBigint ? numberAs('integer', hint) : 'decimal';
    case 'number':
      if (!Number.isFinite(value)) return 'float';
      return numberAs(Number.isSafeInteger(value) ? 'integer' : 'decimal', hint);
    default:
      return 'json';
  }
}

function numberAs(found: 'integer' | 'decimal', hint: ColumnType | undefined): ColumnType {
  return hint === 'decimal' || hint === 'float' ? hint : found;
}

function typeOfText(text: string): ColumnType {
  // Cheap first: nearly no text begins with four digits and a hyphen.
  if (text.length < 10 || text.length > 40 || text[4] !== '-' || text[7] !== '-') return 'text';
  if (text.length === 10) return isDate(text) ? 'date' : 'text';
  return typeOfInstant(text) ?? 'text';
}

/** Whether PostgreSQL reads the text as a value of the type without changing it. */
function isWrittenAs(text: string, type: ColumnType): boolean {
  switch (type) {
    case 'integer':
      return /^[+-]?\d{1,40}$/.test(text) && BigInt(text) >= minBigint && BigInt(text) <= maxBigint;
    case 'decimal':
    case 'float':
      return /^([+-]?(\d{1,1000}(\.\d{0,1000})?|\.\d{1,300})([eE][+-]?\d{1,3})?|NaN|-?Infinity)$/.test(text);
    case 'boolean':
      return text === 'true' || text === 'false';
    case 'date':
      return isDate(text);
    case 'time':
      return timePattern.test(text);
    case 'timestamp':
      return typeOfInstant(text) === 'timestamp';
    case 'timestamptz':
      return typeOfInstant(text) !== null;
    case 'text':
    case 'json':
      return true;
  }
}

const clock = '([01]\\d|2[0-3]):[0-5]\\d(:[0-5]\\d(\\.\\d{1,9})?)?';
const zone = '(Z|[+-](0\\d|1[0-4])(:?[0-5]\\d)?)';
const timePattern = new RegExp(`^${clock}${zone}?$`);
const instantPattern = new RegExp(`^[T ]${clock}(${zone})?$`);

function typeOfInstant(text: string): 'timestamp' | 'timestamptz' | null {
  if (!isDate(text.slice(0, 10))) return null;
  const match = instantPattern.exec(text.slice(10));
  if (match === null) return null;
  return match[4] === undefined ? 'timestamp' : 'timestamptz';
}

function isDate(text: string): boolean {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (match === null) return false;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  return year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= daysOf(year, month);
}

function daysOf(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}
