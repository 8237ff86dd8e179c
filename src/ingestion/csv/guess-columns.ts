import type { ColumnType } from '#contracts/column-types';
import type { CsvOptions } from '#contracts/sources';
import { type ColumnsDecision, type DecideOptions, decideColumnTypes } from './decide-column-type.ts';
import { type CsvInspection, chosenFor } from './inspect-csv.ts';
import { kindOfValue } from './value-kind.ts';

/** Types that the user chose: by resulting name, by header, or by the new name that the user gave. */
export function forcedTypes(
  inspection: Pick<CsvInspection, 'columns' | 'headers' | 'originalNames'>,
  options: CsvOptions | undefined,
): readonly (ColumnType | undefined)[] {
  const original = inspection.originalNames.map((name) => ({ name }));
  return inspection.columns.map((column, index) => {
    const header = inspection.headers[index] ?? '';
    return (
      chosenFor(options?.columns, header, original[index]?.name ?? '', original) ??
      chosenFor(options?.columns, column.displayName, column.name, original)
    );
  });
}

function decideOptions(options: CsvOptions | undefined): DecideOptions {
  return {
    ...(options?.decimal === undefined ? {} : { decimal: options.decimal }),
    ...(options?.date_order === undefined ? {} : { dateOrder: options.date_order }),
  };
}

/** What the first rows alone say about types, order and sign. */
export function guessColumns(inspection: CsvInspection, options: CsvOptions | undefined): ColumnsDecision {
  const seen = new Int32Array(inspection.columns.length);
  for (const cells of inspection.sample) {
    // Such a row will be rejected, so it decides nothing.
    if (cells.length > seen.length) continue;
    for (let column = 0; column < seen.length; column += 1) {
      const bytes = Buffer.from(cells[column] ?? '');
      seen[column] = (seen[column] ?? 0) | kindOfValue(bytes, 0, bytes.length);
    }
  }
  return decideColumns(inspection, options, seen);
}

/** The decision over what was seen, with what the user chose. */
export function decideColumns(
  inspection: CsvInspection,
  options: CsvOptions | undefined,
  seen: ArrayLike<number>,
): ColumnsDecision {
  const labels = inspection.columns.map((column) => column.displayName);
  return decideColumnTypes(seen, labels, {
    ...decideOptions(options),
    isCommaDelimited: inspection.dialect.delimiter.startsWith(','),
    forced: forcedTypes(inspection, options),
  });
}
