'use client';

import { BookOpen, Table2 } from 'lucide-react';
import Link from 'next/link';
import { useState } from 'react';
import { exportDictionary, listTables, type WarehouseTable } from '#contracts/warehouse';
import { urlOf, useApi } from '../../api.ts';
import { usePermission } from '../../session.ts';
import { useFormat } from '../../use-format.ts';
import { Freshness } from '../freshness/freshness.tsx';
import { Badge } from '../../ui/badge.tsx';
import { Button, LinkButton } from '../../ui/button.tsx';
import { Page } from '../../ui/page.tsx';
import { SearchInput } from '../../ui/search-input.tsx';
import { EmptyState, ErrorState, SkeletonRows } from '../../ui/states.tsx';
import { Cell, Table } from '../../ui/table.tsx';
import { useQueryState } from '../../ui/use-query-state.ts';
import { toast } from '../../ui/toast.tsx';
import { download } from './download.ts';
import { searchTables } from './search-tables.ts';

const groups: readonly { readonly kinds: readonly WarehouseTable['kind'][]; readonly title: string }[] = [
  { kinds: ['source'], title: 'From sources' },
  { kinds: ['transform', 'view'], title: 'From transformations' },
];

export function DataPage() {
  const [search, setSearch] = useQueryState('q', '');
  const { data, error, mutate } = useApi(listTables, { query: { limit: 500 } });
  const found = data ? searchTables(data.items, search) : [];
  return (
    <Page
      title="Data"
      meta="Every table that you have"
      actions={data && data.items.length > 0 ? <DictionaryButton /> : undefined}
    >
      {error !== undefined && !data ? (
        <ErrorState title="The tables could not be read" error={error} onRetry={() => void mutate()} />
      ) : !data ? (
        <SkeletonRows />
      ) : data.items.length === 0 ? (
        <EmptyState
          icon={<Table2 aria-hidden />}
          title="No tables yet"
          action={
            <LinkButton variant="primary" href="/sources?add=1">
              Add source
            </LinkButton>
          }
        >
          Each source and each transformation makes a table. Here you look into them and download them.
        </EmptyState>
      ) : (
        <div className="flex flex-col gap-5">
          <SearchInput
            label="Search tables, columns and descriptions"
            value={search}
            onChange={setSearch}
            className="max-w-sm"
          />
          {found.length === 0 ? (
            <p className="text-muted">Nothing is called or described as “{search}”.</p>
          ) : null}
          {groups.map(({ kinds, title }) => {
            const tables = found.filter(({ table }) => kinds.includes(table.kind));
            return tables.length === 0 ? null : (
              <section key={title}>
                <h2 className="mb-2 text-base font-semibold">{title}</h2>
                <Table
                  label={title}
                  head={[
                    { title: 'Table' },
                    { title: 'Rows', isNumeric: true },
                    { title: 'Columns', isNumeric: true },
                    { title: 'Size', isNumeric: true },
                    { title: 'Updated' },
                  ]}
                >
                  {tables.map((match) => (
                    <TableRow key={match.table.name} {...match} />
                  ))}
                </Table>
              </section>
            );
          })}
        </div>
      )}
    </Page>
  );
}

/** All descriptions as a file, to print or to hand on. */
function DictionaryButton() {
  const mayExport = usePermission('data:export');
  const [isBusy, setBusy] = useState(false);
  if (!mayExport) return null;
  async function save() {
    setBusy(true);
    try {
      await download(urlOf(exportDictionary.path, {}, {}), 'Data dictionary.csv');
    } catch (error) {
      toast.problem(error, 'The data dictionary could not be downloaded');
    } finally {
      setBusy(false);
    }
  }
  return (
    <Button isBusy={isBusy} icon={<BookOpen aria-hidden className="size-4" />} onClick={() => void save()}>
      Data dictionary
    </Button>
  );
}

function TableRow({
  table,
  columns,
}: {
  readonly table: WarehouseTable;
  readonly columns: readonly string[];
}) {
  const format = useFormat();
  return (
    <tr className="relative hover:bg-hover">
      <Cell className="min-w-52">
        <Link
          href={`/data/${encodeURIComponent(table.name)}`}
          className="font-medium after:absolute after:inset-0 hover:underline"
        >
          <bdi className="wrap-anywhere">{table.display_name}</bdi>
        </Link>
        {table.description ? (
          <p dir="auto" className="line-clamp-2 text-sm wrap-anywhere text-muted">
            {table.description}
          </p>
        ) : null}
        {columns.length > 0 ? (
          <span className="ms-2 inline-flex flex-wrap gap-1">
            {columns.slice(0, 4).map((column) => (
              <Badge key={column}>
                <bdi>{column}</bdi>
              </Badge>
            ))}
          </span>
        ) : null}
      </Cell>
      <Cell isNumeric>{table.row_count === null ? '—' : format.number(table.row_count)}</Cell>
      <Cell isNumeric>{format.number(table.columns.length)}</Cell>
      <Cell isNumeric className="text-muted">
        {table.size_bytes === null ? '—' : format.bytes(table.size_bytes)}
      </Cell>
      <Cell className="whitespace-nowrap text-muted">
        <Freshness updatedAt={table.updated_at} madeBy={table.source_id ?? table.transformation_id} />
      </Cell>
    </tr>
  );
}
