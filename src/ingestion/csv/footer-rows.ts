import { isTypedKind } from './row-shape.ts';
import { kind } from './kind.ts';
import { kindOfValue } from './value-kind.ts';

/** Cells of one row as the reader cuts them. */
export interface RowCells {
  readonly bytes: Uint8Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly quoted: Uint8Array;
}

/** What of a file's rows is no row of its table. */
export type FooterKind = 'total' | 'note' | 'page';

/** The sums of a table, in the languages of those who use this; more words may say of what. */
const totalWords = [
  String.raw`(?:grand|sub|net|overall|page|gross|district|block|state)?[\s-]*totals?(?:\s*(?:\(.*\)|:|[-–].*|of\b.*))?`,
  String.raw`sum|overall|total\s*g[ée]n[ée]ral|sous[\s-]*tota(?:l|ux)|totaux|somme|(?:sub|gran)\s*total|suma|soma|gesamt(?:summe)?|summe|zwischensumme|jumla|jumla\s*kuu`,
  'कुल(?: योग| जोड़)?|योग|महायोग|जोड़|एकूण|કુલ|মোট|সর্বমোট|மொத்தம்|మొత్తం|ಒಟ್ಟು|ആകെ|ਕੁੱਲ|المجموع|الإجمالي|کل|مجموعہ|ድምር|ጠቅላላ',
].join('|');
const totalPattern = new RegExp(`^(?:${totalWords})\\s*:?$`, 'iu');
const notePattern =
  /^(?:notes?\b|n\.?b\.?\b|source\b|sources\b|disclaimer\b|prepared by\b|generated (?:on|by)\b|printed (?:on|by)\b|report (?:generated|run)\b|end of (?:report|file)\b|as on\b|signature\b|remarks?\s*:|\*+\s*\S|†|नोट|टिप्पणी|स्रोत)/iu;
const pagePattern = /^page\s*:?\s*\d+(?:\s*(?:of|\/)\s*\d+)?$/i;

/** Rows of data are told from all others by their first two bytes, so that they cost one look into this table. */
const beginnings = new Uint8Array(65_536);
const latinBeginnings = 'to gr su ne ov pa di bl st so ge zw ju no n. nb pr re en as si';
for (const word of [...latinBeginnings.split(' '), '* ', '- ']) {
  const [first = 0, second = 0] = Buffer.from(word);
  for (const a of [first, first & ~32]) for (const b of [second, second & ~32]) beginnings[a * 256 + b] = 1;
}
// "*1": any byte behind a star; and two bytes of scripts whose words for a total are listed.
for (let second = 0; second < 256; second += 1) beginnings[42 * 256 + second] = 1;
for (const word of totalWords.match(/[\u0080-\uffff]+/g) ?? []) {
  const [first = 0, second = 0] = Buffer.from(word);
  beginnings[first * 256 + second] = 1;
}
for (const word of ['नोट', 'टिप्पणी', 'स्रोत', '†']) {
  const [first = 0, second = 0] = Buffer.from(word);
  beginnings[first * 256 + second] = 1;
}

const maxLabelBytes = 200;
/** A label stands in one of the first columns. */
const lastLabelColumn = 3;

/** Where the first cell with something in it stands; -1 when it is no place for the label of a footer. */
export function labelColumn({ starts, ends }: RowCells, count: number): number {
  for (let cell = 0; cell < count && cell <= lastLabelColumn; cell += 1) {
    if ((starts[cell] ?? 0) < (ends[cell] ?? 0)) return cell;
  }
  return -1;
}

/** Whether a row may be a footer, by the beginning of its label: cheap, and mostly no. */
export function beginsLikeFooter({ bytes, starts, ends }: RowCells, cell: number): boolean {
  const from = starts[cell] ?? 0;
  if ((ends[cell] ?? 0) - from < 2) return false;
  return beginnings[(bytes[from] ?? 0) * 256 + (bytes[from + 1] ?? 0)] === 1;
}

const numeric =
  kind.integer |
  kind.decimal |
  kind.commaDecimal |
  kind.commaThousand |
  kind.groupedInteger |
  kind.groupedDecimal |
  kind.percent |
  kind.commaPercent |
  kind.negatedInteger |
  kind.negatedDecimal |
  kind.nullWord |
  kind.blank;

/**
 * What a row is that is none of the table, by its own words: a label that says so, and beside it nothing but numbers
 * (a total) or nothing at all (a note, a number of the page).
 *
 * @param follows a footer, or an empty row: then any lone line of words is a note.
 */
export function footerKind(
  cells: RowCells,
  count: number,
  width: number,
  label: number,
  follows: boolean,
): FooterKind | null {
  const { bytes, starts, ends, quoted } = cells;
  const from = starts[label] ?? 0;
  const to = ends[label] ?? 0;
  if (to - from > maxLabelBytes && !follows) return null;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from)
    .toString()
    .trim();
  let numbers = 0;
  for (let cell = label + 1; cell < count; cell += 1) {
    const start = starts[cell] ?? 0;
    const end = ends[cell] ?? 0;
    if (start === end) continue;
    const found = (quoted[cell] ?? 0) > 1 ? kind.text : kindOfValue(bytes, start, end);
    if ((found & numeric) === 0) return null;
    numbers += 1;
  }
  if (numbers > 0) return totalPattern.test(text) ? 'total' : null;
  if (pagePattern.test(text)) return 'page';
  if (width < 3) return null;
  if (notePattern.test(text)) return 'note';
  const own = kindOfValue(bytes, from, to);
  return follows && !isTypedKind(own) && own !== kind.nullWord ? 'note' : null;
}

/** The same of a row that is there as texts. */
export function isFooter(texts: readonly string[], width: number, follows = false): boolean {
  const parts = texts.map((text) => Buffer.from(text));
  const starts = new Int32Array(parts.length);
  const ends = new Int32Array(parts.length);
  let at = 0;
  for (const [cell, part] of parts.entries()) {
    starts[cell] = at;
    at += part.length;
    ends[cell] = at;
  }
  const cells = { bytes: Buffer.concat(parts), starts, ends, quoted: new Uint8Array(parts.length) };
  const label = labelColumn(cells, parts.length);
  if (label < 0 || (!follows && !beginsLikeFooter(cells, label))) return false;
  return footerKind(cells, parts.length, width, label, follows) !== null;
}
