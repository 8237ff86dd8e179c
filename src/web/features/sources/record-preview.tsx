'use client';

import type { PreviewResult } from '#contracts/warehouse';

const shownRows = 20;
const shownColumns = 40;

/** The first rows of a service as the table that they would become. */
export function RecordPreview({ preview }: { readonly preview: PreviewResult }) {
  const columns = preview.columns.slice(0, shownColumns);
  if (preview.rows.length === 0) return <p className="text-sm text-muted">There are no rows yet.</p>;
  return (
    <section aria-label="First rows" className="max-h-64 overflow-auto rounded-md border border-line">
      <table className="w-full text-sm">
        <thead className="sticky top-0 bg-surface">
          <tr>
            {columns.map((column) => (
              <th
                key={column.name}
                className="border-b border-line px-2 py-1 text-start font-medium whitespace-nowrap"
              >
                {column.display_name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {preview.rows.slice(0, shownRows).map((row, index) => (
            // Rows of a preview never move.
            <tr key={index} className="border-b border-line last:border-0">
              {columns.map((column) => (
                <td key={column.name} className="max-w-60 truncate px-2 py-1" dir="auto">
                  {shown(row[column.name])}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function shown(value: unknown): string {
  if (value === null || value === undefined) return '—';
  if (typeof value === 'string') return value;
  return JSON.stringify(value);
}
