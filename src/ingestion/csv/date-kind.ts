import {
  byteAt,
  colon,
  comma,
  digitAt,
  dot,
  isDigit,
  isLetter,
  matches,
  minus,
  plus,
  space,
  twoDigits,
  zero,
} from './ascii-bytes.ts';
import { kind } from './kind.ts';

/** What begins like a date and may still be a number. */
export const notADate = -1;

/** `YYYY-MM-DD`, with a time behind it or not. */
export function isoKind(bytes: Uint8Array, start: number, end: number): number {
  const separator = byteAt(bytes, start + 4);
  const year = twoDigits(bytes, start) * 100 + twoDigits(bytes, start + 2);
  if (separator === dot || end - start < 10 || byteAt(bytes, start + 7) !== separator) {
    return notADate;
  }
  if (!isCalendarDay(year, twoDigits(bytes, start + 5), twoDigits(bytes, start + 8))) return kind.text;
  if (end - start === 10) return kind.date;
  return timeKind(bytes, start + 10, end, kind.timestamp);
}

/** `DD/MM/YYYY`, `MM/DD/YYYY`, `D.M.YYYY`, `03-Apr-2025`, with a time behind it or not. */
export function orderedKind(bytes: Uint8Array, start: number, end: number, firstDigits: number): number {
  const separator = byteAt(bytes, start + firstDigits);
  const first = firstDigits === 2 ? twoDigits(bytes, start) : byteAt(bytes, start) - zero;
  if (first < 0) return kind.text;
  let at = start + firstDigits + 1;
  if (!isDigit(byteAt(bytes, at))) return namedMonthKind(bytes, start, at, end, first, separator);
  if (separator === space) return kind.text;
  let second = byteAt(bytes, at) - zero;
  at += 1;
  if (isDigit(byteAt(bytes, at))) {
    second = second * 10 + byteAt(bytes, at) - zero;
    at += 1;
  }
  if (byteAt(bytes, at) !== separator) return notADate;
  const short = shortYearAt(bytes, at + 1, end);
  if (short >= 0 && separator === dot) return notADate;
  if (short < 0 && at + 5 > end) return notADate;
  const year = short < 0 ? yearAt(bytes, at + 1) : short;
  if (year < 0) return separator === dot ? notADate : kind.text;
  at += short < 0 ? 5 : 3;
  const dayFirst = isCalendarDay(year, second, first);
  const monthFirst = isCalendarDay(year, first, second);
  if (!dayFirst && !monthFirst) return kind.text;
  const order =
    (dayFirst ? 0 : kind.notDayFirst) |
    (monthFirst ? 0 : kind.notMonthFirst) |
    (short < 0 ? 0 : kind.shortYear);
  if (at === end) return kind.orderedDate | order;
  const withTime = timeKind(bytes, at, end, kind.orderedTimestamp);
  return withTime === kind.orderedTimestamp ? withTime | order : kind.text;
}

function namedMonthKind(
  bytes: Uint8Array,
  start: number,
  from: number,
  end: number,
  day: number,
  separator: number,
): number {
  if (separator !== minus && separator !== space) return kind.text;
  const month = monthAt(bytes, from, end);
  if (month === 0) return kind.text;
  let at = from;
  while (at < end && isLetter(byteAt(bytes, at))) at += 1;
  if (at - from !== 3 && !isWholeMonth(bytes, from, at, month)) return kind.text;
  if (byteAt(bytes, at) !== separator) return kind.text;
  const short = shortYearAt(bytes, at + 1, end);
  if (short < 0 && at + 5 > end) return kind.text;
  const year = short < 0 ? yearAt(bytes, at + 1) : short;
  if (year < 0 || !isCalendarDay(year, month, day)) return kind.text;
  at += short < 0 ? 5 : 3;
  const found = at === end ? kind.date : timeKind(bytes, at, end, kind.timestamp);
  return short < 0 || found === kind.text ? found : found | kind.shortYear;
}

