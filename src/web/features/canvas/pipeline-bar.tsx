'use client';

import { clsx } from 'clsx';
import { Workflow } from 'lucide-react';
import Link from 'next/link';
import { useSession } from '../../session.ts';
import { StatusBadge } from '../../ui/badge.tsx';
import { useFormat } from '../../use-format.ts';
import { RunNowButton } from '../pipelines/run-now-button.tsx';
import { scheduleWords } from '../pipelines/schedule-words.ts';
import type { GraphPipeline } from './graph.ts';

interface PipelineBarProps {
  readonly pipeline: GraphPipeline;
  /** One line inside a frame; else name and schedule stand on two. */
  readonly isInFrame?: boolean;
}

/** A pipeline in one line: name, schedule in words, last result, Run now. */
export function PipelineBar({ pipeline, isInFrame = false }: PipelineBarProps) {
  const format = useFormat();
  const timezone = useSession((state) => state.organization?.timezone) ?? 'UTC';
  const next = pipeline.schedule?.is_active ? pipeline.schedule.next_run_at : null;
  const words = scheduleWords(pipeline.schedule, timezone) + (next ? ` · next ${format.relative(next)}` : '');
  return (
    <>
      <Workflow aria-hidden className="size-4 shrink-0 text-muted" />
      <div className={clsx('min-w-0 flex-1', isInFrame && 'flex items-baseline gap-2')}>
        <Link
          href={`/pipelines/${pipeline.id}`}
          className="block shrink-0 truncate text-base font-medium hover:underline"
        >
          <bdi>{pipeline.name}</bdi>
        </Link>
        <p className={clsx('text-xs text-muted', isInFrame && 'truncate')} title={words}>
          {words}
        </p>
      </div>
      {pipeline.last_status ? <StatusBadge status={pipeline.last_status} /> : null}
      <RunNowButton
        pipelineId={pipeline.id}
        name={pipeline.name}
        runningRunId={pipeline.running_run_id}
        size="sm"
      />
    </>
  );
}
