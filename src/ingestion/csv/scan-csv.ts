import type { CsvOptions, RejectedRow, Warning } from '#contracts/sources';
import type { ByteSpans } from './byte-spans.ts';
import type { RowCells } from './footer-rows.ts';
import { isSumOfRows } from './check-total.ts';
import type { CsvDialect, CsvLimits } from './csv-dialect.ts';
import { CsvScanner } from './csv-scanner.ts';
import type { ColumnDecision, ColumnsDecision, DayOrder } from './decide-column-type.ts';
import type { CsvInspection } from './inspect-csv.ts';
import type { LeftOutRow } from './footer-tail.ts';
import type { RowShape } from './row-shape.ts';
import { openUtf8Source } from './utf8-source.ts';

export interface ScannedColumn extends ColumnDecision {
  readonly name: string;
  readonly displayName: string;
  /** The user chose the type; values that do not fit reject their row. */
  readonly isForced: boolean;
  readonly empty: number;
  /** Longest value in bytes of UTF-8. */
  readonly maxBytes: number;
  /** Shortest value that is not empty; 0 when all are. */
  readonly minBytes: number;
  /** Without a name and without a value: it does not become a column of the table. */
  readonly isLeftOut: boolean;
}

/** What a load needs to know of a file's rows. Offsets count bytes of its UTF-8 form without a mark. */
export interface RowPlan {
  /** Start of the first row of data. */
  readonly dataStart: number;
  /** Not loaded: rejected rows, blank lines. */
  readonly skips: ByteSpans;
  /** Loaded after rewriting. */
  readonly rewrites: ByteSpans;
  /** From here on every row is rewritten (so many needed it that keeping their places is dearer). */
  readonly rewriteFrom: number;
}

/** Everything that one pass over all bytes of a file found. */
export interface CsvScan extends RowPlan {
  readonly dialect: CsvDialect;
  readonly shape: RowShape;
  readonly columns: readonly ScannedColumn[];
  /** Rows to load. */
  readonly rows: number;
  readonly rejected: number;
  readonly fileBytes: number;
  /** End of the last row. */
  readonly dataEnd: number;
  readonly dayOrder: DayOrder;
  /** There are dates whose order had to be told. */
  readonly hasDayOrder: boolean;
  readonly decimal: '.' | ',';
  readonly warnings: readonly Warning[];
  /** The first totals and notes that are no rows of the table. */
  readonly leftOut: readonly LeftOutRow[];
  /** Read as UTF-8, yet its only special characters are not: most likely an older encoding. */
  readonly encodingLooksWrong: boolean;
}

/** A scan under way. */
export interface ScanState extends RowPlan {
  readonly rows: number;
  /** Types as the rows so far decide them. */
  decide(): ColumnsDecision;
}

/** Takes rows as the scan finds them; the cells are there only during the call. */
export interface RowSink {
  /** @param kinds of the first `count` cells, but for those of columns that are known to hold text. */
  add(cells: RowCells, kinds: Int32Array, count: number): void;
  addEmpty(count: number): void;
}

export interface ScanOptions {
  readonly csv?: CsvOptions;
  readonly limits?: Partial<CsvLimits>;
  readonly signal?: AbortSignal;
  /** Called between pieces of the file, with bytes and rows so far. */
  readonly onProgress?: (progress: { bytes: number; totalBytes: number; rows: number }) => void;
  /** Gets the rows that are loaded, in order, as soon as they are known to be ones. */
  readonly rows?: RowSink;
  /** Called between pieces; the scan goes on when it is done, so that it runs no faster than who loads the rows. */
  readonly onScanned?: (state: ScanState) => Promise<void> | void;
  /** Looks at about so many bytes only, for a preview. */
  readonly maxBytes?: number;
  /** Receives the rows that cannot be loaded, in order, a batch at a time. */
  readonly onRejected?: (rows: readonly RejectedRow[]) => Promise<void>;
}

const rejectedBatch = 500;

/**
 * Reads every byte of a file once: finds its rows, decides the type of each column from all of its values, and
 * notes which rows must be rewritten or left out. Who loads the file gets its rows in the same pass. Memory stays flat
 * (a few MiB) whatever the file's size.
 *
 * @throws AppError too_many_rejected_rows; the signal's reason when aborted.
 */
export async function scanCsv(
  file: string,
  inspection: CsvInspection,
  options: ScanOptions = {},
): Promise<CsvScan> {
  const scan = new CsvScanner(inspection, options);
  await using source = await openUtf8Source(file, inspection.dialect.encoding, inspection.dialect.bomBytes);
  const reader = scan.reader;
  let atEnd = false;
  while (!atEnd || reader.position < reader.limit) {
    options.signal?.throwIfAborted();
    if (!atEnd) {
      const at = reader.makeRoom();
      const read = await source.read(reader.bytes, at);
      reader.limit += read;
      scan.streamEnd += read;
      atEnd = read === 0;
    }
    scan.takeRecords(atEnd);
    if (scan.pendingRejected.length >= rejectedBatch || atEnd) await scan.flushRejected();
    await options.onScanned?.(scan);
    options.onProgress?.({ bytes: source.fileBytesRead, totalBytes: source.fileBytes, rows: scan.rows });
    if (scan.streamEnd >= (options.maxBytes ?? Infinity) && !atEnd) return scan.finish(false);
  }
  const total = scan.unprovenTotal;
  if (total !== null) {
    scan.settleTotal(await isSumOfRows(file, inspection, scan, total, options.signal));
  }
  await scan.flushRejected();
  return scan.finish();
}
