export const zero = 48;
export const nine = 57;
export const minus = 45;
export const dot = 46;
export const comma = 44;
export const space = 32;
export const tab = 9;
export const slash = 47;
export const colon = 58;
export const plus = 43;

/** Small letters against the bytes, case ignored. */
export function matches(bytes: Uint8Array, at: number, word: string): boolean {
  for (let index = 0; index < word.length; index += 1) {
    if ((byteAt(bytes, at + index) | 32) !== word.charCodeAt(index)) return false;
  }
  return true;
}

/** Two digits as a number, -1 when they are not digits. */
export function twoDigits(bytes: Uint8Array, at: number): number {
  const tens = byteAt(bytes, at) - zero;
  const ones = byteAt(bytes, at + 1) - zero;
  return tens < 0 || tens > 9 || ones < 0 || ones > 9 ? -1 : tens * 10 + ones;
}

export function digitAt(bytes: Uint8Array, at: number, end: number): number {
  const digit = at < end ? byteAt(bytes, at) - zero : -1;
  return digit > 9 ? -1 : digit;
}

export function isDigit(byte: number): boolean {
  return byte >= zero && byte <= nine;
}

export function isLetter(byte: number): boolean {
  const small = byte | 32;
  return small >= 97 && small <= 122;
}

export function isDateSeparator(byte: number): boolean {
  return byte === minus || byte === slash || byte === dot;
}

/** Inside the valid range by construction; the reader keeps a sentinel behind it. */
export function byteAt(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? 0;
}