/** ` 10:15`, `T10:15:30.123+05:30`, ` 2:05:09 PM`. */
function timeKind(bytes: Uint8Array, from: number, end: number, plain: number): number {
  const lead = byteAt(bytes, from);
  if (lead !== space && lead !== 84) return kind.text;
  let at = from + 1;
  let hour = digitAt(bytes, at, end);
  at += 1;
  const secondDigit = digitAt(bytes, at, end);
  if (hour < 0) return kind.text;
  if (secondDigit >= 0) {
    hour = hour * 10 + secondDigit;
    at += 1;
  } else if (lead === 84) return kind.text;
  if (hour > 23 || at + 3 > end || byteAt(bytes, at) !== colon || twoDigits(bytes, at + 1) > 59)
    return kind.text;
  if (twoDigits(bytes, at + 1) < 0) return kind.text;
  at += 3;
  if (at < end && byteAt(bytes, at) === colon) {
    const second = at + 3 <= end ? twoDigits(bytes, at + 1) : -1;
    if (second < 0 || second > 59) return kind.text;
    at += 3;
    if (at < end && byteAt(bytes, at) === dot) {
      const fractionStart = at + 1;
      at = fractionStart;
      while (at < end && isDigit(byteAt(bytes, at))) at += 1;
      // PostgreSQL keeps microseconds; more digits would be lost.
      if (at === fractionStart || at - fractionStart > 6) return kind.text;
    }
  }
  if (at === end) return plain;
  if (meridiem(bytes, at, end, hour)) return plain;
  if (plain === kind.orderedTimestamp) return kind.text;
  if (byteAt(bytes, at) === space) at += 1;
  if (byteAt(bytes, at) === 90 && at + 1 === end) return kind.zonedTimestamp;
  if (at + 3 === end && matches(bytes, at, 'utc')) return kind.zonedTimestamp;
  return isOffset(bytes, at, end) ? kind.zonedTimestamp : kind.text;
}

function meridiem(bytes: Uint8Array, from: number, end: number, hour: number): boolean {
  let at = from;
  if (byteAt(bytes, at) === space) at += 1;
  if (at + 2 !== end || hour < 1 || hour > 12) return false;
  const letter = byteAt(bytes, at) | 32;
  return (letter === 97 || letter === 112) && (byteAt(bytes, at + 1) | 32) === 109;
}

/** `+05`, `-0530`, `+05:30`. */
function isOffset(bytes: Uint8Array, at: number, end: number): boolean {
  const sign = byteAt(bytes, at);
  if (sign !== plus && sign !== minus) return false;
  const hours = at + 3 <= end ? twoDigits(bytes, at + 1) : -1;
  if (hours < 0 || hours > 14) return false;
  if (at + 3 === end) return true;
  const minutesAt = byteAt(bytes, at + 3) === colon ? at + 4 : at + 3;
  if (minutesAt + 2 !== end) return false;
  const minutes = twoDigits(bytes, minutesAt);
  return minutes >= 0 && minutes <= 59;
}

/** `Jan 1 2000`, `January 8, 1999`, with a time behind it or not. */
export function monthFirstKind(bytes: Uint8Array, start: number, end: number): number {
  const month = monthAt(bytes, start, end);
  if (month === 0) return kind.text;
  let at = start;
  while (at < end && isLetter(byteAt(bytes, at))) at += 1;
  if (at - start !== 3 && !isWholeMonth(bytes, start, at, month)) return kind.text;
  if (byteAt(bytes, at) !== space) return kind.text;
  let day = digitAt(bytes, at + 1, end);
  if (day < 0) return kind.text;
  at += 2;
  const second = digitAt(bytes, at, end);
  if (second >= 0) {
    day = day * 10 + second;
    at += 1;
  }
  if (byteAt(bytes, at) === comma) at += 1;
  if (at + 5 > end || byteAt(bytes, at) !== space) return kind.text;
  const year = yearAt(bytes, at + 1);
  if (year < 0 || !isCalendarDay(year, month, day)) return kind.text;
  at += 5;
  return at === end ? kind.date : timeKind(bytes, at, end, kind.timestamp);
}

const monthNames = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
] as const;

function monthAt(bytes: Uint8Array, at: number, end: number): number {
  if (at + 3 > end) return 0;
  for (let month = 0; month < 12; month += 1) {
    if (matches(bytes, at, monthNames[month]?.slice(0, 3) ?? '')) return month + 1;
  }
  return 0;
}

function isWholeMonth(bytes: Uint8Array, from: number, to: number, month: number): boolean {
  const name = monthNames[month - 1] ?? '';
  return to - from === name.length && matches(bytes, from, name);
}

const daysInMonth = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

function isCalendarDay(year: number, month: number, day: number): boolean {
  if (year < 1 || month < 1 || month > 12 || day < 1) return false;
  if (month === 2 && day === 29) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return day <= (daysInMonth[month - 1] ?? 0);
}

/** Years of two digits up to this one are of this century, as in spreadsheets. */
export const lastShortYear = 49;

/** The year that two digits and no more mean; -1 when it is written otherwise. */
function shortYearAt(bytes: Uint8Array, at: number, end: number): number {
  if (at + 2 > end || (at + 2 < end && byteAt(bytes, at + 2) !== space)) return -1;
  const year = twoDigits(bytes, at);
  if (year < 0) return -1;
  return year + (year <= lastShortYear ? 2000 : 1900);
}

function yearAt(bytes: Uint8Array, at: number): number {
  const century = twoDigits(bytes, at);
  const year = twoDigits(bytes, at + 2);
  return century < 0 || year < 0 ? -1 : century * 100 + year;
}
