import {
  byteAt,
  comma,
  dot,
  isDateSeparator,
  isDigit,
  matches,
  minus,
  nine,
  plus,
  slash,
  space,
  tab,
  zero,
} from './ascii-bytes.ts';
import { isoKind, monthFirstKind, notADate, orderedKind } from './date-kind.ts';
import { kind } from './kind.ts';
import { writtenNumberKind } from './written-number.ts';

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
    if (end - start === 1 || (end - start <= 3 && isAll(bytes, start, end, minus))) return kind.nullWord;
    return numberKind(bytes, start, end);
  }
  return wordKind(bytes, start, end);
}

function numberOrDate(bytes: Uint8Array, start: number, end: number): number {
  // Dates have a separator at index 1, 2 or 4; plain numbers of up to five digits never do.
  if (end - start >= 6) {
    const found = dateKind(bytes, start, end);
    if (found !== notADate) return found;
  }
  return numberKind(bytes, start, end);
}

function dateKind(bytes: Uint8Array, start: number, end: number): number {
  const second = byteAt(bytes, start + 1);
  const third = byteAt(bytes, start + 2);
  if (end - start >= 8) {
    const fifth = byteAt(bytes, start + 4);
    if (isDateSeparator(fifth) && isDigit(second) && isDigit(third)) return isoKind(bytes, start, end);
    if (isDateSeparator(third) || third === space) return orderedKind(bytes, start, end, 2);
    if (isDateSeparator(second) || second === space) return orderedKind(bytes, start, end, 1);
    return notADate;
  }
  // 5/4/24: too short for a whole year.
  if (third === slash || third === minus) return orderedKind(bytes, start, end, 2);
  return second === slash || second === minus ? orderedKind(bytes, start, end, 1) : notADate;
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
    if (whole > 0 && whole <= 3) {
      const grouped = groupedKind(bytes, wholeStart, end, dot, comma);
      if (grouped !== kind.text) return grouped;
    }
    return writtenNumberKind(bytes, start, end);
  }
  if (byte === comma) {
    const fraction = end - at - 1;
    if (fraction === 0 || whole === 0 || whole + fraction > maxDecimalDigits) return kind.text;
    for (let digit = at + 1; digit < end; digit += 1) {
      if (!isDigit(byteAt(bytes, digit))) return writtenNumberKind(bytes, start, end);
    }
    const mayBeThousand = fraction === 3 && whole <= 3 && byteAt(bytes, wholeStart) !== zero;
    return mayBeThousand ? kind.commaThousand : kind.commaDecimal;
  }
  // 1e5 may be a code (class 1e, section 5); 1e+05 and 1e-05 are how programs write numbers.
  const sign = at + 1 < end ? byteAt(bytes, at + 1) : 0;
  if (whole > 0 && (sign === plus || sign === minus) && isExponent(bytes, at, end)) return kind.decimal;
  return writtenNumberKind(bytes, start, end);
}

/** 1.234.567,89: groups of three, then the other sign and a fraction; or 1.234.567, where two signs leave no doubt. */
function groupedKind(bytes: Uint8Array, start: number, end: number, group: number, decimal: number): number {
  let at = start;
  let groups = 0;
  while (at < end && isDigit(byteAt(bytes, at))) at += 1;
  while (at < end && byteAt(bytes, at) === group) {
    for (let digit = 1; digit <= 3; digit += 1) {
      if (at + digit >= end || !isDigit(byteAt(bytes, at + digit))) return kind.text;
    }
    at += 4;
    groups += 1;
  }
  if (at === end && groups > 1) return kind.commaDecimal;
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
  if (length >= 10 && isMonthStart(first)) {
    const date = monthFirstKind(bytes, start, end);
    if (date !== kind.text) return date;
  }
  return writtenNumberKind(bytes, start, end);
}

function isAll(bytes: Uint8Array, start: number, end: number, byte: number): boolean {
  for (let at = start; at < end; at += 1) if (byteAt(bytes, at) !== byte) return false;
  return true;
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
