import { createHash } from 'node:crypto';
import { identifierBytes } from './dialect.ts';

/** The same name in another case is the same column on DuckDB and BigQuery, so names differ in more than case. */
export function foldIdentifier(name: string): string {
  return name.toLowerCase();
}

function cutToBytes(name: string, maxBytes: number): string {
  let cut = '';
  let bytes = 0;
  // By grapheme, so that no letter loses its vowel sign or its accent.
  for (const { segment } of new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(name)) {
    bytes += identifierBytes(segment);
    if (bytes > maxBytes) break;
    cut += segment;
  }
  return cut.trimEnd();
}

/**
 * A name that the engine keeps as it is and that no other column has: unchanged when it can be, else cut, with eight
 * digits of a hash of the whole name when it was cut, and with `_2`, `_3` … when it is taken. Depends on nothing but
 * its arguments, so that it is the same at every compilation.
 *
 * @param taken folded names (`foldIdentifier`) that are not free.
 * @example shortenIdentifier('Total', new Set(['total']), 63) // 'Total_2'
 */
export function shortenIdentifier(name: string, taken: ReadonlySet<string>, maxBytes: number): string {
  const storable = name.replaceAll('\u0000', '\uFFFD').toWellFormed();
  const whole = storable === '' ? 'column' : storable;
  const base =
    identifierBytes(whole) <= maxBytes
      ? whole
      : `${cutToBytes(whole, maxBytes - 9)}_${createHash('sha256').update(whole).digest('hex').slice(0, 8)}`;
  if (!taken.has(foldIdentifier(base))) return base;
  for (let number = 2; ; number += 1) {
    const suffix = `_${number}`;
    const candidate = `${cutToBytes(base, maxBytes - suffix.length)}${suffix}`;
    if (!taken.has(foldIdentifier(candidate))) return candidate;
  }
}
