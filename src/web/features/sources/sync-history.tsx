'use client';

import { listSyncs, type SyncResult } from '#contracts/sources';
import { useApi } from '../../api.ts';
import { useFormat } from '../../use-format.ts';
import { StatusBadge } from '../../ui/badge.tsx';
import { columnTypeLabels } from '../../ui/column-type.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { EmptyState, ErrorState, SkeletonRows } from '../../ui/states.tsx';
import { changeWords } from './change-words.ts';
import { shownStatus } from './sync-summary.ts';
import { Cell, Table } from '../../ui/table.tsx';

const triggers: Record<SyncResult['trigger'], string> = {
  manual: 'By hand',
  pipeline: 'By a pipeline',
  upload: 'By an upload',
};

/** Loads of a source, newest first. */
export function SyncHistory({ sourceId }: { readonly sourceId: string }) {
  const { data, error, mutate } = useApi(listSyncs, { params: { id: sourceId }, query: { limit: 100 } });
  if (error !== undefined && !data) {
    return <ErrorState title="The history could not be read" error={error} onRetry={() => void mutate()} />;
  }
  if (!data) return <SkeletonRows />;
  if (data.items.length === 0) return <EmptyState title="No load has been started yet" />;
  return (
    <Table
      label="Syncs"
      head={[
        { title: 'State' },
        { title: 'Started' },
        { title: 'Rows', isNumeric: true },
        { title: 'Not readable', isNumeric: true, isWide: true },
        { title: 'Took', isNumeric: true, isWide: true },
        { title: 'Started by', isWide: true },
        { title: 'What happened', isWide: true },
      ]}
    >
      {data.items.map((sync) => (
        <SyncRow key={sync.run_id} sync={sync} />
      ))}
    </Table>
  );
}

function SyncRow({ sync }: { readonly sync: SyncResult }) {
  const format = useFormat();
  const took = sync.duration_ms === null ? '—' : format.duration(sync.duration_ms);
  const hasEvents =
    sync.error !== null ||
    sync.schema_changes.length > 0 ||
    sync.warnings.length > 0 ||
    sync.rows_rejected > 0;
  return (
    <>
      <tr className={hasEvents ? 'max-sm:border-b-0!' : undefined}>
        <Cell>
          <StatusBadge status={shownStatus(sync)} />
        </Cell>
        <Cell className="whitespace-nowrap">
          {sync.started_at ? <RelativeTime value={sync.started_at} /> : 'Waiting'}
        </Cell>
        <Cell isNumeric>{format.number(sync.rows_synced)}</Cell>
        <Cell isNumeric isWide>
          {sync.rows_rejected === 0 ? '—' : format.number(sync.rows_rejected)}
        </Cell>
        <Cell isNumeric isWide>
          {took}
        </Cell>
        <Cell isWide className="whitespace-nowrap">
          {triggers[sync.trigger]}
        </Cell>
        <Cell isWide className="min-w-56">
          <SyncEvents sync={sync} />
        </Cell>
      </tr>
      {hasEvents ? (
        <tr className="sm:hidden">
          <Cell colSpan={3} className="pt-0">
            {sync.rows_rejected > 0 ? (
              <p>{format.count(sync.rows_rejected, ['row', 'rows'])} could not be read</p>
            ) : null}
            <SyncEvents sync={sync} />
          </Cell>
        </tr>
      ) : null}
    </>
  );
}

function SyncEvents({ sync }: { readonly sync: SyncResult }) {
  return (
    <>
      {sync.error ? (
        <p className="wrap-anywhere text-danger">
          {sync.error.message} {sync.error.hint}
        </p>
      ) : null}
      {sync.schema_changes.map((change) => (
        <p key={`${change.kind} ${change.table ?? ''} ${change.column}`}>
          {changeWords(change, columnTypeLabels)}
        </p>
      ))}
      {sync.warnings.slice(0, 3).map((warning) => (
        <p key={`${warning.code} ${warning.message}`} className="wrap-anywhere text-muted">
          {warning.message}
        </p>
      ))}
    </>
  );
}
