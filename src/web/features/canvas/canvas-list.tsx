'use client';

import { useFormat } from '../../use-format.ts';
import { Card } from '../../ui/states.tsx';
import { neighbours, type CanvasGraph, type CanvasNode } from './graph.ts';
import { KindIcon, StateLine, useNodeState } from './node-parts.tsx';
import { kindHeadings } from './node-state.ts';
import { nodeFacts } from './node-words.ts';
import { PipelineBar } from './pipeline-bar.tsx';

const order = ['source', 'table', 'transformation', 'output'] as const;

interface CanvasListProps {
  readonly graph: CanvasGraph;
  readonly openId: string | null;
  readonly onOpen: (id: string) => void;
}

/** The canvas to read from top to bottom: on a phone, with a screen reader, or by choice. */
export function CanvasList({ graph, openId, onOpen }: CanvasListProps) {
  return (
    <div className="mx-auto flex max-w-3xl flex-col gap-5 px-4 py-4">
      {graph.pipelines.length > 0 ? (
        <section aria-labelledby="canvas-pipelines">
          <h2 id="canvas-pipelines" className="mb-1.5 text-sm font-semibold text-muted">
            Pipelines
          </h2>
          <Card>
            <ul className="divide-y divide-line">
              {graph.pipelines.map((pipeline) => (
                <li key={pipeline.id} className="flex min-h-14 items-center gap-2 px-3 py-2">
                  <PipelineBar pipeline={pipeline} />
                </li>
              ))}
            </ul>
          </Card>
        </section>
      ) : null}
      {order.map((kind) => {
        const nodes = graph.nodes.filter((node) => node.kind === kind);
        return nodes.length === 0 ? null : (
          <section key={kind} aria-labelledby={`canvas-${kind}`}>
            <h2 id={`canvas-${kind}`} className="mb-1.5 text-sm font-semibold text-muted">
              {kindHeadings[kind]} <span className="font-normal">({nodes.length})</span>
            </h2>
            <Card className="overflow-hidden">
              <ul className="divide-y divide-line">
                {nodes.map((node) => (
                  <NodeRow
                    key={node.id}
                    node={node}
                    graph={graph}
                    isOpen={node.id === openId}
                    onOpen={() => onOpen(node.id)}
                  />
                ))}
              </ul>
            </Card>
          </section>
        );
      })}
    </div>
  );
}

interface NodeRowProps {
  readonly node: CanvasNode;
  readonly graph: CanvasGraph;
  readonly isOpen: boolean;
  readonly onOpen: () => void;
}

function NodeRow({ node, graph, isOpen, onOpen }: NodeRowProps) {
  const format = useFormat();
  const state = useNodeState(node);
  const { upstream, downstream } = neighbours(graph, node.id);
  return (
    <li>
      <button
        type="button"
        onClick={onOpen}
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        className="flex w-full items-start gap-3 px-3 py-2.5 text-start -outline-offset-2! hover:bg-hover"
      >
        <span className="mt-0.5 flex size-7 shrink-0 items-center justify-center rounded-md bg-sunken text-muted">
          <KindIcon node={node} className="size-4" />
        </span>
        <span className="flex min-w-0 flex-1 flex-col gap-0.5">
          <bdi className="w-fit max-w-full text-base font-medium wrap-anywhere">{node.name}</bdi>
          <span data-numeric className="text-sm text-muted">
            {nodeFacts(node, format)}
          </span>
          <StateLine node={node} state={state} lines={2} />
          {upstream.length > 0 ? <Names label="Made from" nodes={upstream} /> : null}
          {downstream.length > 0 ? <Names label="Goes into" nodes={downstream} /> : null}
        </span>
      </button>
    </li>
  );
}

function Names({ label, nodes }: { readonly label: string; readonly nodes: readonly CanvasNode[] }) {
  return (
    <span className="text-xs text-muted">
      {label} <bdi>{nodes.map((node) => node.name).join(', ')}</bdi>
    </span>
  );
}
