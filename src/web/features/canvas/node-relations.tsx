'use client';

import { Workflow } from 'lucide-react';
import Link from 'next/link';
import { useSession } from '../../session.ts';
import { scheduleWords } from '../pipelines/schedule-words.ts';
import { neighbours, pipelinesOf, type CanvasGraph, type CanvasNode } from './graph.ts';
import { KindIcon } from './node-parts.tsx';

interface NodeRelationsProps {
  readonly node: CanvasNode;
  readonly graph: CanvasGraph;
  readonly onShow: (id: string) => void;
}

/** What a node is made from, what is made from it, and which pipelines run it. */
export function NodeRelations({ node, graph, onShow }: NodeRelationsProps) {
  const timezone = useSession((state) => state.organization?.timezone) ?? 'UTC';
  const { upstream, downstream } = neighbours(graph, node.id);
  const pipelines = pipelinesOf(graph, node.id);
  return (
    <>
      <NodeLinks title="Made from" nodes={upstream} onShow={onShow} />
      <section aria-label="Used by">
        <h3 className="mb-1.5 text-sm font-semibold">Used by</h3>
        {downstream.length === 0 && pipelines.length === 0 ? (
          <p className="text-muted">Nothing uses it yet.</p>
        ) : null}
        <NodeButtons nodes={downstream} onShow={onShow} />
        <ul>
          {pipelines.map((pipeline) => (
            <li key={pipeline.id}>
              <Link
                href={`/pipelines/${pipeline.id}`}
                className="flex min-h-8 touch-target items-center gap-2 rounded-md px-2 py-1 hover:bg-hover"
              >
                <Workflow aria-hidden className="size-4 shrink-0 text-muted" />
                <bdi className="min-w-0 truncate">{pipeline.name}</bdi>
                <span className="ms-auto shrink-0 text-sm text-muted">
                  {scheduleWords(pipeline.schedule, timezone)}
                </span>
              </Link>
            </li>
          ))}
        </ul>
      </section>
    </>
  );
}

interface NodeLinksProps {
  readonly title: string;
  readonly nodes: readonly CanvasNode[];
  readonly onShow: (id: string) => void;
}

function NodeLinks({ title, nodes, onShow }: NodeLinksProps) {
  if (nodes.length === 0) return null;
  return (
    <section aria-label={title}>
      <h3 className="mb-1.5 text-sm font-semibold">{title}</h3>
      <NodeButtons nodes={nodes} onShow={onShow} />
    </section>
  );
}

function NodeButtons({ nodes, onShow }: Omit<NodeLinksProps, 'title'>) {
  return (
    <ul>
      {nodes.map((node) => (
        <li key={node.id}>
          <button
            type="button"
            onClick={() => onShow(node.id)}
            className="flex min-h-8 w-full touch-target items-center gap-2 rounded-md px-2 py-1 text-start hover:bg-hover"
          >
            <KindIcon node={node} className="size-4 shrink-0 text-muted" />
            <bdi className="min-w-0 truncate">{node.name}</bdi>
          </button>
        </li>
      ))}
    </ul>
  );
}
