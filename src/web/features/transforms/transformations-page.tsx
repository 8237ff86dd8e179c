'use client';

import { CircleAlert, CopyPlus, Ellipsis, Pencil, Plus, Trash2, Workflow } from 'lucide-react';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { listTransformations, type Transformation } from '#contracts/transformations';
import { summarizeRecipe } from '#contracts/recipe-words';
import { useApi } from '../../api.ts';
import { usePermission } from '../../session.ts';
import { Badge, StatusBadge } from '../../ui/badge.tsx';
import { IconButton, LinkButton } from '../../ui/button.tsx';
import { Menu, MenuItem } from '../../ui/menu.tsx';
import { Page } from '../../ui/page.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { EmptyState, ErrorState, SkeletonRows } from '../../ui/states.tsx';
import { useFormat } from '../../use-format.ts';
import { DeleteTransformationDialog } from './delete-transformation-dialog.tsx';

/** Every transformation: what it does, what came out, and how it went. */
export function TransformationsPage() {
  const { data, error, mutate } = useApi(listTransformations, { query: { limit: 500 } });
  const mayWrite = usePermission('transformations:write');
  const [deleting, setDeleting] = useState<Transformation>();
  const items = data?.items;
  const add = mayWrite ? (
    <LinkButton variant="primary" href="/transformations/new" icon={<Plus aria-hidden className="size-4" />}>
      New transformation
    </LinkButton>
  ) : undefined;
  return (
    <Page title="Transformations" actions={items !== undefined && items.length > 0 ? add : undefined}>
      {error !== undefined && items === undefined ? (
        <ErrorState
          title="The transformations could not be read"
          error={error}
          onRetry={() => void mutate()}
        />
      ) : items === undefined ? (
        <SkeletonRows rows={6} />
      ) : items.length === 0 ? (
        <EmptyState icon={<Workflow aria-hidden />} title="No transformations yet" action={add}>
          A transformation is a list of steps – filter, combine, summarize – that turns tables into the one
          that you need, again and again, without a formula.
        </EmptyState>
      ) : (
        <TransformationTable items={items} mayWrite={mayWrite} onDelete={setDeleting} />
      )}
      {deleting ? (
        <DeleteTransformationDialog
          id={deleting.id}
          name={deleting.name}
          onClose={() => setDeleting(undefined)}
          onDeleted={() => setDeleting(undefined)}
        />
      ) : null}
    </Page>
  );
}

interface TransformationTableProps {
  readonly items: readonly Transformation[];
  readonly mayWrite: boolean;
  readonly onDelete: (transformation: Transformation) => void;
}

function TransformationTable({ items, mayWrite, onDelete }: TransformationTableProps) {
  const format = useFormat();
  const router = useRouter();
  return (
    <div className="overflow-hidden rounded-lg border border-line bg-surface">
      <table className="w-full text-start">
        <caption className="sr-only">Transformations</caption>
        <thead className="hidden border-b border-line bg-sunken text-sm text-muted md:table-header-group">
          <tr>
            <th scope="col" className="px-4 py-2 text-start font-medium">
              Name
            </th>
            <th scope="col" className="px-4 py-2 text-start font-medium">
              Result
            </th>
            <th scope="col" className="px-4 py-2 text-end font-medium">
              Rows
            </th>
            <th scope="col" className="px-4 py-2 text-start font-medium">
              Last run
            </th>
            <th scope="col" className="w-12 px-2 py-2">
              <span className="sr-only">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <tr
              key={item.id}
              className="relative grid grid-cols-[1fr_auto] gap-x-2 border-b border-line px-4 py-2 last:border-0 hover:bg-hover md:table-row md:p-0"
            >
              <td className="min-w-0 md:px-4 md:py-2.5">
                <Link
                  href={`/transformations/${item.id}`}
                  dir="auto"
                  className="font-medium wrap-anywhere before:absolute before:inset-0 hover:underline md:before:content-none"
                >
                  {item.name}
                </Link>
                <div className="flex flex-wrap items-center gap-2 text-sm text-muted">
                  {summarizeRecipe(item.recipe.steps)}
                  {item.errors.length > 0 ? (
                    <Badge tone="danger" icon={<CircleAlert aria-hidden />}>
                      {item.errors.length === 1
                        ? '1 step needs a correction'
                        : `${item.errors.length} corrections needed`}
                    </Badge>
                  ) : null}
                </div>
                {item.problem === null ? null : (
                  <p className="max-w-xl text-sm text-danger">
                    {item.problem.where}: {item.problem.message}{' '}
                    <span className="text-muted">{item.problem.advice}</span>
                  </p>
                )}
              </td>
              <td className="col-start-1 min-w-0 text-sm md:px-4 md:py-2.5 md:text-base">
                {item.last_run_at === null ? (
                  <span className="text-muted">Not run yet</span>
                ) : (
                  <Link
                    href={`/data/${encodeURIComponent(item.table_name)}`}
                    dir="auto"
                    className="relative wrap-anywhere hover:underline"
                  >
                    {item.output_table_name ?? item.name}
                  </Link>
                )}
              </td>
              <td data-numeric className="hidden px-4 py-2.5 text-end md:table-cell">
                {item.row_count === null ? (
                  <span className="text-faint">–</span>
                ) : (
                  format.number(item.row_count)
                )}
              </td>
              <td className="col-start-1 text-sm md:px-4 md:py-2.5">
                <span className="flex flex-wrap items-center gap-2">
                  {item.last_run ? <StatusBadge status={item.last_run.status} /> : null}
                  {item.last_run_at ? <RelativeTime value={item.last_run_at} className="text-muted" /> : null}
                </span>
                {item.last_run?.error ? (
                  <span className="line-clamp-2 text-sm text-danger">{item.last_run.error.message}</span>
                ) : null}
              </td>
              <td className="col-start-2 row-start-1 text-end md:px-2">
                {mayWrite ? (
                  <span className="relative">
                    <Menu
                      trigger={
                        <IconButton
                          label={`Actions for ${item.name}`}
                          icon={<Ellipsis aria-hidden className="size-4" />}
                        />
                      }
                    >
                      <MenuItem
                        icon={<Pencil aria-hidden />}
                        onSelect={() => router.push(`/transformations/${item.id}`)}
                      >
                        Edit
                      </MenuItem>
                      <MenuItem
                        icon={<CopyPlus aria-hidden />}
                        onSelect={() => router.push(`/transformations/new?start=yours&template=${item.id}`)}
                      >
                        Use for other tables…
                      </MenuItem>
                      <MenuItem icon={<Trash2 aria-hidden />} isDangerous onSelect={() => onDelete(item)}>
                        Delete…
                      </MenuItem>
                    </Menu>
                  </span>
                ) : null}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
