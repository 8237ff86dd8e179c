'use client';

import type { GridApi } from 'ag-grid-community';
import type { Row, TableColumn } from '#contracts/warehouse';
import { ColumnTypeIcon } from '../column-type.tsx';
import { Combobox } from '../combobox.tsx';

interface FindColumnProps {
  readonly api: GridApi<Row> | undefined;
  readonly columns: readonly TableColumn[];
}

/** So many columns are seen without looking for them. */
const FEW_COLUMNS = 8;

/** Scrolls to a column of a wide table. */
export function FindColumn({ api, columns }: FindColumnProps) {
  if (columns.length <= FEW_COLUMNS) return null;
  return (
    <Combobox
      size="sm"
      label="Find a column"
      placeholder="Find a column"
      searchPlaceholder="Search columns"
      className="h-6! w-36! border-transparent! bg-transparent! text-xs!"
      options={columns.map((column) => ({
        value: column.name,
        label: column.display_name,
        icon: <ColumnTypeIcon type={column.type} />,
      }))}
      value={undefined}
      onChange={(name) => api?.ensureColumnVisible(name, 'start')}
    />
  );
}
