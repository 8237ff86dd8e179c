'use client';

import { LayoutList, Workflow as CanvasIcon } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useRouter } from 'next/navigation';
import { usePermission } from '../../session.ts';
import { Button } from '../../ui/button.tsx';
import { Page } from '../../ui/page.tsx';
import { ErrorState, Skeleton } from '../../ui/states.tsx';
import { useMediaQuery } from '../../use-media-query.ts';
import { useUrlParam } from '../../use-url-param.ts';
import { CanvasEmpty } from './canvas-empty.tsx';
import { CanvasList } from './canvas-list.tsx';
import { CreateActions } from './create-actions.tsx';
import { useLiveGraph } from './use-live-graph.ts';

const CanvasSheet = dynamic(async () => (await import('./canvas-sheet.tsx')).CanvasSheet, {
  ssr: false,
  loading: () => <SheetSkeleton />,
});
const NodePanel = dynamic(async () => (await import('./node-panel.tsx')).NodePanel, { ssr: false });
const PipelineDialog = dynamic(
  async () => (await import('../pipelines/pipeline-dialog.tsx')).PipelineDialog,
  {
    ssr: false,
  },
);

/** Home: everything the organization has, from where it comes to what is made of it, and how it is right now. */
export function CanvasPage() {
  const router = useRouter();
  const { graph, positions, error, reload } = useLiveGraph();
  const [openId, setOpenId] = useUrlParam('node');
  const [adding, setAdding] = useUrlParam('add', { isStep: true });
  const [view, setView] = useUrlParam('view');
  // On a phone the sheet would be a keyhole, so the list comes first there.
  const isNarrow = useMediaQuery('(max-width: 767px)');
  const mayPipeline = usePermission('pipelines:write');
  const isList = view === null ? isNarrow : view === 'list';

  if (!graph && error) {
    return (
      <Page title="Home">
        <ErrorState error={error} title="The canvas could not be read" onRetry={reload} />
      </Page>
    );
  }
  if (!graph) return <CanvasSkeleton />;
  if (graph.nodes.length === 0) return <CanvasEmpty onAddSource={() => setAdding('1')} />;
  const openNode = graph.nodes.find((node) => node.id === openId);
  return (
    <div className="flex h-full flex-col">
      <header className="flex shrink-0 flex-wrap items-center gap-2 border-b border-line bg-surface px-4 py-2">
        <h1 className="me-auto text-lg font-semibold">Home</h1>
        <ViewSwitch isList={isList} onChange={(next) => setView(next ? 'list' : 'canvas')} />
        <CreateActions
          isNarrow={isNarrow}
          onAddSource={() => setAdding('1')}
          onAddPipeline={() => setAdding('pipeline')}
        />
      </header>
      {error ? (
        <p role="status" className="bg-warning-soft px-4 py-1.5 text-sm text-warning">
          The newest state could not be read; this may be a little old. We keep trying.
        </p>
      ) : null}
      <div className="relative min-h-0 flex-1 overflow-auto">
        {isList ? (
          <CanvasList graph={graph} openId={openId} onOpen={setOpenId} />
        ) : (
          <CanvasSheet
            graph={graph}
            positions={positions ?? none}
            openId={openNode?.id ?? null}
            onOpen={setOpenId}
          />
        )}
      </div>
      {openNode ? (
        <NodePanel node={openNode} graph={graph} onShow={setOpenId} onClose={() => setOpenId(null)} />
      ) : null}
      {adding === 'pipeline' && mayPipeline ? (
        <PipelineDialog
          onClose={() => setAdding(null)}
          onDone={(pipeline) => router.push(`/pipelines/${pipeline.id}`)}
        />
      ) : null}
    </div>
  );
}

const none = {};

function ViewSwitch({
  isList,
  onChange,
}: {
  readonly isList: boolean;
  readonly onChange: (isList: boolean) => void;
}) {
  return (
    <Button
      variant="ghost"
      onClick={() => onChange(!isList)}
      icon={
        isList ? <CanvasIcon aria-hidden className="size-4" /> : <LayoutList aria-hidden className="size-4" />
      }
    >
      {isList ? 'Show as canvas' : 'Show as list'}
    </Button>
  );
}

function CanvasSkeleton() {
  return (
    <div role="status" className="flex h-full flex-col">
      <span className="sr-only">Loading the canvas…</span>
      <div className="flex items-center gap-2 border-b border-line bg-surface px-4 py-2">
        <Skeleton className="me-auto h-6 w-24" />
        <Skeleton className="h-9 w-28" />
        <Skeleton className="h-9 w-28" />
      </div>
      <SheetSkeleton />
    </div>
  );
}

/** Three columns of cards, as the canvas will be. */
function SheetSkeleton() {
  return (
    <div aria-hidden className="grid flex-1 grid-cols-1 content-center gap-x-20 gap-y-8 p-8 sm:grid-cols-3">
      {[3, 2, 2].map((count, column) => (
        <div key={column} className="flex flex-col justify-center gap-8">
          {Array.from({ length: count }, (_, index) => (
            <Skeleton key={index} className="h-[92px] w-full max-w-[248px]" />
          ))}
        </div>
      ))}
    </div>
  );
}
