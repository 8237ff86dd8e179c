import {
  byteAt,
  colon,
  digitAt,
  dot,
  isDigit,
  isLetter,
  minus,
  nine,
  plus,
  slash,
  space,
  twoDigits,
  zero,
} from './ascii-bytes.ts';

/**
 * Values straight from their bytes, for the forms in which nearly all of them are written; what is written otherwise
 * goes through {@link convertValue}. They expect what {@link kindOfValue} or that conversion has found valid, without
 * blanks around it.
 */

/** Fifteen digits are a safe integer, whatever they are. */
const maxSafeDigits = 15;

/** NaN when it is too long to be a safe integer for certain. */
export function integerAt(bytes: Uint8Array, from: number, to: number): number {
  const isNegative = byteAt(bytes, from) === minus;
  let at = isNegative ? from + 1 : from;
  if (to - at > maxSafeDigits) return Number.NaN;
  let value = 0;
  for (; at < to; at += 1) value = value * 10 + byteAt(bytes, at) - zero;
  return isNegative ? -value : value;
}

/** Whether it is written without an exponent. */
export function isPlainNumber(bytes: Uint8Array, from: number, to: number): boolean {
  let at = byteAt(bytes, from) === minus ? from + 1 : from;
  while (at < to && (isDigit(byteAt(bytes, at)) || byteAt(bytes, at) === dot)) at += 1;
  return at === to;
}

/** A moment as `momentAt` found it: without an offset it is of no zone. */
export interface Moment {
  /** Days since 1970-01-01. */
  days: number;
  /** Of the day, whole; the offset taken off. */
  seconds: number;
  micros: number;
}

/** Days since 1970-01-01 in the calendar that PostgreSQL reckons by. */
export function daysOf(year: number, month: number, day: number): number {
  // Years begin in March, so that the day which comes and goes is the last of one.
  const y = month > 2 ? year : year - 1;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  return (
    era * 146_097 + yearOfEra * 365 + (yearOfEra >> 2) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
  );
}

/** Where the date `YYYY-MM-DD` ends that is read into `into`; -1 when the date is written otherwise. */
function isoDateAt(bytes: Uint8Array, from: number, to: number, into: Moment): number {
  if (to - from < 10) return -1;
  const separator = byteAt(bytes, from + 4);
  if ((separator !== minus && separator !== slash) || byteAt(bytes, from + 7) !== separator) return -1;
  const century = twoDigits(bytes, from);
  const year = twoDigits(bytes, from + 2);
  const month = twoDigits(bytes, from + 5);
  const day = twoDigits(bytes, from + 8);
  if (century < 0 || year < 0 || month < 0 || day < 0) return -1;
  into.days = daysOf(century * 100 + year, month, day);
  return from + 10;
}

/** How many digits stand there, up to two. */
function digitsAt(bytes: Uint8Array, at: number, to: number): number {
  if (digitAt(bytes, at, to) < 0) return 0;
  return digitAt(bytes, at + 1, to) < 0 ? 1 : 2;
}

/** The number of one or two digits; -1 where there is none. */
function numberAt(bytes: Uint8Array, from: number, to: number): number {
  return to - from === 2 ? twoDigits(bytes, from) : digitAt(bytes, from, to);
}

/** The same of `DD/MM/YYYY`, or `MM/DD/YYYY`, with one or two digits before the year's four. */
function orderedDateAt(
  bytes: Uint8Array,
  from: number,
  to: number,
  isDayFirst: boolean,
  into: Moment,
): number {
  let at = from + digitsAt(bytes, from, to);
  const first = numberAt(bytes, from, at);
  const separator = byteAt(bytes, at);
  if (separator !== slash && separator !== minus && separator !== dot) return -1;
  const secondFrom = at + 1;
  at = secondFrom + digitsAt(bytes, secondFrom, to);
  const second = numberAt(bytes, secondFrom, at);
  if (first < 0 || second < 0 || byteAt(bytes, at) !== separator || at + 5 > to) return -1;
  const century = twoDigits(bytes, at + 1);
  const year = twoDigits(bytes, at + 3);
  if (century < 0 || year < 0 || (isDigit(byteAt(bytes, at + 5)) && at + 5 < to)) return -1;
  into.days = daysOf(century * 100 + year, isDayFirst ? second : first, isDayFirst ? first : second);
  return at + 5;
}

/**
 * Reads a date or a moment. False when it is written in another form than `2025-04-03`, `2025/04/03` or `03/04/2025`,
 * with or without ` 10:15`, `T10:15:30.123` and an offset.
 */
export function momentAt(
  bytes: Uint8Array,
  from: number,
  to: number,
  isDayFirst: boolean,
  into: Moment,
): boolean {
  into.seconds = 0;
  into.micros = 0;
  const isIso = isDigit(byteAt(bytes, from + 1)) && isDigit(byteAt(bytes, from + 2));
  const at = isIso ? isoDateAt(bytes, from, to, into) : orderedDateAt(bytes, from, to, isDayFirst, into);
  if (at < 0) return false;
  return at === to || timeAt(bytes, at + 1, to, into);
}

/** `10:15`, `10:15:30`, `10:15:30.123456`, and an offset behind it. */
export function timeAt(bytes: Uint8Array, from: number, to: number, into: Moment): boolean {
  const hour = twoDigits(bytes, from);
  const minute = twoDigits(bytes, from + 3);
  if (from + 5 > to || hour < 0 || minute < 0 || byteAt(bytes, from + 2) !== colon) return false;
  let at = from + 5;
  let second = 0;
  let micros = 0;
  if (at < to && byteAt(bytes, at) === colon) {
    second = at + 3 <= to ? twoDigits(bytes, at + 1) : -1;
    if (second < 0) return false;
    at += 3;
    if (at < to && byteAt(bytes, at) === dot) {
      at += 1;
      let scale = 100_000;
      for (let byte = byteAt(bytes, at); at < to && byte >= zero && byte <= nine; byte = byteAt(bytes, at)) {
        micros += (byte - zero) * scale;
        scale /= 10;
        at += 1;
      }
    }
  }
  const offset = at === to ? 0 : offsetAt(bytes, at, to);
  if (Number.isNaN(offset)) return false;
  into.seconds = hour * 3600 + minute * 60 + second - offset;
  into.micros = micros;
  return true;
}

/** Seconds east of UTC that `Z`, `+05` or `-05:30` say, NaN when it is something else. */
function offsetAt(bytes: Uint8Array, from: number, to: number): number {
  const sign = byteAt(bytes, from);
  const length = to - from;
  // Z, UTC and GMT.
  if (isLetter(sign) && (length === 1 || length === 3)) return 0;
  const hours = length >= 3 ? twoDigits(bytes, from + 1) : -1;
  if ((sign !== plus && sign !== minus) || hours < 0) return Number.NaN;
  const minutes =
    length === 3
      ? 0
      : length === 5
        ? twoDigits(bytes, from + 3)
        : length === 6 && byteAt(bytes, from + 3) === colon
          ? twoDigits(bytes, from + 4)
          : -1;
  if (minutes < 0) return Number.NaN;
  return (sign === minus ? -1 : 1) * (hours * 3600 + minutes * 60);
}

/** Where the value begins, blanks left out. */
export function trimmedStart(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && (byteAt(bytes, at) === space || byteAt(bytes, at) === 9)) at += 1;
  return at;
}

export function trimmedEnd(bytes: Uint8Array, from: number, to: number): number {
  let at = to;
  while (at > from && (byteAt(bytes, at - 1) === space || byteAt(bytes, at - 1) === 9)) at -= 1;
  return at;
}
