import type { CsvOptions, RejectedRow, Upload, Warning } from '#contracts/sources';
import type { ColumnType } from '#contracts/column-types';
import type { Row } from '#contracts/warehouse';
import { convertValue } from './convert-value.ts';
import { inspectCsv } from './inspect-csv.ts';
import { kind } from './kind.ts';
import { type CopyRows, readCsvForCopy, rowsOfScan } from './read-csv-for-copy.ts';
import { RecordReader, recordFound } from './record-reader.ts';
import { scanCsv } from './scan-csv.ts';
import { kindOfValue } from './value-kind.ts';

export type CsvPreview = Omit<Upload, 'id' | 'filename' | 'format' | 'compression' | 'sheets' | 'sheet'>;

const previewRows = 100;
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
  const shown = await readRows(file, rowsOfScan(scan), previewRows, signal);
  const kept = [...scan.columns.entries()].filter(([, column]) => !column.isLeftOut);
  const columns = kept.map(([index, column]) => {
    const values = shown.map((cells) => cells[index] ?? '');
    return {
      name: column.name,
      display_name: column.displayName,
      type: column.type,
      nullable: column.empty > 0 || values.some((value) => isEmpty(value, column.type)),
      sample: values.slice(0, sampleValues).map((value) => (value === '' ? null : value.slice(0, 200))),
      convert: (value: string): unknown => {
        if (isEmpty(value, column.type)) return null;
        const context = { dayOrder: column.dayOrder ?? scan.dayOrder, decimalComma: column.decimalComma };
        const converted = convertValue(value, column.type, context);
        return converted === null ? value : jsonCell(converted, column.type);
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
    warnings: [...scan.warnings, ...rejectedWarnings(rejected, scan.rejected)],
  };
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

/** The first rows as texts, read back from what the load would hand to the database. */
async function readRows(
  file: string,
  rows: CopyRows,
  count: number,
  signal: AbortSignal | undefined,
): Promise<readonly (readonly string[])[]> {
  const found: string[][] = [];
  const reader = new RecordReader(rows.dialect, 64 * 1024);
  const take = (atEnd: boolean) => {
    while (found.length < count && reader.position < reader.limit && reader.next(atEnd) === recordFound) {
      found.push(Array.from({ length: reader.cellCount }, (_, cell) => reader.text(cell)));
    }
  };
  for await (const piece of readCsvForCopy(file, rows, { signal })) {
    for (let from = 0; from < piece.length && found.length < count;) {
      const at = reader.makeRoom();
      const part = piece.subarray(from, from + reader.capacity - at);
      reader.bytes.set(part, at);
      reader.limit = at + part.length;
      from += part.length;
      take(false);
    }
    if (found.length >= count) break;
  }
  take(true);
  return found;
}

const encoder = new TextEncoder();

function isEmpty(value: string, type: ColumnType): boolean {
  if (value === '') return true;
  if (type === 'text') return false;
  const bytes = encoder.encode(value);
  return (kindOfValue(bytes, 0, bytes.length) & (kind.blank | kind.nullWord)) !== 0;
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
