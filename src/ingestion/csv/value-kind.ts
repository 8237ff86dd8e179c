/**
 * What a cell's bytes look like, as one bit, so that a column's whole history is the OR of its values' kinds.
 * A value has a typed kind only when the type gives it back unchanged: 007, +91…, 1,234 and twenty digits are text.
 */
export const kind = {
  empty: 0,
  /** Blanks only: empty in a typed column, itself in a text column. */
  blank: 1 << 0,
  /** NA, NULL, n/a …: empty if everything else in the column has a type. */
  nullWord: 1 << 1,
  integer: 1 << 2,
  /** 12.5 */
  decimal: 1 << 3,
  /** 12,5 */
  commaDecimal: 1 << 4,
  /** 1,234: either of both, so it decides nothing. */
  commaThousand: 1 << 5,
  boolean: 1 << 6,
  /** 2025-04-03, and 3 Apr 2025: the order is not in doubt. */
  date: 1 << 7,
  /** 03/04/2025 */
  orderedDate: 1 << 8,
  timestamp: 1 << 9,
  /** With Z or an offset. */
  zonedTimestamp: 1 << 10,
  /** 03/04/2025 10:15 */
  orderedTimestamp: 1 << 11,
  text: 1 << 12,
  /** Set beside the ordered kinds: the first number cannot be a day. */
  notDayFirst: 1 << 13,
  /** … cannot be a month. */
  notMonthFirst: 1 << 14,
} as const;

const zero = 48;
const nine = 57;
const minus = 45;
const dot = 46;
const comma = 44;
const space = 32;
const tab = 9;
const slash = 47;
const colon = 58;
const plus = 43;

const maxIntegerDigits = 18; // 10^18 - 1 < 2^63
const maxDecimalDigits = 38;
const longestTyped = 48;

/** The kind of `bytes[from … to)`; 0 when it is empty. Pure. */
export function kindOfValue(bytes: Uint8Array, from: number, to: number): number {
  if (from >= to) return kind.empty;
  let start = from;
  let end = to;
  let first = byteAt(bytes, start);
  while (first === space || first === tab) {
    start += 1;
    if (start === end) return kind.blank;
    first = byteAt(bytes, start);
  }
  let last = byteAt(bytes, end - 1);
  while (last === space || last === tab) {
    end -= 1;
    last = byteAt(bytes, end - 1);
  }
  if (end - start > longestTyped) return kind.text;
  if (first >= zero && first <= nine) return numberOrDate(bytes, start, end);
  if (first === minus || first === dot) {
    if (end - start === 1) return kind.nullWord;
    return numberKind(bytes, start, end);
  }
  return wordKind(bytes, start, end);
}

function numberOrDate(bytes: Uint8Array, start: number, end: number): number {
  // Dates have a separator at index 1, 2 or 4; plain numbers of up to five digits never do.
  const length = end - start;
  if (length >= 8) {
    const second = byteAt(bytes, start + 1);
    const third = byteAt(bytes, start + 2);
    const fifth = byteAt(bytes, start + 4);
    if (isDateSeparator(fifth) && isDigit(second) && isDigit(third)) return isoKind(bytes, start, end);
    if (isDateSeparator(third) || third === space) return orderedKind(bytes, start, end, 2);
    if (isDateSeparator(second) || second === space) return orderedKind(bytes, start, end, 1);
  }
  return numberKind(bytes, start, end);
}

