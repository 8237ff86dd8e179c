import anyAscii from 'any-ascii';
import { normalizeIdentifier, shorten } from './dlt-naming.ts';

export interface ColumnName {
  /** Physical name: `[a-z0-9_]`, at most 63 bytes, unique within the table. */
  readonly name: string;
  /** The label as people know it from their file. Control characters are shown as their Unicode pictures. */
  readonly displayName: string;
}

/** PostgreSQL cuts longer identifiers silently; our names are ASCII, so characters are bytes. */
const maxNameBytes = 63;

/** Columns that the loader itself writes, and PostgreSQL's own, which no table may declare. */
const reserved: ReadonlySet<string> = new Set(['tableoid', 'xmin', 'cmin', 'xmax', 'cmax', 'ctid']);

/**
 * Column names for the headers of a file: dlt's `snake_case` on top of a transliteration, so that "नाम" becomes
 * `nam` and not `x`, made unique by a suffix. Plain dlt lets two headers that normalise alike overwrite each other
 * (dlt#423) and turns trailing punctuation into `x` (dlt#1074).
 *
 * The same headers always give the same names, and a header's name depends on others only when they collide.
 *
 * @example
 * nameColumns(['Full Name', 'Full name', '', 'उम्र (वर्ष)'])
 * // full_name, full_name_2, column_3, umr_vrs
 */
export function nameColumns(headers: readonly string[]): readonly ColumnName[] {
  const wanted = headers.map((header, index) => physicalName(header, index));
  // A name that some header asks for by itself is never taken by another's suffix: with a, a, a_2 the headers a_2
  // keeps a_2 and the second a becomes a_3.
  const asked = new Set(wanted);
  const taken = new Set<string>();
  return headers.map((header, index) => {
    const base = wanted[index] ?? `column_${index + 1}`;
    const name = taken.has(base) ? firstFree(base, asked, taken) : base;
    taken.add(name);
    return { name, displayName: displayLabel(header, index) };
  });
}

/** The plain dlt names, for datasets that a dlt pipeline shares. Equal names are the caller's to refuse. */
export function nameColumnsLikeDlt(headers: readonly string[]): readonly ColumnName[] {
  return headers.map((header, index) => ({
    name: header.trim() === '' ? '_empty' : normalizeIdentifier(header, 'snake_case', maxNameBytes),
    displayName: displayLabel(header, index),
  }));
}

function physicalName(header: string, index: number): string {
  const label = header.normalize('NFC').trim();
  const latin = anyAscii(spellSymbols(label));
  // Trailing punctuation ("Amount (₹)?") is dropped before dlt's rule turns it into an x.
  const words = latin.replace(/[^A-Za-z0-9]+$/, '').replace(/^[^A-Za-z0-9_]+/, '');
  if (!/[A-Za-z0-9]/.test(words)) return `column_${index + 1}`;
  const normalized = normalizeIdentifier(words, 'snake_case');
  const safe = guard(normalized);
  return shorten(safe, label, maxNameBytes);
}

function guard(name: string): string {
  const isSystem = name.startsWith('_dlt') || name.startsWith('_dalgo') || reserved.has(name);
  return isSystem ? `col_${name.replace(/^_+/, '')}` : name;
}

/** The signs whose loss would make two different headers alike ("% female", "# female"). */
function spellSymbols(label: string): string {
  return label.replaceAll('%', ' percent ').replaceAll('#', ' number ').replaceAll('&', ' and ').trim();
}

function firstFree(base: string, asked: ReadonlySet<string>, taken: ReadonlySet<string>): string {
  for (let count = 2; ; count += 1) {
    const suffix = `_${count}`;
    const name = base.slice(0, maxNameBytes - suffix.length) + suffix;
    if (!taken.has(name) && !asked.has(name)) return name;
  }
}

const firstControlPicture = 0x2400;

/** NUL cannot be stored in PostgreSQL and other control characters hide from the eye: both are made visible. */
function displayLabel(header: string, index: number): string {
  const visible = header
    // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
    .replace(/[\u0000-\u001f\u007f]/g, (character) => {
      if (character === '\n' || character === '\r' || character === '\t') return ' ';
      return character === '\u007f'
        ? '\u2421'
        : String.fromCodePoint(firstControlPicture + (character.codePointAt(0) ?? 0));
    })
    .toWellFormed()
    .trim();
  return visible === '' ? `Column ${index + 1}` : visible;
}
