/** A way to write dates, with how many of the values it reads. */
export interface DetectedFormat {
  readonly format: string;
  /** Rows whose value it reads. */
  readonly rows: number;
  readonly example: string;
  /** The format that reads these values just as well with day and month swapped. */
  readonly rival: string | null;
}

const separators = ['/', '-', '.', ' '] as const;

/** The formats that are looked for: those that people and programs write. The first of equals wins. */
const candidates: readonly string[] = [
  'YYYY-MM-DD',
  ...separators.flatMap((mark) => [`D${mark}M${mark}YYYY`, `M${mark}D${mark}YYYY`, `YYYY${mark}M${mark}D`]),
  ...separators.flatMap((mark) => [`D${mark}MMM${mark}YYYY`, `D${mark}MMMM${mark}YYYY`]),
  'MMM D, YYYY',
  'MMMM D, YYYY',
  'MMM D YYYY',
  'MMMM D YYYY',
  ...separators.flatMap((mark) => [`D${mark}M${mark}YY`, `M${mark}D${mark}YY`, `D${mark}MMM${mark}YY`]),
  'YYYYMMDD',
  'DDMMYYYY',
];

const shortMonths = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
const longMonths =
  'january february march april may june july august september october november december'.split(' ');

/**
 * The formats in which a column's texts can be read as dates, those that read most first; each value is counted for the
 * first format that reads it, in the order in which they would be tried. Where day and month could change places in
 * every value, `rival` says so: only a person knows.
 *
 * @example detectDateFormats([{value: '21/11/2026', count: 3}]) // [{format: 'D/M/YYYY', rows: 3, …, rival: null}]
 */
export function detectDateFormats(
  values: readonly { readonly value: string; readonly count: number }[],
): readonly DetectedFormat[] {
  const texts = values.map(({ value, count }) => ({ text: value.trim(), count }));
  const read = candidates
    .map((format) => ({ format, test: formatTest(format) }))
    .map(({ format, test }) => ({
      format,
      test,
      rows: texts.reduce((sum, { text, count }) => sum + (test(text) ? count : 0), 0),
    }))
    .filter(({ rows }) => rows > 0)
    // Array.sort is stable: of formats that read the same, the first candidate stays first.
    .toSorted((a, b) => b.rows - a.rows);
  const found: DetectedFormat[] = [];
  let left = texts;
  for (const { format, test } of read) {
    const mine = left.filter(({ text }) => test(text));
    const [first] = mine;
    if (first === undefined) continue;
    const swapped = swapDayAndMonth(format);
    const readsSwapped = swapped === null ? () => false : formatTest(swapped);
    const telling = mine.find(({ text }) => !readsSwapped(text));
    found.push({
      format,
      rows: mine.reduce((sum, { count }) => sum + count, 0),
      // A value that shows which part is the day.
      example: (telling ?? first).text,
      rival: telling === undefined ? swapped : null,
    });
    left = left.filter(({ text }) => !test(text));
  }
  return found;
}

/** `M/D/YYYY` for `D/M/YYYY` and the other way round; null where a name or the order tells them apart. */
export function swapDayAndMonth(format: string): string | null {
  if (format.includes('MMM') || format.startsWith('YYYY')) return null;
  return format.replaceAll(/D+|M+/g, (part) => (part.startsWith('D') ? 'M' : 'D').repeat(part.length));
}

function formatTest(format: string): (text: string) => boolean {
  const parts: string[] = [];
  const pattern = format.replaceAll(/YYYY|YY|MMMM|MMM|MM|M|DD|D|\s+|[\s\S]/g, (piece) => {
    if (/^[YMD]+$/.test(piece)) {
      parts.push(piece);
      return partPatterns[piece] ?? '';
    }
    return /^\s/.test(piece) ? '[ \\t\\u00a0]+' : `\\${piece}`;
  });
  const expression = new RegExp(`^${pattern}$`, 'i');
  return (text) => {
    const match = expression.exec(text);
    if (match === null) return false;
    let [year, month, day] = [2000, 0, 0];
    for (const [index, part] of parts.entries()) {
      const piece = (match[index + 1] ?? '').toLowerCase();
      if (part.startsWith('Y')) year = part === 'YY' ? 2000 + Number(piece) : Number(piece);
      else if (part.startsWith('D')) day = Number(piece);
      else if (part === 'MMMM') month = longMonths.indexOf(piece) + 1;
      else if (part === 'MMM') month = shortMonths.indexOf(piece.slice(0, 3)) + 1;
      else month = Number(piece);
    }
    const date = new Date(Date.UTC(year, month - 1, day));
    return date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  };
}

const partPatterns: Record<string, string> = {
  YYYY: '(\\d{4})',
  YY: '(\\d{2})',
  MMMM: `(${longMonths.join('|')})`,
  MMM: `(${shortMonths.join('|')}|sept)`,
  MM: '(\\d{2})',
  M: '(\\d{1,2})',
  DD: '(\\d{2})',
  D: '(\\d{1,2})',
};
