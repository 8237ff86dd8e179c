'use client';

import { Plug, Shuffle } from 'lucide-react';
import Link from 'next/link';
import { listPipelineRuns, type Pipeline } from '#contracts/pipelines';
import { useApi } from '../../api.ts';
import { useSession } from '../../session.ts';
import { StatusBadge } from '../../ui/badge.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { Skeleton } from '../../ui/states.tsx';
import { useFormat } from '../../use-format.ts';
import { isActive } from './live-run.ts';
import { barCount } from './run-bars.ts';
import { RunBarsChart } from './run-bars-chart.tsx';
import { RunNowButton } from './run-now-button.tsx';
import { ScheduleSwitch } from './schedule-switch.tsx';
import { scheduleWords } from './schedule-words.ts';

/** A pipeline in the list: what it runs, when, how its last runs went, what comes next. */
export function PipelineRow({ pipeline }: { readonly pipeline: Pipeline }) {
  const format = useFormat();
  const timezone = useSession((state) => state.organization?.timezone) ?? 'UTC';
  const runs = useApi(listPipelineRuns, { params: { id: pipeline.id }, query: { limit: barCount } }).data
    ?.items;
  const last = pipeline.last_run;
  const next = pipeline.schedule?.is_active ? pipeline.schedule.next_run_at : null;
  return (
    <li className="flex flex-wrap items-center gap-x-6 gap-y-3 px-4 py-3 lg:grid lg:grid-cols-[minmax(0,1fr)_9rem_151px_11rem]">
      <div className="min-w-0 max-lg:w-full">
        <Link
          href={`/pipelines/${pipeline.id}`}
          className="text-lg font-semibold wrap-anywhere hover:underline"
        >
          <bdi>{pipeline.name}</bdi>
        </Link>
        <p className="text-muted">
          {scheduleWords(pipeline.schedule, timezone)}
          {next ? <span title={format.dateTime(next)}> · next {format.relative(next)}</span> : null}
        </p>
        <Contents pipeline={pipeline} />
      </div>
      <div className="flex flex-col items-start gap-1">
        {last ? (
          <>
            <StatusBadge status={last.status} />
            <RelativeTime value={last.started_at ?? last.queued_at} className="text-sm text-muted" />
          </>
        ) : (
          <span className="text-muted">Not run yet</span>
        )}
      </div>
      {runs ? <RunBarsChart runs={runs} /> : <Skeleton className="h-7 w-[151px]" />}
      <div className="ms-auto flex items-center justify-end gap-3">
        <ScheduleSwitch pipeline={pipeline} isLabelHidden />
        <RunNowButton
          pipelineId={pipeline.id}
          name={pipeline.name}
          runningRunId={last && isActive(last.status) ? last.run_id : null}
        />
      </div>
    </li>
  );
}

function Contents({ pipeline }: { readonly pipeline: Pipeline }) {
  const format = useFormat();
  const sources = format.count(pipeline.source_ids.length, ['source', 'sources']);
  const transformations = format.count(pipeline.transformation_ids.length, [
    'transformation',
    'transformations',
  ]);
  return (
    <p data-numeric className="mt-0.5 flex flex-wrap items-center gap-x-3 text-sm text-muted">
      <span className="flex items-center gap-1">
        <Plug aria-hidden className="size-3.5" />
        {sources}
      </span>
      <span className="flex items-center gap-1">
        <Shuffle aria-hidden className="size-3.5" />
        {transformations}
      </span>
    </p>
  );
}
