'use client';

import { useState } from 'react';
import { cancelRun } from '#contracts/pipelines';
import { getSource, type SyncProgress } from '#contracts/sources';
import { call, useApi } from '../../api.ts';
import { useConnection } from '../../events.ts';
import { useProgress } from '../../live-data.ts';
import { useFormat } from '../../use-format.ts';
import { StatusBadge } from '../../ui/badge.tsx';
import { Button, LinkButton } from '../../ui/button.tsx';
import { Card, Progress } from '../../ui/states.tsx';
import { toast } from '../../ui/toast.tsx';

import { shownStatus } from './sync-summary.ts';

const phases: Record<SyncProgress['phase'], string> = {
  waiting: 'Waiting for its turn',
  reading: 'Reading every row',
  loading: 'Loading',
  finishing: 'Putting the table in place',
};

interface LoadProgressProps {
  readonly sourceId: string;
  readonly name: string;
  /** Run that was just started, as long as the source does not know it. */
  readonly runId: string;
}

/** A load as it goes on: rows, speed, time left, Cancel; then what came of it. */
export function LoadProgress({ sourceId, name, runId }: LoadProgressProps) {
  const format = useFormat();
  const isLive = useConnection((state) => state.isLive);
  const { data } = useApi(
    getSource,
    { params: { id: sourceId } },
    { refreshInterval: isLive ? 4000 : 1000, dedupingInterval: 500 },
  );
  const live = useProgress(sourceId);
  const [isCancelling, setCancelling] = useState(false);
  const sync = data?.last_sync?.run_id === runId ? data.last_sync : undefined;
  const status = sync?.status ?? 'queued';
  const isGoingOn = status === 'queued' || status === 'running';
  const progress = isGoingOn ? (live ?? sync?.progress ?? undefined) : undefined;

  async function cancel() {
    setCancelling(true);
    try {
      await call(cancelRun, { params: { id: runId } });
    } catch (error) {
      toast.problem(error, 'The load could not be cancelled');
      setCancelling(false);
    }
  }

  return (
    <Card className="flex flex-col gap-2 p-3">
      <div className="flex min-h-8 items-center gap-3">
        <bdi className="min-w-0 flex-1 truncate font-medium">{name}</bdi>
        <StatusBadge status={sync ? shownStatus(sync) : status} />
        {isGoingOn ? (
          <Button
            size="sm"
            isBusy={isCancelling}
            onClick={() => void cancel()}
            aria-label={`Cancel loading ${name}`}
          >
            Cancel
          </Button>
        ) : (
          <LinkButton size="sm" href={`/sources/${sourceId}`}>
            Open
          </LinkButton>
        )}
      </div>
      {isGoingOn ? <Progress value={fractionOf(progress)} label={`Loading ${name}`} /> : null}
      <p data-numeric className="text-sm text-muted">
        {isGoingOn ? describeProgress(progress, format) : null}
        {status === 'succeeded' || status === 'partial'
          ? `${format.count(sync?.rows_synced ?? 0, ['row', 'rows'])} loaded`
          : null}
        {sync && !isGoingOn && sync.rows_rejected > 0
          ? ` · ${format.count(sync.rows_rejected, ['row', 'rows'])} could not be read`
          : null}
        {status === 'cancelled' ? 'Nothing was changed.' : null}
      </p>
      {sync?.error ? (
        <p role="alert" className="text-sm text-danger">
          {sync.error.message} {sync.error.hint}
        </p>
      ) : null}
    </Card>
  );
}

function describeProgress(progress: SyncProgress | undefined, format: ReturnType<typeof useFormat>): string {
  if (!progress) return phases.waiting;
  const parts = [phases[progress.phase]];
  if (progress.rows_done > 0) parts.push(format.count(progress.rows_done, ['row', 'rows']));
  if (progress.rows_per_second !== null && progress.rows_per_second > 0) {
    parts.push(`${format.number(Math.round(progress.rows_per_second))} rows/s`);
  }
  if (progress.seconds_left !== null) parts.push(`${format.duration(progress.seconds_left * 1000)} left`);
  return parts.join(' · ');
}

function fractionOf(progress: SyncProgress | undefined): number | undefined {
  if (!progress || progress.bytes_total === null || progress.bytes_total === 0) return undefined;
  return progress.bytes_done / progress.bytes_total;
}
