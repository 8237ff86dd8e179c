'use client';

import { Activity, Plus, Workflow } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useRouter } from 'next/navigation';
import { listPipelines } from '#contracts/pipelines';
import { useApi } from '../../api.ts';
import { useConnection } from '../../events.ts';
import { usePermission } from '../../session.ts';
import { Button, LinkButton } from '../../ui/button.tsx';
import { Page } from '../../ui/page.tsx';
import { Card, EmptyState, ErrorState, SkeletonRows } from '../../ui/states.tsx';
import { useUrlParam } from '../../use-url-param.ts';
import { PipelineRow } from './pipeline-row.tsx';

const PipelineDialog = dynamic(async () => (await import('./pipeline-dialog.tsx')).PipelineDialog, {
  ssr: false,
});

/** Every pipeline of the organization. */
export function PipelinesPage() {
  const router = useRouter();
  const isLive = useConnection((state) => state.isLive);
  const { data, error, mutate } = useApi(
    listPipelines,
    { query: { limit: 500 } },
    { refreshInterval: isLive ? 0 : 10_000 },
  );
  const [adding, setAdding] = useUrlParam('add', { isStep: true });
  const mayWrite = usePermission('pipelines:write');
  const add = mayWrite ? (
    <Button
      variant="primary"
      icon={<Plus aria-hidden className="size-4" />}
      onClick={() => setAdding('pipeline')}
    >
      New pipeline
    </Button>
  ) : null;
  const isEmpty = data?.items.length === 0;
  return (
    <Page
      title="Pipelines"
      actions={
        isEmpty ? null : (
          <>
            <LinkButton href="/pipelines/overview" icon={<Activity aria-hidden className="size-4" />}>
              Overview
            </LinkButton>
            {add}
          </>
        )
      }
    >
      {!data && error ? (
        <ErrorState error={error} title="The pipelines could not be read" onRetry={() => void mutate()} />
      ) : null}
      {!data && !error ? <SkeletonRows rows={4} className="[&>*]:h-20" /> : null}
      {isEmpty ? (
        <EmptyState icon={<Workflow aria-hidden />} title="No pipelines yet" action={add}>
          A pipeline brings your sources up to date and runs your transformations after them, in the right
          order, every day or whenever you say.
        </EmptyState>
      ) : null}
      {data && !isEmpty ? (
        <Card>
          <ul aria-label="Pipelines" className="divide-y divide-line">
            {data.items.map((pipeline) => (
              <PipelineRow key={pipeline.id} pipeline={pipeline} />
            ))}
          </ul>
        </Card>
      ) : null}
      {adding === 'pipeline' && mayWrite ? (
        <PipelineDialog
          onClose={() => setAdding(null)}
          onDone={(pipeline) => router.push(`/pipelines/${pipeline.id}`)}
        />
      ) : null}
    </Page>
  );
}
