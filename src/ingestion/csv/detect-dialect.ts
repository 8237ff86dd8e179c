import type { CsvDelimiter, CsvDialect, LineEnding } from './csv-dialect.ts';
import { RecordReader, flagIrregular, recordFound } from './record-reader.ts';
import { kind, kindOfValue } from './value-kind.ts';

/** Everything about a dialect that can be told from its text, once the encoding is known. */
export type TextDialect = Omit<CsvDialect, 'encoding' | 'bomBytes'>;

export interface DialectHints {
  readonly delimiter?: CsvDelimiter;
  readonly headerRow?: number;
}

/** In the order in which they win a tie: what hardly occurs inside cells comes first. */
const delimiters: readonly CsvDelimiter[] = ['\t', ';', '|', ','];
const maxRecords = 500;

/**
 * How the beginning of a file is written.
 *
 * @param sample UTF-8 bytes from the start of the file, without a byte order mark.
 * @param isWholeFile the sample ends where the file ends, so its last record counts.
 */
export function detectDialect(
  sample: Uint8Array,
  isWholeFile: boolean,
  hints: DialectHints = {},
): TextDialect {
  const text = Buffer.from(sample.buffer, sample.byteOffset, Math.min(sample.length, 65_536)).toString();
  const lineEnding = detectLineEnding(sample);
  const quotes: readonly Pick<CsvDialect, 'quote' | 'escape'>[] = [
    { quote: '"', escape: '"' },
    ...(text.includes('\\"') ? [{ quote: '"', escape: '\\' } as const] : []),
    ...(usesSingleQuotes(text) ? [{ quote: "'", escape: "'" } as const] : []),
  ];
  let best: { readonly score: number; readonly dialect: TextDialect } | undefined;
  for (const delimiter of hints.delimiter === undefined ? delimiters : [hints.delimiter]) {
    for (const quoting of quotes) {
      const reading = { delimiter, lineEnding, ...quoting };
      const records = readRecords(sample, reading, isWholeFile);
      const table = describeTable(records, delimiter);
      if (best !== undefined && table.score <= best.score) continue;
      best = {
        score: table.score,
        dialect: { ...reading, headerRow: hints.headerRow ?? findHeader(records.cells, table.width) },
      };
    }
  }
  return (
    best?.dialect ?? { delimiter: ',', quote: '"', escape: '"', lineEnding, headerRow: hints.headerRow ?? 1 }
  );
}

function detectLineEnding(sample: Uint8Array): LineEnding {
  let crlf = 0;
  let lf = 0;
  let cr = 0;
  for (let at = 0; at < sample.length; at += 1) {
    if (sample[at] === 10) lf += 1;
    else if (sample[at] === 13) {
      if (sample[at + 1] === 10) {
        crlf += 1;
        at += 1;
      } else cr += 1;
    }
  }
  if (crlf >= lf && crlf >= cr && crlf > 0) return 'crlf';
  return cr > lf ? 'cr' : 'lf';
}

