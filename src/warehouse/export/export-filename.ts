import type { ExportFormat } from '#contracts/warehouse';

/**
 * The name of a table's file: one extension, also when the table is called after the file that it came from.
 *
 * @example exportFilename('visits.csv', 'xlsx') // visits.xlsx
 */
export function exportFilename(displayName: string, format: ExportFormat): string {
  const bare = displayName.trim().replace(/\.(csv|tsv|xlsx|xls|parquet|json|ndjson|jsonl|txt)(\.gz)?$/i, '');
  return `${bare === '' ? 'table' : bare}.${format}`;
}
