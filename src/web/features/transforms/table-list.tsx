'use client';

import { Search, Table2, Workflow } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { WarehouseTable } from '#contracts/warehouse';
import { Field, Input } from '../../ui/field.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { useFormat } from '../../use-format.ts';
import { visibleColumns } from './model/column-naming.ts';

interface TableListProps {
  readonly tables: readonly WarehouseTable[];
  readonly onPick: (table: WarehouseTable) => void;
}

/** Tables to choose from, searched by their name and by the names of their columns. */
export function TableList({ tables, onPick }: TableListProps) {
  const [search, setSearch] = useState('');
  const format = useFormat();
  const found = useMemo(() => {
    const words = search.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    return tables.filter((table) => {
      const text = [table.display_name, ...visibleColumns(table).map((column) => column.display_name)]
        .join(' ')
        .toLocaleLowerCase();
      return words.every((word) => text.includes(word));
    });
  }, [tables, search]);
  return (
    <div className="flex flex-col gap-3">
      <Field label="Search tables" isLabelHidden>
        <div className="relative">
          <Search
            aria-hidden
            className="pointer-events-none absolute inset-y-0 start-2.5 my-auto size-4 text-muted"
          />
          <Input
            type="search"
            aria-label="Search tables"
            placeholder="Search tables and columns"
            className="ps-9"
            value={search}
            onChange={(event) => setSearch(event.target.value)}
          />
        </div>
      </Field>
      <ul aria-label="Tables" className="flex flex-col gap-1.5">
        {found.map((table) => {
          const columns = visibleColumns(table);
          const Icon = table.kind === 'source' ? Table2 : Workflow;
          return (
            <li key={table.name}>
              <button
                type="button"
                onClick={() => onPick(table)}
                className="flex w-full touch-target items-start gap-3 rounded-md border border-line bg-surface p-3 text-start hover:border-accent hover:bg-hover"
              >
                <Icon aria-hidden className="mt-0.5 size-5 shrink-0 text-muted" />
                <span className="min-w-0 flex-1">
                  <bdi className="block font-medium wrap-anywhere">{table.display_name}</bdi>
                  <span className="line-clamp-1 block text-sm text-muted">
                    {columns.map((column) => column.display_name).join(', ')}
                  </span>
                </span>
                <span className="shrink-0 text-end text-sm text-muted">
                  <span data-numeric className="block">
                    {table.row_count === null ? '' : format.count(table.row_count, ['row', 'rows'])}
                  </span>
                  <RelativeTime value={table.updated_at} />
                </span>
              </button>
            </li>
          );
        })}
      </ul>
      {found.length === 0 ? (
        <p role="status" className="py-4 text-center text-muted">
          No table matches “{search}”.
        </p>
      ) : null}
    </div>
  );
}
