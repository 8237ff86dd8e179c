import type { Row } from '#contracts/warehouse';
import { valueText, type ExportColumn } from './export-cell.ts';

/**
 * A cell of a CSV file. Text that a spreadsheet would run as a formula gets an apostrophe in front, which
 * spreadsheets do not show (OWASP "CSV injection"); numbers keep their sign.
 */
export function csvCell(value: unknown, type: ExportColumn['type']): string {
  const text = valueText(value);
  if (text === undefined) return '';
  const safe = (type === 'text' || type === 'json') && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** For spreadsheets. */
export async function* csvFile(
  columns: readonly ExportColumn[],
  batches: AsyncIterable<readonly Row[]>,
): AsyncIterable<string> {
  // A byte-order mark: without it Excel reads UTF-8 as the local code page.
  yield `\uFEFF${columns.map((column) => csvCell(column.title, 'text')).join(',')}\r\n`;
  for await (const rows of batches) {
    yield rows
      .map((row) => `${columns.map((column) => csvCell(row[column.name], column.type)).join(',')}\r\n`)
      .join('');
  }
}
