import type { CsvOptions } from '#contracts/sources';

export type CsvEncoding = NonNullable<CsvOptions['encoding']>;
export type CsvDelimiter = NonNullable<CsvOptions['delimiter']>;
export type LineEnding = 'lf' | 'crlf' | 'cr';

/** How the bytes of one delimited file are to be read. Everything is decided; nothing is "auto" any more. */
export interface CsvDialect {
  readonly encoding: CsvEncoding;
  /** Bytes of the byte order mark, which is no part of the first header. */
  readonly bomBytes: number;
  readonly delimiter: CsvDelimiter;
  readonly quote: '"' | "'";
  /** `"` when quotes are doubled inside quotes; `\` when they are escaped. */
  readonly escape: '"' | "'" | '\\';
  /** The one most lines have. Rows that end in another one are still rows. */
  readonly lineEnding: LineEnding;
  /** 1-based record at which the names begin; 0 when there are none. Records before it are preamble and not loaded. */
  readonly headerRow: number;
  /** Records that hold the names, one below the other; 1 in most files. */
  readonly headerRows: number;
}

/** Records before the first one of data. */
export function recordsBeforeData({
  headerRow,
  headerRows,
}: Pick<CsvDialect, 'headerRow' | 'headerRows'>): number {
  return headerRow === 0 ? 0 : headerRow + headerRows - 1;
}

/** The one byte between cells. A delimiter of two characters is that byte and blanks behind it. */
export function delimiterCharacter(delimiter: CsvDelimiter): string {
  return delimiter.slice(0, 1);
}

export const lineEndingBytes: Readonly<Record<LineEnding, string>> = { lf: '\n', crlf: '\r\n', cr: '\r' };

/** Limits that keep memory flat whatever a file holds. */
export interface CsvLimits {
  /** A longer cell cannot be loaded; its row is rejected. */
  readonly maxCellBytes: number;
  /** A quote that does not close within this many bytes is taken as never closed. */
  readonly maxRowBytes: number;
  /** More than no survey has; what is too wide for one table of PostgreSQL goes on in others. */
  readonly maxColumns: number;
  /** Bytes read at once; tests make it small, so that everything falls on a boundary. */
  readonly readBytes: number;
}

export const defaultCsvLimits: CsvLimits = {
  maxCellBytes: 4 * 1024 * 1024,
  maxRowBytes: 16 * 1024 * 1024,
  maxColumns: 10_000,
  readBytes: 1024 * 1024,
};
