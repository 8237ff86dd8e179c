import type { CsvOptions, RejectedRow, Upload, Warning } from '#contracts/sources';
import type { ColumnType } from '#contracts/column-types';
import type { Row } from '#contracts/warehouse';
import { inspectCsv } from './inspect-csv.ts';
import { type CopyRows, rowsOfScan } from './read-csv-for-copy.ts';
import { readRows, typedText } from './read-rows.ts';
import { scanCsv } from './scan-csv.ts';
import { bytesInPage, fitsOneTable, tablesFor } from '../records/split-wide-table.ts';

export type CsvPreview = Omit<Upload, 'id' | 'filename' | 'format' | 'compression' | 'sheets' | 'sheet'>;

const previewRows = 100;
/** Of a table of thousands of columns fewer rows are shown: a person looks at none of so many cells. */
const previewCells = 100_000;
const sampleValues = 5;
const misfitExamples = 3;
/** So much is scanned for a preview: all rows of most files, in a twentieth of a second. */
const scannedBytes = 8 * 1024 ** 2;

/**
 * How a file would be loaded: scanned by the rules of the load, so that types, the order of dates and rows that are
 * left out are those of the load. Of a larger file than {@link scannedBytes} only so much counts.
 */
export async function previewCsv(
  file: string,
  options: CsvOptions = {},
  signal?: AbortSignal,
): Promise<CsvPreview> {
  const stop = signal === undefined ? {} : { signal };
  const inspection = await inspectCsv(file, options, stop);
  const rejected: RejectedRow[] = [];
  const scan = await scanCsv(file, inspection, {
    csv: options,
    ...stop,
    maxBytes: scannedBytes,
    onRejected: async (rows) => {
      if (rejected.length < misfitExamples) rejected.push(...rows.slice(0, misfitExamples - rejected.length));
    },
  });
  const kept = [...scan.columns.entries()].filter(([, column]) => !column.isLeftOut);
  const wanted = Math.min(previewRows, Math.max(5, Math.floor(previewCells / Math.max(1, kept.length))));
  const shown = await firstRows(file, rowsOfScan(scan), wanted, signal);
  const columns = kept.map(([index, column]) => {
    const values = shown.map((cells) => cells[index] ?? '');
    return {
      name: column.name,
      display_name: column.displayName,
      type: column.type,
      nullable: column.empty > 0 || values.some((value) => typedText(value, column, scan.dayOrder) === null),
      sample: values.slice(0, sampleValues).map((value) => (value === '' ? null : value.slice(0, 200))),
      convert: (value: string): unknown => {
        const text = typedText(value, column, scan.dayOrder);
        return text === null ? null : jsonCell(text, column.type);
      },
    };
  });
  const rows = shown.map((cells): Row => {
    const row: Row = {};
    for (const [place, [index]] of kept.entries()) {
      const column = columns[place];
      if (column !== undefined) row[column.name] = column.convert(cells[index] ?? '');
    }
    return row;
  });
  return {
    size_bytes: inspection.fileBytes,
    encoding: inspection.dialect.encoding,
    delimiter: inspection.dialect.delimiter,
    header_row: inspection.dialect.headerRow,
    header_rows: inspection.dialect.headerRows,
    totals: options.totals ?? 'leave_out',
    left_out: scan.leftOut.map(({ line, kind: what, text }) => ({ line, kind: what, text })),
    decimal: scan.decimal,
    date_order: scan.hasDayOrder ? scan.dayOrder : null,
    columns: columns.map(({ convert: _convert, ...column }) => column),
    lists: [],
    preview: {
      columns: columns.map(({ name, display_name, type }) => ({ name, display_name, type })),
      rows,
      total_count: null,
      next_cursor: null,
    },
    warnings: [
      ...wideWarnings(
        kept.length,
        shown.map((cells) => kept.map(([index]) => cells[index] ?? '')),
      ),
      ...scan.warnings,
      ...rejectedWarnings(rejected, scan.rejected),
    ],
  };
}

/** Told before the load: one table cannot hold everything. */
function wideWarnings(columns: number, rows: readonly (readonly string[])[]): Warning[] {
  const linked = 'Rows that belong together have the same “Row id”, by which a recipe can combine them.';
  if (!fitsOneTable(columns, 0)) {
    const message = `The file has ${columns.toLocaleString('en')} columns, more than one table can hold: it will be loaded into ${tablesFor(columns)} linked tables. ${linked}`;
    return [{ code: 'table_split', message }];
  }
  const widest = rows.reduce((most, values) => Math.max(most, bytesInPage(values, '')), 0);
  if (fitsOneTable(columns, widest)) return [];
  const message = `The rows of this file may be longer than one table can hold; then it will be loaded into ${tablesFor(columns)} linked tables. ${linked}`;
  return [{ code: 'table_split', message }];
}

function rejectedWarnings(examples: readonly RejectedRow[], count: number): Warning[] {
  const warnings = examples.map((row): Warning => {
    const about = { code: row.column === null ? 'row_set_aside' : 'value_does_not_fit', line: row.line };
    const message = `${row.reason.charAt(0).toUpperCase()}${row.reason.slice(1)}; rows like this will be set aside.`;
    return row.column === null ? { ...about, message } : { ...about, column: row.column, message };
  });
  if (count > examples.length) {
    const message = `In all ${count.toLocaleString('en')} rows cannot be read and will be set aside.`;
    warnings.push({ code: 'rows_set_aside', message });
  }
  return warnings;
}

async function firstRows(file: string, rows: CopyRows, count: number, signal: AbortSignal | undefined) {
  const found: (readonly string[])[] = [];
  for await (const batch of readRows(file, rows, signal)) {
    found.push(...batch.slice(0, count - found.length));
    if (found.length >= count) break;
  }
  return found;
}

/** As the tables show it: numbers as numbers where a double keeps them, else as text. */
function jsonCell(text: string, type: ColumnType): unknown {
  if (type === 'boolean') return text === 'true';
  if (type === 'integer' || type === 'decimal' || type === 'float') {
    const number = Number(text);
    const isKept =
      Number.isFinite(number) && (Number.isSafeInteger(number) || text.replace(/\D/g, '').length <= 15);
    return isKept ? number : text;
  }
  return text;
}
