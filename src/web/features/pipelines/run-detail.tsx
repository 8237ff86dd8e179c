'use client';

import { CircleAlert, RotateCw, Square } from 'lucide-react';
import Link from 'next/link';
import { useState } from 'react';
import { cancelRun, getRun, listPipelineRuns, retryRun, type PipelineRun } from '#contracts/pipelines';
import { call, refetch } from '../../api.ts';
import { usePermission } from '../../session.ts';
import { StatusBadge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { Card, ErrorState, SkeletonRows } from '../../ui/states.tsx';
import { toast } from '../../ui/toast.tsx';
import { useFormat } from '../../use-format.ts';
import { firstError, isActive } from './live-run.ts';
import { RunGantt } from './run-gantt.tsx';
import { RunPartMenu } from './run-part-menu.tsx';
import { RunTests } from './run-tests.tsx';
import { RunLogView } from './run-logs.tsx';
import { RunStepDetails } from './run-step-details.tsx';
import { partWords, triggerWords } from './run-words.ts';
import { useLiveRun } from './use-live-run.ts';

interface RunDetailProps {
  readonly id: string;
  /** The pipeline's newest run, which may be this one: known before it is read. */
  readonly newest: PipelineRun | null;
  /** Shows another run: the one that begins when this one is repeated. */
  readonly onShow: (id: string) => void;
}

/** One run: the error first, in words and with what to do, then its steps in time, then its log. */
export function RunDetail({ id, newest, onShow }: RunDetailProps) {
  const { data: run, error, mutate } = useLiveRun(id, newest);
  const [stepId, setStepId] = useState<string>();
  if (!run && error) {
    return <ErrorState error={error} title="This run could not be read" onRetry={() => void mutate()} />;
  }
  if (!run) return <SkeletonRows rows={5} />;
  return (
    <Card className="p-4">
      <section aria-label="Run" className="flex flex-col gap-4">
        <RunHead run={run} onShow={onShow} />
        <RunProblem run={run} />
        <RunGantt run={run} stepId={stepId} onStep={setStepId} />
        <RunTests runId={run.run_id} />
        <RunPartMenu run={run} step={run.steps.find((step) => step.id === stepId)} onShow={onShow} />
        <RunStepDetails run={run} step={run.steps.find((step) => step.id === stepId)} />
        <RunLogView
          runId={run.run_id}
          isGoingOn={isActive(run.status)}
          step={run.steps.find((step) => step.id === stepId)}
          onShowAll={() => setStepId(undefined)}
        />
      </section>
    </Card>
  );
}

function RunHead({ run, onShow }: { readonly run: PipelineRun; readonly onShow: (id: string) => void }) {
  const format = useFormat();
  const mayRun = usePermission('pipelines:run');
  const [isBusy, setBusy] = useState(false);
  const at = run.started_at ?? run.queued_at;
  const canRetry = run.status === 'failed' || run.status === 'partial' || run.status === 'cancelled';

  async function act(work: () => Promise<PipelineRun>, failure: string) {
    setBusy(true);
    try {
      const answer = await work();
      await refetch(getRun, listPipelineRuns);
      if (answer.run_id !== run.run_id) onShow(answer.run_id);
    } catch (error) {
      toast.problem(error, failure);
    } finally {
      setBusy(false);
    }
  }
  const params = { id: run.run_id };
  return (
    <header className="flex flex-wrap items-center gap-x-3 gap-y-2">
      <h2 className="text-lg font-semibold">Run of {format.dateTime(at)}</h2>
      <span role="status">
        <StatusBadge status={run.status} />
      </span>
      <p className="text-muted">
        <RelativeTime value={at} /> · {triggerWords[run.trigger]}
        {run.part === null ? null : <> · {partWords(run.part)}</>}
        {run.duration_ms === null ? null : (
          <span data-numeric> · took {format.duration(run.duration_ms)}</span>
        )}
      </p>
      <div className="ms-auto flex gap-2">
        {mayRun && isActive(run.status) ? (
          <Button
            isBusy={isBusy}
            icon={<Square aria-hidden className="size-3.5" />}
            onClick={() => void act(() => call(cancelRun, { params }), 'The run could not be cancelled')}
          >
            Cancel
          </Button>
        ) : null}
        {mayRun && canRetry ? (
          <Button
            isBusy={isBusy}
            icon={<RotateCw aria-hidden className="size-4" />}
            onClick={() => void act(() => call(retryRun, { params }), 'The run could not be repeated')}
          >
            {run.status === 'cancelled' ? 'Re-run the rest' : 'Re-run from failed'}
          </Button>
        ) : null}
      </div>
    </header>
  );
}

/** What went wrong, where, and what to do; the later failures mostly follow from the first. */
function RunProblem({ run }: { readonly run: PipelineRun }) {
  const first = firstError(run);
  if (!first) return null;
  const { error, step } = first;
  const others = run.steps.filter((one) => one.status === 'failed').length - 1;
  return (
    <div role="alert" className="flex gap-3 rounded-md bg-danger-soft px-3 py-2.5">
      <CircleAlert aria-hidden className="mt-0.5 size-5 shrink-0 text-danger" />
      <div className="min-w-0 flex-1">
        <p className="font-semibold">
          {step ? (
            <>
              <bdi>{step.name}</bdi> failed
            </>
          ) : (
            'The run failed'
          )}
        </p>
        <p className="wrap-anywhere">{error.message}</p>
        {error.hint ? <p className="mt-1 wrap-anywhere">{error.hint}</p> : null}
        <p className="mt-1 flex flex-wrap gap-x-4 text-sm">
          {step ? (
            <Link
              href={step.kind === 'sync' ? `/sources/${step.ref_id}` : `/transformations/${step.ref_id}`}
              className="font-medium text-accent-ink underline underline-offset-2"
            >
              Open {step.kind === 'sync' ? 'the source' : 'the transformation'}
            </Link>
          ) : null}
          {others > 0 ? (
            <span>{others === 1 ? '1 more step failed' : `${others} more steps failed`}</span>
          ) : null}
        </p>
      </div>
    </div>
  );
}
