'use client';

import { useCallback } from 'react';
import { previewTable, type TableColumn } from '#contracts/warehouse';
import { call } from '../../api.ts';
import { DataGrid, type GridRequest } from '../../ui/data-grid.tsx';

interface TableGridProps {
  /** Physical name of the table. */
  readonly name: string;
  readonly label: string;
  readonly columns: readonly TableColumn[];
  /** When its data was last written: a newer one reads the rows again. */
  readonly version: string;
  readonly emptyText?: string;
}

/** Every row of a warehouse table, read while one scrolls. */
export function TableGrid({ name, label, columns, version, emptyText }: TableGridProps) {
  const fetchRows = useCallback(
    async ({ start, end, sort }: GridRequest) => {
      const order = sort.map(({ column, descending }) => (descending ? `-${column}` : column)).join(',');
      const page = await call(previewTable, {
        params: { name },
        query: { offset: start, limit: end - start, ...(order ? { sort: order } : {}) },
      });
      return { rows: page.rows, total: page.total_count };
    },
    [name],
  );
  return (
    <DataGrid
      label={label}
      columns={columns}
      version={`${name} ${version}`}
      fetchRows={fetchRows}
      isSortable
      {...(emptyText === undefined ? {} : { emptyText })}
    />
  );
}
