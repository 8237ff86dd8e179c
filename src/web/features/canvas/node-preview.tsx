'use client';

import { useState } from 'react';
import { getTable, previewTable } from '#contracts/warehouse';
import { useApi } from '../../api.ts';
import { Button } from '../../ui/button.tsx';
import { ColumnTypeIcon, columnTypeLabels, isNumericType } from '../../ui/column-type.tsx';
import { cellText } from '../../ui/grid/cell-text.ts';
import { ErrorState, Skeleton } from '../../ui/states.tsx';
import { useFormat } from '../../use-format.ts';

const rows = 5;
const columnsAtFirst = 8;

/** The first rows of a table and its columns. */
export function NodePreview({
  table,
  rowCount,
}: {
  readonly table: string;
  readonly rowCount: number | null;
}) {
  const format = useFormat();
  const { data, error, mutate } = useApi(previewTable, { params: { name: table }, query: { limit: rows } });
  if (error && !data) {
    return <ErrorState error={error} title="The rows could not be read" onRetry={() => void mutate()} />;
  }
  if (!data) return <Skeleton className="h-44 w-full" />;
  const count = data.total_count ?? rowCount;
  return (
    <>
      <section aria-label="First rows">
        <h3 className="mb-1.5 text-sm font-semibold">First rows</h3>
        {data.rows.length === 0 ? (
          <p className="text-muted">This table has no rows.</p>
        ) : (
          <div
            // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, also by keyboard
            tabIndex={0}
            role="region"
            aria-label="First rows, scrolls sideways"
            className="overflow-x-auto rounded-md border border-line"
          >
            <table className="w-max min-w-full text-sm">
              <thead className="bg-sunken text-muted">
                <tr>
                  {data.columns.map((column) => (
                    <th
                      key={column.name}
                      scope="col"
                      className={`h-8 px-2 font-medium whitespace-nowrap ${isNumericType(column.type) ? 'text-end' : 'text-start'}`}
                    >
                      <bdi className="inline-block max-w-40 truncate align-middle">{column.display_name}</bdi>
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {data.rows.map((row, index) => (
                  <tr key={index} className="border-t border-line">
                    {data.columns.map((column) => {
                      const text = cellText(row[column.name], column.type, format.settings);
                      return (
                        <td
                          key={column.name}
                          className={`h-8 max-w-48 truncate px-2 ${isNumericType(column.type) ? 'text-end' : ''}`}
                        >
                          {text === undefined ? (
                            <span className="text-faint">
                              <span aria-hidden>–</span>
                              <span className="sr-only">empty</span>
                            </span>
                          ) : (
                            <bdi>{text}</bdi>
                          )}
                        </td>
                      );
                    })}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
        {count !== null && count > data.rows.length ? (
          <p data-numeric className="mt-1 text-xs text-muted">
            {data.rows.length} of {format.count(count, ['row', 'rows'])}
          </p>
        ) : null}
      </section>
      <NodeColumns table={table} />
    </>
  );
}

function NodeColumns({ table }: { readonly table: string }) {
  const [isAll, setAll] = useState(false);
  const { data } = useApi(getTable, { params: { name: table } });
  if (!data) return null;
  const shown = isAll ? data.columns : data.columns.slice(0, columnsAtFirst);
  return (
    <section aria-label="Columns">
      <h3 className="mb-1.5 text-sm font-semibold">
        Columns <span className="font-normal text-muted">({data.columns.length})</span>
      </h3>
      <ul className="flex flex-wrap gap-1.5">
        {shown.map((column) => (
          <li
            key={column.name}
            className="flex h-6 max-w-full items-center gap-1 rounded-sm bg-sunken px-1.5 text-sm"
            title={columnTypeLabels[column.type]}
          >
            <ColumnTypeIcon type={column.type} className="size-3.5 shrink-0 text-muted" />
            <bdi className="truncate">{column.display_name}</bdi>
          </li>
        ))}
      </ul>
      {data.columns.length > columnsAtFirst ? (
        <Button variant="ghost" size="sm" className="mt-1" onClick={() => setAll(!isAll)}>
          {isAll ? 'Show fewer' : `Show all ${data.columns.length}`}
        </Button>
      ) : null}
    </section>
  );
}