function usesSingleQuotes(text: string): boolean {
  const around = text.match(/(?:^|[,;\t|\n])'[^'\n]*'(?=[,;\t|\r\n]|$)/g)?.length ?? 0;
  const double = text.match(/(?:^|[,;\t|\n])"/g)?.length ?? 0;
  return around >= 2 && double === 0;
}

interface Records {
  readonly cells: readonly (readonly string[])[];
  readonly irregular: number;
}

function readRecords(
  sample: Uint8Array,
  dialect: Pick<CsvDialect, 'delimiter' | 'quote' | 'escape' | 'lineEnding'>,
  isWholeFile: boolean,
): Records {
  const reader = new RecordReader(dialect, sample.length);
  reader.bytes.set(sample);
  reader.limit = sample.length;
  const cells: string[][] = [];
  let irregular = 0;
  while (
    reader.position < reader.limit &&
    cells.length < maxRecords &&
    reader.next(isWholeFile) === recordFound
  ) {
    cells.push(Array.from({ length: reader.cellCount }, (_, cell) => reader.text(cell)));
    if ((reader.flags & flagIrregular) !== 0) irregular += 1;
  }
  return { cells, irregular };
}

function describeTable(
  records: Records,
  delimiter: CsvDelimiter,
): { readonly width: number; readonly score: number } {
  const filled = records.cells.filter((cells) => cells.length > 1 || cells[0] !== '');
  const width = usualWidth(filled);
  if (filled.length === 0) return { width: 1, score: 0 };
  const fitting = filled.filter((cells) => cells.length === width).length / filled.length;
  // No delimiter at all: called a comma, as in most files.
  if (width === 1) return { width, score: (delimiter === ',' ? 0.06 : 0.05) * fitting };
  const header = filled.find((cells) => cells.length >= width);
  const headerFits = header?.length === width && filled.indexOf(header) < filled.length / 2;
  // A comma inside "a;1,5" makes columns too, but each cell then still holds the real delimiter.
  const others = delimiter === ',' ? /[;\t|]/ : delimiter === ';' || delimiter === '|' ? /\t/ : /^$a/;
  const suspicious = filled.filter((cells) => cells.some((cell) => others.test(cell))).length / filled.length;
  const firstFits = filled[0]?.length === width;
  const score =
    fitting *
    (headerFits ? 1 : 0.6) *
    (firstFits ? 1 : 0.85) *
    (1 - 0.4 * suspicious) *
    (1 - 0.3 * (records.irregular / Math.max(1, records.cells.length))) *
    (1 + 0.01 * Math.min(width, 20));
  return { width, score };
}

/** The number of cells that most records have. */
export function usualWidth(records: readonly (readonly unknown[])[]): number {
  const counts = new Map<number, number>();
  for (const cells of records) counts.set(cells.length, (counts.get(cells.length) ?? 0) + 1);
  let width = 1;
  let most = 0;
  for (const [cells, count] of counts) {
    if (count > most || (count === most && cells > width)) {
      most = count;
      width = cells;
    }
  }
  return width;
}

/** 1-based record of the column names, 0 when the first record is data like the others. */
function findHeader(records: readonly (readonly string[])[], width: number): number {
  const isHeaderLike = (cells: readonly string[]) =>
    cells.length >= Math.max(1, width - 1) &&
    cells.filter((cell) => cell.trim() !== '').length >= Math.ceil(Math.min(cells.length, width) * 0.5);
  let index = records.findIndex(isHeaderLike);
  if (index < 0) index = records.findIndex((cells) => cells.length === width);
  const header = records[index];
  if (header === undefined) return records.length === 0 ? 0 : 1;
  const body = records.slice(index + 1, index + 101).filter((cells) => cells.length === width);
  return isData(header, body) ? index : index + 1;
}

const encoder = new TextEncoder();
const typedKinds =
  kind.integer |
  kind.decimal |
  kind.commaDecimal |
  kind.date |
  kind.orderedDate |
  kind.timestamp |
  kind.zonedTimestamp |
  kind.orderedTimestamp;

/** The first record is data when typed columns begin in it, and none has a word above its numbers or dates. */
function isData(first: readonly string[], body: readonly (readonly string[])[]): boolean {
  if (body.length === 0) return false;
  let typedLikeBody = 0;
  let wordAboveTyped = 0;
  let repeated = 0;
  for (const [column, label] of first.entries()) {
    const own = kindOf(label);
    const below = body.map((cells) => kindOf(cells[column] ?? '')).filter((value) => value !== kind.empty);
    const typedBelow = below.length > 0 && below.every((value) => (value & typedKinds) !== 0);
    if (label.trim() === '') continue;
    if (typedBelow && (own & typedKinds) === 0) wordAboveTyped += 1;
    else if (typedBelow && !isYearHeading(label, body, column)) typedLikeBody += 1;
    else if (body.some((cells) => cells[column] === label)) repeated += 1;
  }
  if (wordAboveTyped > 0) return false;
  if (typedLikeBody > 0) return true;
  // Words everywhere: a heading does not come back as a value below itself.
  return repeated > 0 && repeated * 2 >= first.length;
}

/** 2019, 2020, 2021 above numbers that are not years. */
function isYearHeading(label: string, body: readonly (readonly string[])[], column: number): boolean {
  const isYear = (text: string) => /^(19|20)\d\d$/.test(text.trim());
  return isYear(label) && body.some((cells) => !isYear(cells[column] ?? ''));
}

function kindOf(text: string): number {
  const bytes = encoder.encode(text);
  return kindOfValue(bytes, 0, bytes.length);
}
