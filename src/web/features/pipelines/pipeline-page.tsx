'use client';

import { CalendarClock } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useRef, useState } from 'react';
import { getPipeline, type Pipeline } from '#contracts/pipelines';
import { useApi } from '../../api.ts';
import { useConnection } from '../../events.ts';
import { usePermission, useSession } from '../../session.ts';
import { BackLink } from '../../ui/back-link.tsx';
import { StatusBadge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Page } from '../../ui/page.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { Card, ErrorState, Skeleton, SkeletonRows } from '../../ui/states.tsx';
import { useUrlParam } from '../../use-url-param.ts';
import { ContentsDiagram } from './contents-diagram.tsx';
import { isActive } from './live-run.ts';
import { PipelineMenu } from './pipeline-menu.tsx';
import { RunDetail } from './run-detail.tsx';
import { RunList } from './run-list.tsx';
import { RunNowButton } from './run-now-button.tsx';
import { ScheduleCard } from './schedule-card.tsx';
import { scheduleWords } from './schedule-words.ts';
import { useLiveRun } from './use-live-run.ts';

const PipelineDialog = dynamic(async () => (await import('./pipeline-dialog.tsx')).PipelineDialog, {
  ssr: false,
});

/** One pipeline: what it runs and in which order, when, and how its runs went. */
export function PipelinePage({ id }: { readonly id: string }) {
  const isLive = useConnection((state) => state.isLive);
  const { data, error, mutate } = useApi(
    getPipeline,
    { params: { id } },
    { refreshInterval: isLive ? 0 : 10_000 },
  );
  if (!data && error) {
    return (
      <Page title="Pipeline" back={<BackLink href="/pipelines">Pipelines</BackLink>}>
        <ErrorState error={error} title="This pipeline could not be read" onRetry={() => void mutate()} />
      </Page>
    );
  }
  if (!data) return <PipelineSkeleton />;
  return <LoadedPipeline pipeline={data} />;
}

function LoadedPipeline({ pipeline }: { readonly pipeline: Pipeline }) {
  const timezone = useSession((state) => state.organization?.timezone) ?? 'UTC';
  const [chosenRun, setChosenRun] = useUrlParam('run', { isStep: true });
  const [isEditing, setEditing] = useState(false);
  const mayWrite = usePermission('pipelines:write');
  const runId = chosenRun ?? pipeline.last_run?.run_id ?? null;
  const { data: run } = useLiveRun(runId, pipeline.last_run);
  const last = pipeline.last_run;
  const runs = useRef<HTMLElement>(null);
  const showRun = (id: string) => {
    setChosenRun(id);
    // On a phone the runs are below what one sees.
    if (matchMedia('(max-width: 1023px)').matches) runs.current?.scrollIntoView({ block: 'start' });
  };
  return (
    <Page
      title={pipeline.name}
      back={<BackLink href="/pipelines">Pipelines</BackLink>}
      meta={
        <>
          {last ? (
            <>
              <StatusBadge status={last.status} />
              <RelativeTime value={last.started_at ?? last.queued_at} />
            </>
          ) : (
            <span>Not run yet</span>
          )}
          <span className="ms-1 flex items-center gap-1">
            <CalendarClock aria-hidden className="size-4" />
            {scheduleWords(pipeline.schedule, timezone)}
          </span>
        </>
      }
      actions={
        <>
          <PipelineMenu pipeline={pipeline} onEdit={() => setEditing(true)} />
          <RunNowButton
            pipelineId={pipeline.id}
            name={pipeline.name}
            runningRunId={last && isActive(last.status) ? last.run_id : null}
            variant="primary"
            onStarted={showRun}
          />
        </>
      }
    >
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_320px]">
        <Card className="min-w-0 p-4">
          <section aria-labelledby="contents-title">
            <div className="mb-3 flex min-h-7 items-center gap-2">
              <h2 id="contents-title" className="flex-1 text-lg font-semibold">
                What it runs
              </h2>
              {mayWrite ? (
                <Button size="sm" onClick={() => setEditing(true)}>
                  Edit
                </Button>
              ) : null}
            </div>
            <ContentsDiagram pipeline={pipeline} run={run} />
          </section>
        </Card>
        <ScheduleCard pipeline={pipeline} />
      </div>
      <section ref={runs} aria-labelledby="runs-title" className="mt-6">
        <h2 id="runs-title" className="mb-2 text-lg font-semibold">
          Runs
        </h2>
        <div className="grid items-start gap-4 lg:grid-cols-[280px_minmax(0,1fr)]">
          <div className="min-w-0 max-lg:order-2">
            <RunList pipelineId={pipeline.id} shownId={runId} onShow={showRun} />
          </div>
          <div className="min-w-0">
            {runId === null ? null : <RunDetail key={runId} id={runId} newest={last} onShow={showRun} />}
          </div>
        </div>
      </section>
      {isEditing ? (
        <PipelineDialog
          pipeline={pipeline}
          onClose={() => setEditing(false)}
          onDone={() => setEditing(false)}
        />
      ) : null}
    </Page>
  );
}

function PipelineSkeleton() {
  return (
    <Page title={<Skeleton className="h-7 w-64" />} back={<BackLink href="/pipelines">Pipelines</BackLink>}>
      <div className="grid gap-4 lg:grid-cols-[minmax(0,1fr)_320px]">
        <Skeleton className="h-48 w-full" />
        <Skeleton className="h-48 w-full" />
      </div>
      <SkeletonRows rows={4} className="mt-6" />
    </Page>
  );
}
