'use client';

import { clsx } from 'clsx';
import { ArrowRight, FileUp, Shuffle, Table2 } from 'lucide-react';
import Link from 'next/link';
import { Fragment, useState } from 'react';
import { getLineage, type ColumnLineage, type ColumnRef } from '#contracts/lineage';
import type { EndpointResponse } from '#contracts/endpoint';
import { useApi } from '../../api.ts';
import { ColumnTypeIcon } from '../../ui/column-type.tsx';
import { SearchInput } from '../../ui/search-input.tsx';
import { ErrorState, SkeletonRows } from '../../ui/states.tsx';
import { Cell, Table } from '../../ui/table.tsx';

type Node = EndpointResponse<typeof getLineage>['nodes'][number];

const icons = { source: FileUp, table: Table2, transformation: Shuffle, pipeline: Shuffle };
const hrefs: Record<Node['kind'], (ref: string) => string> = {
  source: (ref) => `/sources/${ref}`,
  table: (ref) => `/data/${encodeURIComponent(ref)}?tab=lineage`,
  transformation: (ref) => `/transformations/${ref}`,
  pipeline: (ref) => `/pipelines/${ref}`,
};

/** Where a table comes from and where it goes, then the same for each of its columns. */
export function LineagePanel({ name }: { readonly name: string }) {
  const { data, error, mutate } = useApi(getLineage, { params: { name } });
  const [search, setSearch] = useState('');
  if (error !== undefined && !data)
    return <ErrorState title="The lineage could not be read" error={error} onRetry={() => void mutate()} />;
  if (!data) return <SkeletonRows rows={6} />;
  const word = search.trim().toLocaleLowerCase();
  const columns = data.columns.filter((column) => column.display_name.toLocaleLowerCase().includes(word));
  return (
    <div className="flex flex-col gap-5">
      <Flow nodes={data.nodes} />
      <section aria-label="Columns" className="flex flex-col gap-2">
        <div className="flex flex-wrap items-center gap-3">
          <h2 className="text-base font-semibold">Columns</h2>
          {data.columns.length > 8 ? (
            <SearchInput label="Search columns" value={search} onChange={setSearch} className="max-w-60" />
          ) : null}
        </div>
        {columns.length === 0 ? <p className="text-muted">No column is called “{search}”.</p> : null}
        {columns.length > 0 ? (
          <Table
            label="Where each column comes from, and what uses it"
            head={[{ title: 'Column' }, { title: 'Comes from' }, { title: 'Used by' }]}
          >
            {columns.map((column) => (
              <ColumnRow key={column.name} column={column} />
            ))}
          </Table>
        ) : null}
      </section>
    </div>
  );
}

/** Stages from left to right, one below the other on a phone. */
function Flow({ nodes }: { readonly nodes: readonly Node[] }) {
  const stages = [...Map.groupBy(nodes, (node) => node.distance)].toSorted(([a], [b]) => a - b);
  return (
    <section
      aria-label="From its source to what is made from it"
      // What scrolls must be reachable by keyboard.
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      className="flex flex-col gap-2 overflow-x-auto rounded-lg border border-line bg-surface p-3 sm:flex-row sm:items-center"
    >
      {stages.map(([distance, stage], index) => (
        <Fragment key={distance}>
          {index > 0 ? (
            <ArrowRight
              aria-hidden
              className="size-4 shrink-0 rotate-90 text-faint sm:rotate-0 rtl:sm:rotate-180"
            />
          ) : null}
          <ul className="flex shrink-0 flex-col gap-1.5">
            {stage.map((node) => {
              const Icon = icons[node.kind];
              return (
                <li key={node.id}>
                  <Link
                    href={hrefs[node.kind](node.ref_id)}
                    aria-current={node.distance === 0 ? 'page' : undefined}
                    className={clsx(
                      'flex min-h-8 max-w-60 touch-target items-center gap-1.5 rounded-md border px-2 py-1 text-sm hover:bg-hover',
                      node.distance === 0 ? 'border-accent bg-accent-soft font-medium' : 'border-line',
                    )}
                  >
                    <Icon aria-hidden className="size-4 shrink-0 text-muted" />
                    <bdi className="truncate">{node.name}</bdi>
                  </Link>
                </li>
              );
            })}
          </ul>
        </Fragment>
      ))}
    </section>
  );
}

function Reference({ of }: { readonly of: ColumnRef }) {
  return (
    <Link
      href={`/data/${encodeURIComponent(of.table)}?tab=lineage`}
      className="inline-flex max-w-full flex-wrap items-baseline gap-x-1 hover:underline"
    >
      <bdi className="font-medium wrap-anywhere">{of.column_name}</bdi>
      <span className="text-sm text-muted">
        of <bdi>{of.table_name}</bdi>
      </span>
    </Link>
  );
}

const SHOWN = 6;

function ColumnRow({ column }: { readonly column: ColumnLineage }) {
  const further = column.origins.filter(
    (origin) => !column.from.some((from) => from.table === origin.table && from.column === origin.column),
  );
  return (
    <tr>
      <Cell className="min-w-36 align-top">
        <span className="flex items-center gap-1.5">
          <ColumnTypeIcon type={column.type} />
          <bdi className="font-medium wrap-anywhere">{column.display_name}</bdi>
        </span>
      </Cell>
      <Cell className="min-w-52 align-top">
        {column.how === 'loaded' ? (
          <span className="text-muted">Loaded from the source</span>
        ) : (
          <div className="flex flex-col items-start gap-0.5">
            {column.how === 'calculated' ? (
              <span className="text-sm text-muted">
                {column.from.length > 0 ? 'Calculated from' : 'Calculated'}
              </span>
            ) : null}
            {column.from.slice(0, SHOWN).map((of) => (
              <Reference key={`${of.table} ${of.column}`} of={of} />
            ))}
            {column.from.length > SHOWN ? (
              <span className="text-sm text-muted">and {column.from.length - SHOWN} more</span>
            ) : null}
            {further.length > 0 ? (
              <details className="text-sm">
                <summary className="cursor-pointer text-muted">In the end from</summary>
                <div className="flex flex-col items-start">
                  {further.slice(0, SHOWN * 2).map((of) => (
                    <Reference key={`${of.table} ${of.column}`} of={of} />
                  ))}
                </div>
              </details>
            ) : null}
          </div>
        )}
      </Cell>
      <Cell className="min-w-52 align-top">
        {column.used_by.length === 0 ? <span className="text-faint">–</span> : null}
        <ul className="flex flex-col gap-1">
          {column.used_by.map((use) => (
            <li key={use.transformation_id}>
              <Link
                href={`/transformations/${use.transformation_id}`}
                className="font-medium hover:underline"
              >
                <bdi>{use.transformation_name}</bdi>
              </Link>
              <p className="text-sm text-muted">
                {[...use.steps, ...use.outputs.map((output) => `→ ${output}`)].join(', ')}
              </p>
            </li>
          ))}
        </ul>
      </Cell>
    </tr>
  );
}
