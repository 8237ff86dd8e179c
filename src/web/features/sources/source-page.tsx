'use client';

import { RefreshCw } from 'lucide-react';
import { useState } from 'react';
import { getSource, syncSource, type Source } from '#contracts/sources';
import { getTable } from '#contracts/warehouse';
import { ApiError } from '../../api-error.ts';
import { call, useApi } from '../../api.ts';
import { usePermission } from '../../session.ts';
import { useFormat } from '../../use-format.ts';
import { BackLink } from '../../ui/back-link.tsx';
import { StatusBadge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { GridSkeleton } from '../../ui/data-grid.tsx';
import { Page } from '../../ui/page.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { EmptyState, ErrorState, Skeleton } from '../../ui/states.tsx';
import { TabPanel, Tabs } from '../../ui/tabs.tsx';
import { toast } from '../../ui/toast.tsx';
import { useQueryState } from '../../ui/use-query-state.ts';
import { ColumnList } from '../data/column-list.tsx';
import { PartChoice } from '../data/part-choice.tsx';
import { ExportButton } from '../data/export-button.tsx';
import { TableGrid } from '../data/table-grid.tsx';
import { LoadProgress } from './load-progress.tsx';
import { watchLoad } from './loads.ts';
import { RejectedRows } from './rejected-rows.tsx';
import { SchemaChanges } from './schema-changes.tsx';
import { SchemaReviews } from './schema-review.tsx';
import { SourceSchedule } from './source-schedule.tsx';
import { SourceSettings } from './source-settings.tsx';
import { SourceStreams } from './source-streams.tsx';
import { shownStatus } from './sync-summary.ts';
import { SyncHistory } from './sync-history.tsx';

export function SourcePage({ id }: { readonly id: string }) {
  const format = useFormat();
  const [tab, setTab] = useQueryState('tab', 'data');
  const { data: source, error, mutate } = useApi(getSource, { params: { id } });
  const back = <BackLink href="/sources">Sources</BackLink>;
  if (error !== undefined && !source) {
    return (
      <Page title="Source" back={back}>
        <ErrorState title="This source could not be opened" error={error} onRetry={() => void mutate()} />
      </Page>
    );
  }
  if (!source) {
    return (
      <Page title={<Skeleton className="h-7 w-56" />} back={back} isFilling>
        <GridSkeleton />
      </Page>
    );
  }
  const sync = source.last_sync;
  const isGoingOn = sync?.status === 'queued' || sync?.status === 'running';
  // A file has no streams: it is always loaded as a whole.
  const isService = typeof source.config['upload_id'] !== 'string';
  return (
    <Page
      isFilling
      back={back}
      title={source.name}
      meta={<SourceMeta source={source} />}
      actions={
        <>
          {source.last_synced_at ? (
            <ExportButton name={source.warehouse_table_name} displayName={source.name} />
          ) : null}
          <SyncButton source={source} isGoingOn={isGoingOn} onStarted={() => void mutate()} />
        </>
      }
    >
      {isGoingOn ? (
        <div className="mb-4">
          <LoadProgress sourceId={source.id} name={source.name} runId={sync.run_id} />
        </div>
      ) : null}
      {isService ? <SchemaReviews source={source} onChanged={() => void mutate()} /> : null}
      {sync?.status === 'failed' && sync.error && sync.error.code !== 'schema_review_needed' ? (
        <ErrorState
          className="mb-4"
          title={
            source.last_synced_at
              ? 'The last load failed; you see the data of the one before'
              : 'The source could not be loaded'
          }
          action={
            // What is wrong with how it is reached is put right there.
            isService && sync.error.code.startsWith('source_') && tab !== 'settings' ? (
              <Button size="sm" onClick={() => setTab('settings')}>
                Check the settings
              </Button>
            ) : null
          }
          error={
            new ApiError({
              status: 422,
              code: sync.error.code,
              detail: sync.error.message,
              ...(sync.error.hint === undefined ? {} : { hint: sync.error.hint }),
            })
          }
        />
      ) : null}
      <Tabs
        label={source.name}
        value={tab}
        onChange={setTab}
        tabs={[
          { value: 'data', label: 'Data' },
          { value: 'columns', label: 'Columns', count: format.number(source.column_count) },
          ...(isService ? [{ value: 'streams', label: 'Streams' }] : []),
          { value: 'syncs', label: 'Syncs' },
          { value: 'rejected', label: 'Rejected rows', count: format.number(source.rows_rejected) },
          { value: 'settings', label: 'Settings' },
        ]}
      >
        <TabPanel value="data">
          <SourceTable source={source} part="rows" />
        </TabPanel>
        <TabPanel value="columns">
          <SourceTable source={source} part="columns" />
        </TabPanel>
        {isService ? (
          <TabPanel value="streams">
            <SourceStreams source={source} onChanged={() => void mutate()} />
          </TabPanel>
        ) : null}
        <TabPanel value="syncs">
          <SyncHistory sourceId={source.id} />
        </TabPanel>
        <TabPanel value="rejected">
          <RejectedRows source={source} />
        </TabPanel>
        <TabPanel value="settings">
          <SourceSettings source={source} onChanged={() => void mutate()} />
        </TabPanel>
      </Tabs>
    </Page>
  );
}

function SourceMeta({ source }: { readonly source: Source }) {
  const format = useFormat();
  const sync = source.last_sync;
  if (!source.last_synced_at) {
    return sync ? <StatusBadge status={shownStatus(sync)} /> : <span>Not loaded yet</span>;
  }
  return (
    <>
      {sync ? <StatusBadge status={shownStatus(sync)} /> : null}
      <span>
        Synced {format.count(source.row_count, ['row', 'rows'])},{' '}
        <RelativeTime value={source.last_synced_at} />
      </span>
      <SourceSchedule sourceId={source.id} />
    </>
  );
}

interface SyncButtonProps {
  readonly source: Source;
  readonly isGoingOn: boolean;
  readonly onStarted: () => void;
}

function SyncButton({ source, isGoingOn, onStarted }: SyncButtonProps) {
  const mayRun = usePermission('sources:run');
  const [isBusy, setBusy] = useState(false);
  if (!mayRun) return null;
  async function sync() {
    setBusy(true);
    try {
      const { run_id: runId } = await call(syncSource, { params: { id: source.id } });
      watchLoad({ sourceId: source.id, runId, name: source.name });
      onStarted();
    } catch (error) {
      toast.problem(error, 'The sync could not be started');
    } finally {
      setBusy(false);
    }
  }
  return (
    <Button
      variant="primary"
      isBusy={isBusy}
      disabled={isGoingOn}
      icon={<RefreshCw aria-hidden className="size-4" />}
      onClick={() => void sync()}
    >
      Sync now
    </Button>
  );
}

function SourceTable({ source, part }: { readonly source: Source; readonly part: 'rows' | 'columns' }) {
  const name = source.warehouse_table_name;
  const isLoaded = source.last_synced_at !== null;
  const { data, error, mutate } = useApi(getTable, isLoaded ? { params: { name } } : null);
  if (!isLoaded) {
    return (
      <EmptyState title="Nothing is loaded yet">
        As soon as a load has finished, you see its rows here. Sync now starts one.
      </EmptyState>
    );
  }
  if (error !== undefined && !data) {
    return <ErrorState title="The table could not be read" error={error} onRetry={() => void mutate()} />;
  }
  if (!data) return <GridSkeleton />;
  return part === 'rows' ? (
    <>
      <div className="pb-2 text-sm text-muted empty:hidden">
        <PartChoice name={name} parts={data.parts} />
      </div>
      <TableGrid name={name} label={source.name} columns={data.columns} version={data.updated_at} />
    </>
  ) : (
    <>
      <ColumnList name={name} columns={data.columns} />
      <SchemaChanges sourceId={source.id} />
    </>
  );
}
