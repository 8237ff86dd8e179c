import { isUtf8 } from 'node:buffer';
import type { CsvEncoding } from './csv-dialect.ts';

export interface DetectedEncoding {
  readonly encoding: CsvEncoding;
  readonly bomBytes: number;
}

/**
 * The encoding of a file from pieces of it.
 *
 * @param pieces the beginning of the file first, then any other stretches of it (accents may come late).
 */
export function detectEncoding(pieces: readonly Uint8Array[]): DetectedEncoding {
  const head = pieces[0] ?? new Uint8Array();
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return { encoding: 'utf-8', bomBytes: 3 };
  if (head[0] === 0xff && head[1] === 0xfe) return { encoding: 'utf-16le', bomBytes: 2 };
  if (head[0] === 0xfe && head[1] === 0xff) return { encoding: 'utf-16be', bomBytes: 2 };
  const wide = detectUtf16(head);
  if (wide !== null) return { encoding: wide, bomBytes: 0 };
  let valid = 0;
  let invalid = 0;
  for (const piece of pieces) {
    const whole = trimToCharacters(piece);
    if (isUtf8(whole)) continue;
    const counted = countSequences(whole);
    valid += counted.valid;
    invalid += counted.invalid;
  }
  // A UTF-8 file with a few broken rows stays UTF-8, so that only those rows are rejected: text in Windows-1252
  // hardly ever forms a valid sequence by chance.
  return { encoding: invalid > valid ? 'windows-1252' : 'utf-8', bomBytes: 0 };
}

/** Without a mark: delimiters, digits and line ends of UTF-16 have a zero byte on one side, always the same. */
function detectUtf16(head: Uint8Array): CsvEncoding | null {
  const length = Math.min(head.length, 8192) & ~1;
  if (length < 4) return null;
  const lineFeed = 0x0a;
  let evenZeros = 0;
  let oddZeros = 0;
  // Line ends with a zero on their other side, less those without.
  let evenFeeds = 0;
  let oddFeeds = 0;
  for (let at = 0; at < length; at += 2) {
    const even = head[at];
    const odd = head[at + 1];
    if (even === 0) evenZeros += 1;
    if (odd === 0) oddZeros += 1;
    if (even === lineFeed) evenFeeds += odd === 0 ? 1 : -1;
    if (odd === lineFeed) oddFeeds += even === 0 ? 1 : -1;
  }
  const units = length / 2;
  // Devanagari text of UTF-16 has few zero bytes, but the delimiters and line ends always do. Without such a line end,
  // a few zeros are zeros in the cells of a file of single bytes.
  const wideText = (zeros: number, others: number, feeds: number): boolean =>
    zeros > units * (feeds > 0 ? 0.05 : 0.5) && others <= zeros / 20;
  if (wideText(oddZeros, evenZeros, evenFeeds)) return 'utf-16le';
  if (wideText(evenZeros, oddZeros, oddFeeds)) return 'utf-16be';
  return null;
}

/** Leaves out the halves of characters at both ends of a piece that was cut anywhere. */
export function trimToCharacters(piece: Uint8Array): Uint8Array {
  let start = 0;
  while (start < 3 && start < piece.length && isContinuation(piece[start])) start += 1;
  let end = piece.length;
  for (let back = 1; back <= 3 && end - back >= start; back += 1) {
    const byte = piece[end - back] ?? 0;
    if (byte < 0x80) break;
    if (byte >= 0xc0) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      if (length > back) end -= back;
      break;
    }
  }
  return piece.subarray(start, end);
}

/** `valid` weighs sequences by how unlikely they are in any other encoding. */
function countSequences(bytes: Uint8Array): { readonly valid: number; readonly invalid: number } {
  let valid = 0;
  let invalid = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte < 0x80) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc2 ? 2 : 0;
    let following = 0;
    while (following < length - 1 && isContinuation(bytes[at + 1 + following])) following += 1;
    if (length > 0 && following === length - 1) {
      // The longer a sequence, the less it can be chance.
      valid += 2 * following - 1;
      at += following;
    } else invalid += 1;
  }
  return { valid, invalid };
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}
