import type { CsvDelimiter, CsvDialect, LineEnding } from './csv-dialect.ts';
import { RecordReader, flagIrregular, recordFound } from './record-reader.ts';

/** Everything about a dialect that can be told from its text, once the encoding is known. */
export type TextDialect = Pick<CsvDialect, 'delimiter' | 'quote' | 'escape' | 'lineEnding'>;

export interface DialectHints {
  readonly delimiter?: CsvDelimiter;
}

/** In the order in which they win a tie: what hardly occurs inside cells comes first. */
export const delimiters: readonly CsvDelimiter[] = ['\t', ';', '|', '^', '~', ',', ' '];
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
  if (hints.delimiter === undefined && isBlankSeparated(text))
    return { delimiter: ' ', quote: '"', escape: '"', lineEnding };
  let best: { readonly score: number; readonly dialect: TextDialect } | undefined;
  for (const delimiter of hints.delimiter === undefined ? delimiters : [hints.delimiter]) {
    // Hardly any file is written with it: only what stands in this one counts.
    if (isRare(delimiter) && hints.delimiter === undefined && !text.includes(delimiter)) continue;
    for (const quoting of quotes) {
      const reading = { delimiter, lineEnding, ...quoting };
      const records = readRecords(sample, reading, isWholeFile);
      const { score } = describeTable(records, delimiter);
      if (best === undefined || score > best.score) best = { score, dialect: reading };
    }
  }
  const found = best?.dialect ?? { delimiter: ',', quote: '"', escape: '"', lineEnding };
  return hints.delimiter === undefined ? withBlanks(found, sample, isWholeFile) : found;
}

/** `"a" "b"` in most lines: a blank between quoted cells is no prose. */
function isBlankSeparated(text: string): boolean {
  const lines = text.split(/[\r\n]+/).filter((line) => line !== '');
  const withPair = (pair: RegExp) => lines.filter((line) => pair.test(line)).length;
  return (
    lines.length > 2 &&
    withPair(/[^\s"]" "[^\s"]/) > lines.length / 2 &&
    withPair(/[^\s"]" ?[,;\t|] ?"[^\s"]/) === 0
  );
}

function isRare(delimiter: CsvDelimiter): boolean {
  return delimiter === '^' || delimiter === '~';
}

/** `a, b, c`: when hardly a delimiter stands without a blank behind it, the blanks belong to the delimiter. */
function withBlanks(dialect: TextDialect, sample: Uint8Array, isWholeFile: boolean): TextDialect {
  const wide = dialect.delimiter === ',' ? ', ' : dialect.delimiter === ';' ? '; ' : null;
  if (wide === null) return dialect;
  const reader = sampleReader(sample, dialect);
  let followed = 0;
  let bare = 0;
  for (let record = 0; record < maxRecords && reader.position < reader.limit; record += 1) {
    if (reader.next(isWholeFile) !== recordFound) break;
    for (let cell = 1; cell < reader.cellCount; cell += 1) {
      const start = reader.starts[cell] ?? 0;
      if (start === reader.ends[cell]) continue;
      // Blanks before an opening quote are no part of a cell in any dialect.
      const before = (reader.quoted[cell] ?? 0) === 0 || reader.quoted[cell] === 3 ? start : start - 2;
      if (reader.bytes[before] === 32) followed += 1;
      else bare += 1;
    }
  }
  return followed > 2 && followed >= 20 * bare ? { ...dialect, delimiter: wide } : dialect;
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

function sampleReader(
  sample: Uint8Array,
  dialect: Pick<CsvDialect, 'delimiter' | 'quote' | 'escape' | 'lineEnding'>,
): RecordReader {
  const reader = new RecordReader(dialect, sample.length);
  reader.bytes.set(sample);
  reader.limit = sample.length;
  return reader;
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
  const reader = sampleReader(sample, dialect);
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
  // Words stand between blanks in any text, so that only a table without a flaw speaks for them.
  if (delimiter === ' ' && (fitting < 0.95 || width < 3 || filled.length < 3)) return { width, score: 0 };
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
