'use client';

import { clsx } from 'clsx';
import { Plug, Shuffle } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { PipelineRun, RunStep } from '#contracts/pipelines';
import type { StepStatus } from '#contracts/primitives';
import { StatusBadge } from '../../ui/badge.tsx';
import { useFormat } from '../../use-format.ts';
import { progressWords } from '../canvas/node-words.ts';
import { gantt, type GanttRow } from './gantt.ts';
import { isActive } from './live-run.ts';

interface RunGanttProps {
  readonly run: PipelineRun;
  readonly stepId: string | undefined;
  /** A step was chosen, or the chosen one again to let it go. */
  readonly onStep: (id: string | undefined) => void;
}

/** The steps of a run in its time; choosing one shows its log. */
export function RunGantt({ run, stepId, onStep }: RunGanttProps) {
  const format = useFormat();
  const { rows, totalMs } = gantt(run, useNow(isActive(run.status)));
  return (
    <section aria-labelledby="run-steps">
      <div className="mb-1.5 flex items-baseline justify-between">
        <h3 id="run-steps" className="text-sm font-semibold">
          Steps
        </h3>
        {totalMs > 0 ? (
          <span data-numeric className="text-sm text-muted">
            {format.duration(totalMs)} in all
          </span>
        ) : null}
      </div>
      <ul className="divide-y divide-line rounded-md border border-line">
        {rows.map((row) => (
          <StepRow
            key={row.step.id}
            row={row}
            isChosen={row.step.id === stepId}
            onChoose={() => onStep(row.step.id === stepId ? undefined : row.step.id)}
          />
        ))}
      </ul>
    </section>
  );
}

interface StepRowProps {
  readonly row: GanttRow;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}

function StepRow({ row, isChosen, onChoose }: StepRowProps) {
  const { step } = row;
  const Icon = step.kind === 'sync' ? Plug : Shuffle;
  return (
    <li>
      <button
        type="button"
        aria-pressed={isChosen}
        onClick={onChoose}
        className={clsx(
          'grid w-full grid-cols-[minmax(0,1fr)_auto] items-center gap-x-3 gap-y-1 px-3 py-2 text-start -outline-offset-2! hover:bg-hover lg:grid-cols-[minmax(0,14rem)_7rem_minmax(0,1fr)_10rem]',
          isChosen && 'bg-accent-soft',
        )}
      >
        <span className="flex min-w-0 items-center gap-2">
          <Icon aria-hidden className="size-4 shrink-0 text-muted" />
          <span className="sr-only">{step.kind === 'sync' ? 'Source' : 'Transformation'}</span>
          <bdi className="truncate" title={step.name}>
            {step.name}
          </bdi>
        </span>
        <span className="justify-self-end lg:justify-self-start">
          <StatusBadge status={step.status} />
        </span>
        <Bar row={row} />
        <span data-numeric className="text-end text-sm text-muted max-lg:col-start-2 max-lg:row-start-2">
          <Facts step={step} durationMs={row.durationMs} />
        </span>
      </button>
    </li>
  );
}

const tones: Record<StepStatus, string> = {
  queued: 'bg-line-strong',
  running: 'bg-running',
  succeeded: 'bg-success',
  failed: 'bg-danger',
  cancelled: 'bg-line-strong',
  skipped: 'bg-line-strong',
};

function Bar({ row }: { readonly row: GanttRow }) {
  return (
    <span aria-hidden className="relative h-3 min-w-0 rounded-sm bg-sunken max-lg:row-start-2">
      {row.start === null ? null : (
        <span
          className={clsx('absolute inset-y-0 min-w-1 rounded-sm', tones[row.step.status])}
          style={{
            insetInlineStart: `${Math.min(row.start * 100, 99)}%`,
            width: `${Math.max(0, Math.min(row.width, 1 - row.start) * 100)}%`,
          }}
        />
      )}
    </span>
  );
}

function Facts({ step, durationMs }: { readonly step: RunStep; readonly durationMs: number | null }) {
  const format = useFormat();
  if (step.status === 'running') return <>{progressWords(step.progress ?? undefined, format)}</>;
  const parts = [
    step.rows === null ? undefined : format.count(step.rows, ['row', 'rows']),
    durationMs === null ? undefined : format.duration(durationMs),
    step.attempt > 1 ? `attempt ${step.attempt}` : undefined,
  ];
  return <>{parts.filter((part) => part !== undefined).join(' · ')}</>;
}

/** The time, each second while it matters. */
function useNow(isTicking: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!isTicking) return undefined;
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [isTicking]);
  return now;
}
