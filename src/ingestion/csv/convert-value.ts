import type { ColumnType } from '#contracts/column-types';
import type { DayOrder } from './decide-column-type.ts';
import { lastShortYear } from './date-kind.ts';
import { kind } from './kind.ts';
import { toAsciiDigits } from './written-number.ts';

export interface ConversionContext {
  readonly dayOrder: DayOrder;
  readonly decimalComma: boolean;
}

/**
 * Kinds whose bytes PostgreSQL reads as this type just as they stand, given DateStyle and a decimal point. Anything
 * else of the type goes through {@link convertValue}.
 */
export const directKinds: Readonly<Record<ColumnType, number>> = {
  text: ~0,
  integer: kind.integer,
  decimal: kind.integer | kind.decimal,
  float: kind.integer | kind.decimal,
  boolean: kind.boolean,
  date: kind.date | kind.orderedDate,
  timestamp: kind.date | kind.orderedDate | kind.timestamp | kind.orderedTimestamp,
  timestamptz: kind.date | kind.orderedDate | kind.timestamp | kind.orderedTimestamp | kind.zonedTimestamp,
  time: 0,
  json: 0,
};

/** Why a value does not fit, as the end of a sentence. */
export const misfitReasons: Readonly<Record<ColumnType, string>> = {
  text: 'is not text',
  integer: 'is not a whole number',
  decimal: 'is not a number',
  float: 'is not a number',
  boolean: 'is not yes or no',
  date: 'is not a date',
  timestamp: 'is not a date with a time',
  timestamptz: 'is not a date with a time',
  time: 'is not a time of day',
  json: 'is not valid JSON',
};

/**
 * A value as PostgreSQL reads its type, for what people write and PostgreSQL does not know: `1,234`, `₹ 12,5`,
 * `oui`… The user chose the type, so more is accepted than would be guessed.
 *
 * @returns the text to load, or null when the value does not fit.
 */
export function convertValue(value: string, type: ColumnType, context: ConversionContext): string | null {
  const text = value.trim();
  switch (type) {
    case 'text':
      return value;
    case 'integer':
      return toInteger(text, context);
    case 'decimal':
      return toDecimal(text, context);
    case 'float':
      return toDecimal(text, context) ?? infinity(text);
    case 'boolean':
      return toBoolean(text);
    case 'date':
      return toDate(text, context);
    case 'timestamp':
    case 'timestamptz':
      return toTimestamp(text, context, type);
    case 'time':
      return toTime(text);
    case 'json':
      return toJson(text);
    default:
      return unknownType(type);
  }
}

function unknownType(type: never): never {
  throw new Error(`no conversion for ${String(type)}`);
}

/** As DuckDB and others write what is beyond every number. */
function infinity(text: string): string | null {
  const sign = /^([-+]?)inf(?:inity)?$/i.exec(text)?.[1];
  return sign === undefined ? null : `${sign === '-' ? '-' : ''}Infinity`;
}

const largest = 2n ** 63n - 1n;

function toInteger(text: string, context: ConversionContext): string | null {
  const decimal = toDecimal(text, context);
  if (decimal === null || /e/i.test(decimal)) return null;
  const [whole = '', fraction = ''] = decimal.split('.');
  if (/[1-9]/.test(fraction) || !/\d/.test(whole)) return null;
  const value = BigInt(whole);
  return value <= largest && value >= -largest - 1n ? value.toString() : null;
}

const currency = String.raw`(?:US\$|[₹$€£¥৳₦₨]|Rs\.?|INR|रु\.?|USD|EUR|GBP|NGN|KES|KSh\.?|NPR|BDT|Tk\.?)`;
const currencyBefore = new RegExp(`^([-(]?)${currency}\\s*`, 'i');
const currencyAfter = new RegExp(`\\s*(?:${currency}|/-)$`, 'i');

function toDecimal(text: string, context: ConversionContext): string | null {
  // 12.5% is what a spreadsheet keeps as 0.125.
  const hundredths = /^(.+?)\s*%$/.exec(text)?.[1];
  if (hundredths !== undefined) return pointMoved(plainDecimal(hundredths, context));
  return plainDecimal(text, context);
}

/** The number divided by a hundred, digit by digit: a double would lose some. */
function pointMoved(number: string | null): string | null {
  const match = number === null ? null : /^(-?)(\d+)(?:\.(\d+))?$/.exec(number);
  if (match === null) return null;
  const [, sign = '', whole = '', fraction = ''] = match;
  const digits = whole.padStart(3, '0');
  const moved = `${digits.slice(0, -2)}.${digits.slice(-2)}${fraction}`;
  return (
    sign +
    moved
      .replace(/0+$/, '')
      .replace(/\.$/, '')
      .replace(/^0+(?=\d)/, '')
  );
}

function plainDecimal(text: string, { decimalComma }: ConversionContext): string | null {
  let number = text.replace(currencyBefore, '$1').replace(currencyAfter, '').replace(/^\+/, '');
  // (12.50) is how accountants write -12.50.
  const inParentheses = /^\((.+)\)$/.exec(number)?.[1];
  if (inParentheses !== undefined) number = `-${inParentheses}`;
  number = toAsciiDigits(number).replaceAll('\u2212', '-');
  const group = decimalComma ? String.raw`[.\u00a0\u202f ']` : String.raw`[,\u00a0\u202f ']`;
  const sign = decimalComma ? ',' : String.raw`\.`;
  // Groups of two and three digits: 1,23,456 as well as 123,456.
  const shape = new RegExp(
    `^-?(?:\\d+|\\d{1,3}(?:${group}\\d{2,3})*${group}\\d{3})?(?:${sign}\\d*)?(?:[eE][+-]?\\d{1,2})?$`,
  );
  if (!shape.test(number) || !/\d/.test(number) || /^-?[eE]/.test(number)) return null;
  const plain = number.replace(new RegExp(group, 'g'), '').replace(',', '.');
  return /\d/.test(plain) && plain.length <= 1_000
    ? plain.replace(/\.(?=$|[eE])/, '').replace(/^(-?)\./, '$10.')
    : null;
}

