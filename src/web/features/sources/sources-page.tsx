'use client';

import { Plus } from 'lucide-react';
import dynamic from 'next/dynamic';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { listSources, type Source } from '#contracts/sources';
import { useApi } from '../../api.ts';
import { useProgress } from '../../live-data.ts';
import { usePermission } from '../../session.ts';
import { useFormat } from '../../use-format.ts';
import { StatusBadge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Page } from '../../ui/page.tsx';
import { Freshness } from '../freshness/freshness.tsx';
import { SearchInput } from '../../ui/search-input.tsx';
import { ErrorState, SkeletonRows } from '../../ui/states.tsx';
import { Cell, Table } from '../../ui/table.tsx';
import { FirstSource } from './first-source.tsx';
import { SourceIcon } from './source-icon.tsx';
import { shownStatus, syncSummary } from './sync-summary.ts';

const AddSourceDialog = dynamic(async () => (await import('./add-source-dialog.tsx')).AddSourceDialog, {
  ssr: false,
});

export function SourcesPage() {
  const router = useRouter();
  const [search, setSearch] = useState('');
  const [files, setFiles] = useState<readonly File[]>();
  const mayAdd = usePermission('sources:write');
  const { data, error, mutate } = useApi(listSources, { query: { limit: 500 } });
  const addButton = mayAdd ? (
    <Button
      variant="primary"
      icon={<Plus aria-hidden className="size-4" />}
      onClick={() => router.replace('/sources?add=1', { scroll: false })}
    >
      Add source
    </Button>
  ) : null;
  const word = search.trim().toLocaleLowerCase();
  const shown = data?.items.filter((source) => source.name.toLocaleLowerCase().includes(word));
  return (
    <Page
      title="Sources"
      meta="Where your data comes from"
      actions={data?.items.length === 0 ? null : addButton}
    >
      {error !== undefined && !data ? (
        <ErrorState title="The sources could not be read" error={error} onRetry={() => void mutate()} />
      ) : !data ? (
        <SkeletonRows />
      ) : data.items.length === 0 ? (
        <FirstSource onFiles={setFiles} />
      ) : (
        <div className="flex flex-col gap-3">
          {data.items.length > 8 ? (
            <SearchInput label="Search sources" value={search} onChange={setSearch} className="max-w-xs" />
          ) : null}
          {shown?.length === 0 ? <p className="text-muted">No source is called “{search}”.</p> : null}
          {shown && shown.length > 0 ? (
            <Table
              label="Sources"
              head={[
                { title: 'Name' },
                { title: 'State' },
                { title: 'Rows', isNumeric: true },
                { title: 'Columns', isNumeric: true },
                { title: 'Last synced' },
              ]}
            >
              {shown.map((source) => (
                <SourceRow key={source.id} source={source} />
              ))}
            </Table>
          ) : null}
        </div>
      )}
      {files ? <AddSourceDialog isOpen files={files} onClose={() => setFiles(undefined)} /> : null}
    </Page>
  );
}

function SourceRow({ source }: { readonly source: Source }) {
  const format = useFormat();
  const progress = useProgress(source.id);
  const sync = source.last_sync;
  return (
    <tr className="relative hover:bg-hover">
      <Cell className="min-w-52">
        <div className="flex items-center gap-2.5">
          <SourceIcon name={source.type} className="size-4 shrink-0 text-muted" />
          <Link
            href={`/sources/${source.id}`}
            className="font-medium after:absolute after:inset-0 hover:underline"
          >
            <bdi className="wrap-anywhere">{source.name}</bdi>
          </Link>
        </div>
      </Cell>
      <Cell className="whitespace-nowrap">
        {sync ? (
          <StatusBadge status={shownStatus(sync)} />
        ) : (
          <span className="text-muted">Not loaded yet</span>
        )}
        {sync && syncSummary(sync, format.settings) ? (
          <span className="ms-2 text-sm text-muted">{syncSummary(sync, format.settings)}</span>
        ) : null}
      </Cell>
      <Cell isNumeric>{format.number(progress?.rows_done ?? source.row_count)}</Cell>
      <Cell isNumeric>{format.number(source.column_count)}</Cell>
      <Cell className="whitespace-nowrap text-muted">
        <Freshness updatedAt={source.last_synced_at} madeBy={source.id} />
      </Cell>
    </tr>
  );
}
