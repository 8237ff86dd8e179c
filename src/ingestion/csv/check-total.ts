import { convertValue } from './convert-value.ts';
import { SegmentCutter } from './cut-segments.ts';
import { beginsLikeFooter, footerKind, labelColumn } from './footer-rows.ts';
import type { CsvInspection } from './inspect-csv.ts';
import { RecordReader, recordFound } from './record-reader.ts';
import type { ScanState } from './scan-csv.ts';
import { openUtf8Source } from './utf8-source.ts';

/** Sums of doubles and of rounded amounts differ a little from what a sheet shows. */
const tolerance = 1e-6;
const windowBytes = 256 * 1024;

/**
 * Whether a row is the sum of the rows above it, in one column at least. It is asked of the last row of a file when
 * that row says "Total" and nothing else tells, and costs one more reading of the file.
 */
export async function isSumOfRows(
  file: string,
  inspection: CsvInspection,
  scan: ScanState,
  total: { readonly start: number; readonly cells: readonly string[] },
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const { decimal } = scan.decide();
  const context = { dayOrder: 'dmy', decimalComma: decimal === ',' } as const;
  const numberOf = (text: string) => {
    const converted = text === '' ? null : convertValue(text, 'decimal', context);
    return converted === null ? null : Number(converted);
  };
  const wanted = total.cells.map(numberOf);
  const sums = wanted.map(() => 0);
  const { dialect, shape } = inspection;
  await using source = await openUtf8Source(file, dialect.encoding, dialect.bomBytes);
  const segments = [...new SegmentCutter(scan).cutTo(total.start)].filter(({ kind }) => kind !== 'skip');
  const reader = new RecordReader(dialect, windowBytes, shape);
  let streamEnd = 0;
  let segment = 0;
  for (let atEnd = false; !atEnd;) {
    signal?.throwIfAborted();
    const at = reader.makeRoom();
    const read = await source.read(reader.bytes, at);
    reader.limit += read;
    streamEnd += read;
    atEnd = read === 0 || streamEnd >= total.start;
    while (reader.position < reader.limit && reader.next(atEnd) === recordFound) {
      const start = streamEnd - reader.limit + reader.rowStart;
      while ((segments[segment]?.to ?? Infinity) <= start) segment += 1;
      if (start < (segments[segment]?.from ?? Infinity)) continue;
      // Sums of groups that nothing else told from rows are not counted twice.
      const label = labelColumn(reader, reader.cellCount);
      const isSubtotal =
        label >= 0 &&
        beginsLikeFooter(reader, label) &&
        footerKind(reader, reader.cellCount, shape.width, label, false) === 'total';
      if (isSubtotal) continue;
      for (const [cell, number] of wanted.entries()) {
        if (number === null || cell >= reader.cellCount) continue;
        sums[cell] = (sums[cell] ?? 0) + (numberOf(reader.text(cell)) ?? 0);
      }
    }
  }
  return wanted.some((number, cell) => {
    const sum = sums[cell] ?? 0;
    return (
      number !== null && number !== 0 && Math.abs(sum - number) <= tolerance * Math.max(1, Math.abs(number))
    );
  });
}
