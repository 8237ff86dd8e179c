import { stat } from 'node:fs/promises';
import type { CsvOptions } from '#contracts/sources';
import { AppError } from '#platform/errors';
import { keySeparator, openRecords } from '#sources';
import type { CsvPreview } from './csv/preview-csv.ts';
import { previewTables } from './records/preview-records.ts';

/** Records by which types are told, and those that are shown. */
const counts = { read: 1_000, shown: 100 } as const;
const sampleValues = 5;

/**
 * How a file of records would be loaded. A column goes by its keys, from the record inwards, with which the options
 * name it.
 *
 * @throws AppError file_empty, file_format_unsupported
 */
export async function previewJson(
  path: string,
  format: 'json' | 'ndjson',
  options: CsvOptions,
  signal: AbortSignal,
): Promise<CsvPreview> {
  const { preview, paths, lists } = await previewTables(
    await openRecords(path, format, options, signal),
    counts,
  );
  if (preview.columns.length === 0 && lists.length === 0)
    throw new AppError('file_empty', 'The file has no records.');
  const keys = paths.map((one) => one.join(keySeparator));
  const cells = preview.rows.map((row) => preview.columns.map(({ name }) => row[name] ?? null));
  const columns = preview.columns.map((column, index) => ({ ...column, name: keys[index] ?? column.name }));
  return {
    size_bytes: (await stat(path)).size,
    encoding: 'utf-8',
    delimiter: ',',
    header_row: 1,
    header_rows: 1,
    totals: 'keep',
    left_out: [],
    decimal: '.',
    date_order: null,
    columns: columns.map((column, index) => ({
      ...column,
      nullable: cells.some((row) => row[index] === null),
      sample: cells.slice(0, sampleValues).map((row) => shown(row[index])),
    })),
    lists: lists.map(({ title, columns: names }) => ({ title, columns: [...names] })),
    preview: {
      ...preview,
      columns,
      rows: cells.map((row) =>
        Object.fromEntries(columns.map(({ name }, index) => [name, row[index] ?? null])),
      ),
    },
    warnings: [],
  };
}

function shown(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return (typeof value === 'string' ? value : JSON.stringify(value)).slice(0, 200);
}
