import type { ColumnType } from '#contracts/column-types';
import type { ScalarValue } from '#contracts/recipe';
import type { SqlLiteral } from '#warehouse';

export type Coerced = { readonly literal: SqlLiteral } | { readonly message: string };

const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,4})?$/;
const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const TIME = /^(\d{2}):(\d{2})(?::(\d{2})(\.\d{1,6})?)?$/;
const TIMESTAMP = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?)(Z|[+-]\d{2}:\d{2})?$/;

function shown(value: ScalarValue): string {
  const text = String(value);
  return `“${text.length > 60 ? `${text.slice(0, 60)}…` : text}”`;
}

/** `YYYY-MM-DD` when it is a day of the calendar, years 1 to 9999. */
export function calendarDate(text: string): string | null {
  const match = DATE.exec(text);
  if (match === null) return null;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (year < 1 || month < 1 || month > 12 || day < 1) return null;
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  return day <= (days[month - 1] ?? 0) ? text : null;
}

/** The day after, as `YYYY-MM-DD`; null after 9999-12-31. */
export function dayAfter(date: string): string | null {
  const next = new Date(`${date}T00:00:00Z`);
  next.setUTCDate(next.getUTCDate() + 1);
  const text = next.toISOString().slice(0, 10);
  return DATE.test(text) ? text : null;
}

function clockTime(text: string): string | null {
  const match = TIME.exec(text);
  if (match === null) return null;
  const [hour, minute, second] = [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)];
  if (hour > 23 || minute > 59 || second > 59) return null;
  return match[3] === undefined ? `${text}:00` : text;
}

/** Digits as every engine reads them: `.5` → `0.5`, `5.` → `5`, no plus sign. null when it is not a number. */
export function canonicalNumber(value: ScalarValue): string | null {
  if (typeof value !== 'number' && typeof value !== 'string') return null;
  const text = String(value).trim();
  if (text.length > 400 || !NUMBER.test(text) || !Number.isFinite(Number(text))) return null;
  return text
    .replace(/^\+/, '')
    .replace(/^(-?)\./, '$10.')
    .replace(/\.(?=$|[eE])/, '');
}

function number(value: ScalarValue, type: 'integer' | 'decimal' | 'float'): Coerced {
  const digits = canonicalNumber(value);
  if (digits === null) return { message: `${shown(value)} is not a number.` };
  if (type === 'float') return { literal: { type, value: canonicalNumber(Number(digits)) ?? digits } };
  // A fraction against whole numbers is a fair question (`greater_than 2.5`).
  return { literal: { type: /^-?\d{1,18}$/.test(digits) ? 'integer' : 'decimal', value: digits } };
}

function boolean(value: ScalarValue): Coerced {
  const text = String(value).trim().toLowerCase();
  if (['true', 'yes', '1'].includes(text)) return { literal: { type: 'boolean', value: true } };
  if (['false', 'no', '0'].includes(text)) return { literal: { type: 'boolean', value: false } };
  return { message: `${shown(value)} is neither true nor false.` };
}

function timestamp(value: ScalarValue, type: 'timestamp' | 'timestamptz'): Coerced {
  const text = String(value).trim();
  const match = TIMESTAMP.exec(text);
  const date = match === null ? calendarDate(text) : calendarDate(match[1] ?? '');
  const time = match === null ? '00:00:00' : clockTime(match[2] ?? '');
  if (date === null || time === null) {
    return {
      message: `${shown(value)} is not a date with time. Write it like 2026-01-31 or 2026-01-31 18:30.`,
    };
  }
  const offset = match?.[3];
  if (offset === undefined) return { literal: { type: 'timestamp', value: `${date} ${time}` } };
  if (type === 'timestamp') {
    return {
      message: `${shown(value)} names a time zone, but the times in this column have none. Leave it out.`,
    };
  }
  const instant = new Date(`${date}T${time.slice(0, 8)}${offset}`);
  if (Number.isNaN(instant.getTime()) || instant.getUTCFullYear() < 1 || instant.getUTCFullYear() > 9999) {
    return { message: `${shown(value)} is not a date with time. Write it like 2026-01-31T18:30:00Z.` };
  }
  const utc = instant.toISOString();
  return {
    literal: { type: 'timestamptz', value: `${utc.slice(0, 10)} ${utc.slice(11, 19)}${time.slice(8)}+00` },
  };
}

/**
 * A value of a recipe as a literal of a column's type, or why it cannot be one. Timestamps come back as `timestamp`
 * when they name no zone, as `timestamptz` when they do.
 *
 * @example coerceValue('abc', 'integer') // {message: '“abc” is not a number.'}
 */
export function coerceValue(value: ScalarValue, type: ColumnType): Coerced {
  if (value === null)
    return { message: 'Nothing can be compared with an empty value. Use “is empty” instead.' };
  switch (type) {
    case 'text':
      return { literal: { type, value: String(value) } };
    case 'integer':
    case 'decimal':
    case 'float':
      return number(value, type);
    case 'boolean':
      return boolean(value);
    case 'date': {
      const date = calendarDate(String(value).trim());
      if (date !== null) return { literal: { type, value: date } };
      return { message: `${shown(value)} is not a date. Write it like 2026-01-31.` };
    }
    case 'timestamp':
    case 'timestamptz':
      return timestamp(value, type);
    case 'time': {
      const time = clockTime(String(value).trim());
      if (time !== null) return { literal: { type, value: time } };
      return { message: `${shown(value)} is not a time of day. Write it like 18:30.` };
    }
    case 'json':
      return { message: 'Nested data cannot be compared with a value.' };
  }
}