function numberKind(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  if (byteAt(bytes, at) === minus) at += 1;
  const wholeStart = at;
  let byte = at < end ? byteAt(bytes, at) : 0;
  while (byte >= zero && byte <= nine) {
    at += 1;
    byte = at < end ? byteAt(bytes, at) : 0;
  }
  const whole = at - wholeStart;
  if (whole > 1 && byteAt(bytes, wholeStart) === zero) return kind.text;
  if (at === end) return whole > 0 && whole <= maxIntegerDigits ? kind.integer : kind.text;
  if (byte === dot) {
    at += 1;
    const fractionStart = at;
    while (at < end && isDigit(byteAt(bytes, at))) at += 1;
    const fraction = at - fractionStart;
    if (fraction === 0 || whole + fraction > maxDecimalDigits) return kind.text;
    if (at === end) return kind.decimal;
    if (isExponent(bytes, at, end)) return kind.decimal;
    if (whole > 0 && whole <= 3) return groupedKind(bytes, wholeStart, end, dot, comma);
    return kind.text;
  }
  if (byte === comma) {
    const fraction = end - at - 1;
    if (fraction === 0 || whole === 0 || whole + fraction > maxDecimalDigits) return kind.text;
    for (let digit = at + 1; digit < end; digit += 1) {
      if (!isDigit(byteAt(bytes, digit))) return kind.text;
    }
    const mayBeThousand = fraction === 3 && whole <= 3 && byteAt(bytes, wholeStart) !== zero;
    return mayBeThousand ? kind.commaThousand : kind.commaDecimal;
  }
  // 1e5 may be a code (class 1e, section 5); 1e+05 and 1e-05 are how programs write numbers.
  const sign = at + 1 < end ? byteAt(bytes, at + 1) : 0;
  if (whole > 0 && (sign === plus || sign === minus) && isExponent(bytes, at, end)) return kind.decimal;
  return kind.text;
}

/** 1.234.567,89: groups of three, then the other sign and a fraction. */
function groupedKind(bytes: Uint8Array, start: number, end: number, group: number, decimal: number): number {
  let at = start;
  while (at < end && isDigit(byteAt(bytes, at))) at += 1;
  while (at < end && byteAt(bytes, at) === group) {
    for (let digit = 1; digit <= 3; digit += 1) {
      if (at + digit >= end || !isDigit(byteAt(bytes, at + digit))) return kind.text;
    }
    at += 4;
  }
  if (at >= end - 1 || byteAt(bytes, at) !== decimal) return kind.text;
  for (at += 1; at < end; at += 1) if (!isDigit(byteAt(bytes, at))) return kind.text;
  return kind.commaDecimal;
}

function isExponent(bytes: Uint8Array, at: number, end: number): boolean {
  const letter = byteAt(bytes, at) | 32;
  if (letter !== 101) return false;
  let digits = at + 1;
  const sign = digits < end ? byteAt(bytes, digits) : 0;
  if (sign === plus || sign === minus) digits += 1;
  const length = end - digits;
  if (length < 1 || length > 2) return false;
  for (; digits < end; digits += 1) if (!isDigit(byteAt(bytes, digits))) return false;
  return true;
}

/** `YYYY-MM-DD`, with a time behind it or not. */
function isoKind(bytes: Uint8Array, start: number, end: number): number {
  const separator = byteAt(bytes, start + 4);
  const year = twoDigits(bytes, start) * 100 + twoDigits(bytes, start + 2);
  if (separator === dot || end - start < 10 || byteAt(bytes, start + 7) !== separator) {
    return numberKind(bytes, start, end);
  }
  if (!isCalendarDay(year, twoDigits(bytes, start + 5), twoDigits(bytes, start + 8))) return kind.text;
  if (end - start === 10) return kind.date;
  return timeKind(bytes, start + 10, end, kind.timestamp);
}

