import type { TableColumn } from '#contracts/warehouse';

/** A column as it is written to a file. */
export interface ExportColumn {
  /** Physical name: the key of its value in a row. */
  readonly name: string;
  /** Header: what people call it, unique in the file. */
  readonly title: string;
  readonly type: TableColumn['type'];
}

/** A value as text; undefined for an empty one. */
export function valueText(value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Columns that the loader adds are not the person's. */
const SYSTEM_COLUMNS: ReadonlySet<string> = new Set(['_dlt_load_id', '_dlt_id']);

/** What of a table is exported; two columns that people call the same get their physical names. */
export function exportColumns(columns: readonly TableColumn[]): ExportColumn[] {
  const own = columns.filter(({ name }) => !SYSTEM_COLUMNS.has(name));
  const titles = new Map<string, number>();
  for (const { display_name: title } of own)
    titles.set(title.toLowerCase(), (titles.get(title.toLowerCase()) ?? 0) + 1);
  return own.map(({ name, display_name: title, type }) => ({
    name,
    title: (titles.get(title.toLowerCase()) ?? 0) > 1 ? name : title,
    type,
  }));
}
