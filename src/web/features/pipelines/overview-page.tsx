'use client';

import { Activity, CalendarClock, Clock, ListOrdered, TriangleAlert } from 'lucide-react';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { getOverview, type Overview } from '#contracts/overview';
import { useApi } from '../../api.ts';
import { BackLink } from '../../ui/back-link.tsx';
import { StatusBadge } from '../../ui/badge.tsx';
import { Page } from '../../ui/page.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { Card, ErrorState, SkeletonRows } from '../../ui/states.tsx';
import { Cell, Table } from '../../ui/table.tsx';
import { useFormat } from '../../use-format.ts';
import { RunBarsChart } from './run-bars-chart.tsx';

/** How all pipelines are doing: their last runs, what is not up to date and why, what comes, what waits. */
export function OverviewPage() {
  // Events tell of runs; the workers and the time of what comes are looked at now and then.
  const { data, error, mutate } = useApi(getOverview, {}, { refreshInterval: 30_000 });
  return (
    <Page title="Overview" back={<BackLink href="/pipelines">Pipelines</BackLink>}>
      {!data && error !== undefined ? (
        <ErrorState error={error} title="The overview could not be read" onRetry={() => void mutate()} />
      ) : null}
      {!data && error === undefined ? <SkeletonRows rows={6} /> : null}
      {data ? <Loaded overview={data} /> : null}
    </Page>
  );
}

function Loaded({ overview }: { readonly overview: Overview }) {
  return (
    <div className="flex flex-col gap-6">
      <Workload overview={overview} />
      <LastRuns pipelines={overview.pipelines} />
      <div className="grid items-start gap-6 lg:grid-cols-2">
        <div className="flex flex-col gap-6">
          <Stale items={overview.stale} />
          <Queues queue={overview.queue} />
        </div>
        <Upcoming items={overview.upcoming} />
      </div>
      {overview.external.length === 0 ? null : <External runs={overview.external} />}
    </div>
  );
}

const queues = [
  { key: 'manual', title: 'Asked for by people' },
  { key: 'sync', title: 'Loads by schedule' },
  { key: 'transform', title: 'Tables by schedule' },
  { key: 'notify', title: 'Messages to people' },
] as const;

/** Whether anybody works, and how much waits. */
function Workload({ overview }: { readonly overview: Overview }) {
  const { queue, workers } = overview;
  const runs = [queue.manual, queue.sync, queue.transform];
  const sum = (of: 'running' | 'queued') => runs.reduce((total, each) => total + each[of], 0);
  return (
    <section aria-label="Workload" className="grid grid-cols-3 gap-3">
      <Figure label="Workers" value={workers.live}>
        {workers.live === 0 ? <span className="text-danger">Nobody works: nothing runs</span> : 'alive'}
      </Figure>
      <Figure label="Running" value={sum('running')}>
        {sum('running') === 1 ? 'run' : 'runs'}
      </Figure>
      <Figure label="Waiting" value={sum('queued')}>
        {queue.oldest_queued_at === null ? (
          'nothing waits'
        ) : (
          <>
            since <RelativeTime value={queue.oldest_queued_at} />
          </>
        )}
      </Figure>
    </section>
  );
}

/** Each kind of work has a queue of its own, so that none holds up another. */
function Queues({ queue }: { readonly queue: Overview['queue'] }) {
  const format = useFormat();
  return (
    <section aria-labelledby="queues">
      <Heading id="queues" icon={<ListOrdered aria-hidden className="size-4 text-muted" />}>
        Queues
      </Heading>
      <Table
        label="What waits in each queue"
        head={[
          { title: 'Queue' },
          { title: 'Waiting', isNumeric: true },
          { title: 'Running', isNumeric: true },
        ]}
      >
        {queues.map(({ key, title }) => (
          <tr key={key}>
            <Cell>{title}</Cell>
            <Cell isNumeric>{format.number(queue[key].queued)}</Cell>
            <Cell isNumeric>{format.number(queue[key].running)}</Cell>
          </tr>
        ))}
      </Table>
    </section>
  );
}

interface FigureProps {
  readonly label: string;
  readonly value: number | string | undefined;
  readonly children: ReactNode;
}

function Figure({ label, value, children }: FigureProps) {
  return (
    <Card className="p-3">
      <p className="text-sm text-muted">{label}</p>
      {value === undefined ? null : (
        <p data-numeric className="text-xl font-semibold">
          {value}
        </p>
      )}
      <p className="text-sm text-muted">{children}</p>
    </Card>
  );
}

