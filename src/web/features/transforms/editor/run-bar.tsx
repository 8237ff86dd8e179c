'use client';

import { Ban, CircleAlert, CircleCheck, LoaderCircle, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button, IconButton, LinkButton } from '../../../ui/button.tsx';
import { useFormat } from '../../../use-format.ts';
import { AddToPipelineDialog } from '../add-to-pipeline-dialog.tsx';
import { useEditorState } from './editor-context.tsx';
import type { RunControl } from './use-run.ts';

/** What the run is doing, and at its end what came out and where to go from here. */
export function RunBar({ run: control }: { readonly run: RunControl }) {
  const { run, progress, isActive, cancel, dismiss } = control;
  const format = useFormat();
  const id = useEditorState((state) => state.id);
  const name = useEditorState((state) => state.name);
  const output = useEditorState((state) => state.outputTableName);
  const [isAdding, setAdding] = useState(false);
  if (run === undefined && !isActive) return null;
  const table = output ?? run?.table ?? name;

  return (
    <section
      aria-label="Run"
      className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-2 border-b border-line bg-surface px-4 py-2"
    >
      <p role="status" className="flex min-w-0 flex-1 basis-64 items-start gap-2">
        {isActive ? (
          <>
            <LoaderCircle aria-hidden className="mt-0.5 size-4 shrink-0 animate-spin text-running" />
            <span>
              {run === undefined
                ? 'Saving before the run…'
                : run.status === 'queued'
                  ? 'Waiting for its turn…'
                  : 'Running…'}
              {progress && progress.rows_done > 0
                ? ` ${format.count(progress.rows_done, ['row', 'rows'])}`
                : ''}
              {progress?.rows_per_second ? `, ${format.compact(progress.rows_per_second)} rows/s` : ''}
              {progress?.seconds_left ? `, ${format.duration(progress.seconds_left * 1000)} left` : ''}{' '}
              {run ? <Elapsed since={run.started_at} /> : null}
            </span>
          </>
        ) : run?.status === 'succeeded' || run?.status === 'partial' ? (
          <>
            <CircleCheck aria-hidden className="mt-0.5 size-4 shrink-0 text-success" />
            <span>
              <bdi className="font-medium">{table}</bdi> is ready
              {run.row_count === null ? '' : `: ${format.count(run.row_count, ['row', 'rows'])}`}
              {run.duration_ms === null ? (
                ''
              ) : (
                <span className="text-muted"> in {format.duration(run.duration_ms)}</span>
              )}
            </span>
          </>
        ) : run?.status === 'cancelled' ? (
          <>
            <Ban aria-hidden className="mt-0.5 size-4 shrink-0 text-muted" />
            <span>The run was cancelled. The table is as it was before.</span>
          </>
        ) : (
          <>
            <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-danger" />
            <span className="wrap-anywhere">
              <span className="font-medium">The run failed.</span> {run?.error?.message} {run?.error?.hint}
            </span>
          </>
        )}
      </p>
      {isActive && run !== undefined ? (
        <Button size="sm" onClick={() => void cancel()}>
          Cancel run
        </Button>
      ) : null}
      {!isActive && run?.status === 'succeeded' ? (
        <>
          <LinkButton size="sm" href={`/data/${encodeURIComponent(run.table)}`}>
            Open
          </LinkButton>
          <Button size="sm" onClick={() => setAdding(true)}>
            Add to a pipeline
          </Button>
        </>
      ) : null}
      {!isActive && run?.status === 'failed' ? (
        <Button size="sm" onClick={() => void control.start()}>
          Run again
        </Button>
      ) : null}
      {isActive ? null : (
        <IconButton size="sm" label="Dismiss" icon={<X aria-hidden className="size-4" />} onClick={dismiss} />
      )}
      {id !== null && isAdding ? (
        <AddToPipelineDialog transformationId={id} name={name} onClose={() => setAdding(false)} />
      ) : null}
    </section>
  );
}

function Elapsed({ since }: { readonly since: string | null }) {
  const format = useFormat();
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  const passed = since === null ? 0 : now - new Date(since).getTime();
  return passed < 1000 ? null : (
    <span aria-hidden data-numeric className="text-muted">
      · {format.duration(passed)}
    </span>
  );
}