const trueWords: ReadonlySet<string> = new Set([
  'true',
  't',
  'yes',
  'y',
  '1',
  'on',
  'oui',
  'si',
  'sí',
  'sim',
  'ja',
  'हाँ',
  'हां',
]);
const falseWords: ReadonlySet<string> = new Set([
  'false',
  'f',
  'no',
  'n',
  '0',
  'off',
  'non',
  'não',
  'nao',
  'nein',
  'नहीं',
]);

function toBoolean(text: string): string | null {
  const word = text.toLowerCase();
  if (trueWords.has(word)) return 'true';
  return falseWords.has(word) ? 'false' : null;
}

const isoDate = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:$|[T ])/;
const numericDate = /^(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})(?:$|[T ,])/;
const namedDate = /^(\d{1,2})(?:st|nd|rd|th)?[-/ .]([a-z]{3,9})\.?[-/ .,]+(\d{4}|\d{2})(?:$|[T ,])/i;
const monthFirstNamed = /^([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})(?:$|[T ,])/i;
const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

function toDate(text: string, context: ConversionContext): string | null {
  const found = leadingDate(text, context);
  if (found === null) return null;
  const rest = text.slice(found.length).trim();
  return rest === '' || toTime(rest.replace(/^[T,]/, '').replace(zone, '').trim()) !== null
    ? found.date
    : null;
}

const zone = /\s*(?:Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)$/i;

function toTimestamp(
  text: string,
  context: ConversionContext,
  type: 'timestamp' | 'timestamptz',
): string | null {
  const found = leadingDate(text, context);
  if (found === null) return null;
  const rest = text.slice(found.length).trim().replace(/^[T,]/, '').trim();
  if (rest === '') return found.date;
  const offset = zone.exec(rest)?.[0] ?? '';
  // Cutting an offset off would move the moment without a word.
  if (offset !== '' && type === 'timestamp') return null;
  const time = toTime(rest.slice(0, rest.length - offset.length));
  return time === null ? null : `${found.date} ${time}${offset.trim()}`;
}

function leadingDate(
  text: string,
  { dayOrder }: ConversionContext,
): { readonly date: string; readonly length: number } | null {
  const iso = isoDate.exec(text);
  if (iso !== null) return calendarDate(iso[1], iso[2], iso[3], iso[0]);
  const numeric = numericDate.exec(text);
  if (numeric !== null) {
    const [day, month] = dayOrder === 'dmy' ? [numeric[1], numeric[2]] : [numeric[2], numeric[1]];
    return calendarDate(numeric[3], month, day, numeric[0]);
  }
  const named = namedDate.exec(text);
  if (named !== null) return calendarDate(named[3], monthNumber(named[2]), named[1], named[0]);
  const monthFirst = monthFirstNamed.exec(text);
  if (monthFirst !== null)
    return calendarDate(monthFirst[3], monthNumber(monthFirst[1]), monthFirst[2], monthFirst[0]);
  return null;
}

function monthNumber(name: string | undefined): string {
  return String(months.indexOf((name ?? '').slice(0, 3).toLowerCase()) + 1);
}

function calendarDate(
  year: string | undefined,
  month: string | undefined,
  day: string | undefined,
  matched: string,
): { readonly date: string; readonly length: number } | null {
  const shortYear = Number(year);
  // The window of spreadsheets: people who were born in 62 are older than PostgreSQL, which takes that for 2062, thinks.
  const fullYear =
    (year ?? '').length === 2 ? shortYear + (shortYear > lastShortYear ? 1900 : 2000) : shortYear;
  const date = new Date(0);
  date.setUTCFullYear(fullYear, Number(month) - 1, Number(day));
  const fits = fullYear >= 1 && date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
  if (!fits) return null;
  const iso = `${String(fullYear).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
  return { date: iso, length: matched.replace(/[T ,]$/, '').length };
}

function toTime(text: string): string | null {
  const match = /^(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(\.\d{1,6})?)?\s*([ap])?\.?m?\.?$/i.exec(text.trim());
  if (match === null) return null;
  const [, hourText = '', minute = '', second = '00', fraction = '', half] = match;
  if (/m\.?$/i.test(text.trim()) && half === undefined) return null;
  let hour = Number(hourText);
  if (half !== undefined) {
    if (hour < 1 || hour > 12) return null;
    hour = (hour % 12) + (half.toLowerCase() === 'p' ? 12 : 0);
  }
  if (hour > 23 || Number(minute) > 59 || Number(second) > 59) return null;
  return `${String(hour).padStart(2, '0')}:${minute}:${second}${fraction}`;
}

function toJson(text: string): string | null {
  try {
    JSON.parse(text);
  } catch {
    return null;
  }
  // jsonb cannot hold U+0000.
  return text.includes('\\u0000') ? null : text;
}
