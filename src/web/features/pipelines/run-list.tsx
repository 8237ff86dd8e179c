'use client';

import { clsx } from 'clsx';
import { useState } from 'react';
import { listPipelineRuns, type PipelineRun } from '#contracts/pipelines';
import { useApi } from '../../api.ts';
import { StatusBadge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { Card, ErrorState, SkeletonRows } from '../../ui/states.tsx';
import { useFormat } from '../../use-format.ts';
import { triggerWords } from './run-words.ts';

const pageSize = 20;

interface RunListProps {
  readonly pipelineId: string;
  readonly shownId: string | null;
  readonly onShow: (id: string) => void;
}

/** The runs of a pipeline, newest first; one of them is shown beside. */
export function RunList({ pipelineId, shownId, onShow }: RunListProps) {
  const [limit, setLimit] = useState(pageSize);
  const { data, error, mutate } = useApi(listPipelineRuns, { params: { id: pipelineId }, query: { limit } });
  if (!data && error) {
    return <ErrorState error={error} title="The runs could not be read" onRetry={() => void mutate()} />;
  }
  if (!data) return <SkeletonRows rows={4} />;
  if (data.items.length === 0) {
    return <p className="text-muted">It has not run yet. Run it now, or give it a schedule.</p>;
  }
  return (
    <>
      <Card className="overflow-hidden">
        <ul aria-label="Runs" className="divide-y divide-line lg:max-h-[560px] lg:overflow-y-auto">
          {data.items.map((run) => (
            <RunRow
              key={run.run_id}
              run={run}
              isShown={run.run_id === shownId}
              onShow={() => onShow(run.run_id)}
            />
          ))}
        </ul>
      </Card>
      {data.next_cursor !== null && limit < 500 ? (
        <Button variant="ghost" size="sm" className="mt-2" onClick={() => setLimit(Math.min(500, limit * 3))}>
          Show older runs
        </Button>
      ) : null}
    </>
  );
}

interface RunRowProps {
  readonly run: PipelineRun;
  readonly isShown: boolean;
  readonly onShow: () => void;
}

function RunRow({ run, isShown, onShow }: RunRowProps) {
  const format = useFormat();
  const rows = run.steps.reduce((sum, step) => sum + (step.rows ?? 0), 0);
  return (
    <li>
      <button
        type="button"
        aria-current={isShown ? 'true' : undefined}
        onClick={onShow}
        className={clsx(
          'flex w-full flex-wrap items-center gap-x-3 gap-y-0.5 px-3 py-2 text-start -outline-offset-2! hover:bg-hover',
          isShown && 'bg-accent-soft',
        )}
      >
        <StatusBadge status={run.status} />
        <RelativeTime value={run.started_at ?? run.queued_at} />
        <span data-numeric className="ms-auto text-sm text-muted">
          {run.duration_ms === null ? '' : format.duration(run.duration_ms)}
        </span>
        <span data-numeric className="w-full text-sm text-muted">
          {triggerWords[run.trigger]}
          {rows > 0 ? ` · ${format.count(rows, ['row', 'rows'])}` : ''}
        </span>
      </button>
    </li>
  );
}