function LastRuns({ pipelines }: { readonly pipelines: Overview['pipelines'] }) {
  const format = useFormat();
  return (
    <section aria-labelledby="last-runs">
      <Heading id="last-runs" icon={<Activity aria-hidden className="size-4 text-muted" />}>
        Last runs
      </Heading>
      {pipelines.length === 0 ? (
        <Card className="p-4 text-muted">There are no pipelines yet.</Card>
      ) : (
        <Table
          label="Last runs of all pipelines"
          head={[
            { title: 'Pipeline' },
            { title: 'Newest' },
            { title: 'Last runs' },
            { title: 'Rows', isNumeric: true },
            { title: 'Took', isNumeric: true },
            { title: 'Last success' },
          ]}
        >
          {pipelines.map((pipeline) => {
            const newest = pipeline.runs.at(-1);
            return (
              <tr key={pipeline.id}>
                <Cell className="min-w-32">
                  <Link
                    href={`/pipelines/${pipeline.id}`}
                    className="font-medium underline-offset-2 hover:underline"
                  >
                    <bdi className="wrap-anywhere">{pipeline.name}</bdi>
                  </Link>
                </Cell>
                <Cell>
                  {newest === undefined ? (
                    <span className="text-muted">Not run yet</span>
                  ) : (
                    <Link href={`/pipelines/${pipeline.id}?run=${newest.run_id}`}>
                      <StatusBadge status={newest.status} />
                    </Link>
                  )}
                </Cell>
                <Cell>
                  <RunBarsChart runs={pipeline.runs.toReversed()} />
                </Cell>
                <Cell isNumeric>{newest?.rows == null ? '–' : format.number(newest.rows)}</Cell>
                <Cell isNumeric>
                  {newest?.duration_ms == null ? '–' : format.duration(newest.duration_ms)}
                </Cell>
                <Cell className="whitespace-nowrap text-muted">
                  {pipeline.last_success_at === null ? (
                    'never'
                  ) : (
                    <RelativeTime value={pipeline.last_success_at} />
                  )}
                </Cell>
              </tr>
            );
          })}
        </Table>
      )}
    </section>
  );
}

function Stale({ items }: { readonly items: Overview['stale'] }) {
  return (
    <section aria-labelledby="stale">
      <Heading id="stale" icon={<TriangleAlert aria-hidden className="size-4 text-muted" />}>
        Not up to date
      </Heading>
      <Card>
        {items.length === 0 ? (
          <p className="p-4 text-muted">Everything is as new as what it is made from.</p>
        ) : (
          <ul className="divide-y divide-line">
            {items.map((item) => (
              <li key={`${item.kind} ${item.ref_id}`} className="px-4 py-2.5">
                <Link
                  href={
                    item.kind === 'source' ? `/sources/${item.ref_id}` : `/transformations/${item.ref_id}`
                  }
                  className="font-medium underline-offset-2 hover:underline"
                >
                  <bdi className="wrap-anywhere">{item.name}</bdi>
                </Link>
                <p className="text-sm wrap-anywhere text-muted">{item.reason}</p>
                {item.updated_at === null ? null : (
                  <p className="text-sm text-muted">
                    Its data is from <RelativeTime value={item.updated_at} />
                  </p>
                )}
              </li>
            ))}
          </ul>
        )}
      </Card>
    </section>
  );
}

function Upcoming({ items }: { readonly items: Overview['upcoming'] }) {
  const format = useFormat();
  return (
    <section aria-labelledby="upcoming">
      <Heading id="upcoming" icon={<CalendarClock aria-hidden className="size-4 text-muted" />}>
        Within a day
      </Heading>
      <Card>
        {items.length === 0 ? (
          <p className="p-4 text-muted">Nothing runs by itself within a day.</p>
        ) : (
          <ul className="divide-y divide-line">
            {items.map((item) => (
              <li
                key={`${item.pipeline_id} ${item.at}`}
                className="flex flex-wrap items-baseline gap-x-3 px-4 py-2"
              >
                <time dateTime={item.at} data-numeric className="text-muted">
                  {format.dateTime(item.at)}
                </time>
                <Link
                  href={`/pipelines/${item.pipeline_id}`}
                  className="min-w-0 underline-offset-2 hover:underline"
                >
                  <bdi className="wrap-anywhere">{item.name}</bdi>
                </Link>
              </li>
            ))}
          </ul>
        )}
      </Card>
    </section>
  );
}

function External({ runs }: { readonly runs: Overview['external'] }) {
  return (
    <section aria-labelledby="external">
      <Heading id="external" icon={<Clock aria-hidden className="size-4 text-muted" />}>
        Jobs of other systems
      </Heading>
      <Table
        label="Jobs of other systems"
        head={[{ title: 'Job' }, { title: 'Newest run' }, { title: 'Reported' }, { title: 'What it said' }]}
      >
        {runs.map((run) => (
          <tr key={run.id}>
            <Cell className="min-w-36">
              <bdi className="font-medium wrap-anywhere">{run.job}</bdi>
            </Cell>
            <Cell>
              <StatusBadge status={run.status} />
            </Cell>
            <Cell className="whitespace-nowrap text-muted">
              <RelativeTime value={run.reported_at} />
            </Cell>
            <Cell className="min-w-48">
              <bdi className="line-clamp-2 wrap-anywhere">{run.message}</bdi>
              {run.url === null ? null : (
                <a href={run.url} rel="noreferrer" target="_blank" className="underline underline-offset-2">
                  Open there
                </a>
              )}
            </Cell>
          </tr>
        ))}
      </Table>
    </section>
  );
}

interface HeadingProps {
  readonly id: string;
  readonly icon: ReactNode;
  readonly children: ReactNode;
}

function Heading({ id, icon, children }: HeadingProps) {
  return (
    <h2 id={id} className="mb-2 flex items-center gap-2 text-lg font-semibold">
      {icon}
      {children}
    </h2>
  );
}
