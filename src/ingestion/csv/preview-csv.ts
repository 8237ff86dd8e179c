import type { CsvOptions, Upload, Warning } from '#contracts/sources';
import type { ColumnType } from '#contracts/column-types';
import type { Row } from '#contracts/warehouse';
import { convertValue, misfitReasons } from './convert-value.ts';
import { inspectCsv } from './inspect-csv.ts';
import { forcedTypes, guessColumns } from './guess-columns.ts';
import { kind, kindOfValue } from './value-kind.ts';

export type CsvPreview = Omit<Upload, 'id' | 'filename' | 'format' | 'compression' | 'sheets' | 'sheet'>;

const previewRows = 100;
const sampleValues = 5;
const misfitExamples = 3;

/**
 * How a file would be loaded, from its beginning: the same answer in the same time whatever the file's size. Types are
 * guesses here; the scan decides them over all rows.
 */
export async function previewCsv(
  file: string,
  options: CsvOptions = {},
  signal?: AbortSignal,
): Promise<CsvPreview> {
  const inspection = await inspectCsv(file, options, signal === undefined ? {} : { signal });
  const decided = guessColumns(inspection, options);
  const forced = forcedTypes(inspection, options);
  const warnings: Warning[] = [...decided.warnings];
  const rowsFit = inspection.sample.filter((cells) => cells.length <= inspection.columns.length);
  if (rowsFit.length < inspection.sample.length) {
    const count = inspection.sample.length - rowsFit.length;
    warnings.push({
      code: 'rows_with_too_many_cells',
      message: `Of the first ${inspection.sample.length} rows, ${count} have more cells than the table has columns and will be set aside.`,
    });
  }
  const columns = inspection.columns.map((column, index) => {
    const decision = decided.columns[index] ?? { type: 'text' as const, dayOrder: null, decimalComma: false };
    const context = { dayOrder: decision.dayOrder ?? 'dmy', decimalComma: decision.decimalComma } as const;
    const values = rowsFit.map((cells) => cells[index] ?? '');
    let misfits = 0;
    const convert = (value: string): unknown => {
      if (isEmpty(value, decision.type)) return null;
      const converted = convertValue(value, decision.type, context);
      return converted === null ? value : jsonCell(converted, decision.type);
    };
    if (forced[index] !== undefined && decision.type !== 'text') {
      for (const value of values) {
        if (isEmpty(value, decision.type) || convertValue(value, decision.type, context) !== null) continue;
        misfits += 1;
        if (misfits > misfitExamples) break;
        warnings.push({
          code: 'value_does_not_fit',
          column: column.displayName,
          message: `“${value.slice(0, 60)}” ${misfitReasons[decision.type]}; rows like this will be set aside.`,
        });
      }
    }
    return {
      name: column.name,
      display_name: column.displayName,
      type: decision.type,
      nullable: values.some((value) => isEmpty(value, decision.type)),
      sample: values.slice(0, sampleValues).map((value) => (value === '' ? null : value.slice(0, 200))),
      convert,
    };
  });
  const rows = rowsFit.slice(0, previewRows).map((cells): Row => {
    const row: Row = {};
    for (const [index, column] of columns.entries()) row[column.name] = column.convert(cells[index] ?? '');
    return row;
  });
  return {
    size_bytes: inspection.fileBytes,
    encoding: inspection.dialect.encoding,
    delimiter: inspection.dialect.delimiter,
    header_row: inspection.dialect.headerRow,
    header_rows: inspection.dialect.headerRows,
    decimal: decided.decimal,
    date_order: decided.dayOrder,
    columns: columns.map(({ convert: _convert, ...column }) => column),
    preview: {
      columns: columns.map(({ name, display_name, type }) => ({ name, display_name, type })),
      rows,
      total_count: null,
      next_cursor: null,
    },
    warnings,
  };
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
