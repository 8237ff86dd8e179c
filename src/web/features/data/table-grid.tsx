'use client';

import { useCallback } from 'react';
import { previewTable, profileTable, type TableColumn } from '#contracts/warehouse';
import { call, useApi } from '../../api.ts';
import { ColumnSummary, summaryHeaderHeight } from '../../ui/column-summary.tsx';
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

/** Wider tables are described column by column, in the list of their columns. */
const MOST_DESCRIBED = 100;

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
  const isDescribed = columns.length <= MOST_DESCRIBED;
  const renderColumnSummary = useCallback(
    (column: TableColumn) => <TableColumnSummary table={name} column={column} />,
    [name],
  );
  return (
    <DataGrid
      label={label}
      columns={columns}
      version={`${name} ${version}`}
      fetchRows={fetchRows}
      isSortable
      {...(isDescribed ? { renderColumnSummary, headerHeight: summaryHeaderHeight } : {})}
      {...(emptyText === undefined ? {} : { emptyText })}
    />
  );
}

interface TableColumnSummaryProps {
  /** Physical name. */
  readonly table: string;
  readonly column: TableColumn;
}

/** All columns of a table ask the same thing, which is asked once. */
function TableColumnSummary({ table, column }: TableColumnSummaryProps) {
  const { data } = useApi(profileTable, { params: { name: table }, query: {} }, { keepPreviousData: true });
  const profile = data?.columns.find(({ name }) => name === column.name);
  return (
    <ColumnSummary
      total={profile?.row_count ?? 0}
      empty={profile?.empty_count ?? 0}
      profile={profile}
      of={data?.sampled ? 'sample' : 'all'}
    />
  );
}