/** `DD/MM/YYYY`, `MM/DD/YYYY`, `D.M.YYYY`, `03-Apr-2025`, with a time behind it or not. */
function orderedKind(bytes: Uint8Array, start: number, end: number, firstDigits: number): number {
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
  if (byteAt(bytes, at) !== separator || at + 5 > end) return numberKind(bytes, start, end);
  const year = yearAt(bytes, at + 1);
  if (year < 0) return separator === dot ? numberKind(bytes, start, end) : kind.text;
  at += 5;
  const dayFirst = isCalendarDay(year, second, first);
  const monthFirst = isCalendarDay(year, first, second);
  if (!dayFirst && !monthFirst) return kind.text;
  const order = (dayFirst ? 0 : kind.notDayFirst) | (monthFirst ? 0 : kind.notMonthFirst);
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
  if (at + 5 > end || byteAt(bytes, at) !== separator) return kind.text;
  const year = yearAt(bytes, at + 1);
  if (year < 0 || !isCalendarDay(year, month, day)) return kind.text;
  at += 5;
  return at === end ? kind.date : timeKind(bytes, at, end, kind.timestamp);
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

const nullWords: ReadonlySet<string> = new Set([
  'na',
  'n/a',
  '#n/a',
  'nan',
  'null',
  'none',
  'nil',
  '(null)',
  '<na>',
  '\\n',
  '--',
  '#value!',
  '#ref!',
  '#div/0!',
  '#name?',
]);

function wordKind(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  const first = byteAt(bytes, start) | 32;
  if (length === 4 && first === 116 && matches(bytes, start, 'true')) return kind.boolean;
  if (length === 5 && first === 102 && matches(bytes, start, 'false')) return kind.boolean;
  if (length <= 8 && length >= 2 && isNullWordStart(first)) {
    let word = '';
    for (let at = start; at < end; at += 1) word += String.fromCharCode(byteAt(bytes, at));
    if (nullWords.has(word.toLowerCase())) return kind.nullWord;
  }
  return length >= 10 && isMonthStart(first) ? monthFirstKind(bytes, start, end) : kind.text;
}

/** `Jan 1 2000`, `January 8, 1999`, with a time behind it or not. */
function monthFirstKind(bytes: Uint8Array, start: number, end: number): number {
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

/** a, d, f, j, m, n, o and s: the letters that months begin with. */
function isMonthStart(small: number): boolean {
  return (
    small === 97 ||
    small === 100 ||
    small === 102 ||
    small === 106 ||
    small === 109 ||
    small === 110 ||
    small === 111 ||
    small === 115
  );
}

/** n, #, (, <, \ and -, with the bit that makes letters small set. */
function isNullWordStart(first: number): boolean {
  return first === 110 || first === 35 || first === 40 || first === 60 || first === 124 || first === 45;
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

/** Small letters against the bytes, case ignored. */
function matches(bytes: Uint8Array, at: number, word: string): boolean {
  for (let index = 0; index < word.length; index += 1) {
    if ((byteAt(bytes, at + index) | 32) !== word.charCodeAt(index)) return false;
  }
  return true;
}

const daysInMonth = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

function isCalendarDay(year: number, month: number, day: number): boolean {
  if (year < 1 || month < 1 || month > 12 || day < 1) return false;
  if (month === 2 && day === 29) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return day <= (daysInMonth[month - 1] ?? 0);
}

function yearAt(bytes: Uint8Array, at: number): number {
  const century = twoDigits(bytes, at);
  const year = twoDigits(bytes, at + 2);
  return century < 0 || year < 0 ? -1 : century * 100 + year;
}

/** Two digits as a number, -1 when they are not digits. */
function twoDigits(bytes: Uint8Array, at: number): number {
  const tens = byteAt(bytes, at) - zero;
  const ones = byteAt(bytes, at + 1) - zero;
  return tens < 0 || tens > 9 || ones < 0 || ones > 9 ? -1 : tens * 10 + ones;
}

function digitAt(bytes: Uint8Array, at: number, end: number): number {
  const digit = at < end ? byteAt(bytes, at) - zero : -1;
  return digit > 9 ? -1 : digit;
}

function isDigit(byte: number): boolean {
  return byte >= zero && byte <= nine;
}

function isLetter(byte: number): boolean {
  const small = byte | 32;
  return small >= 97 && small <= 122;
}

function isDateSeparator(byte: number): boolean {
  return byte === minus || byte === slash || byte === dot;
}

/** Inside the valid range by construction; the reader keeps a sentinel behind it. */
function byteAt(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? 0;
}
