'use client';

import { Plus } from 'lucide-react';
import { getSource } from '#contracts/sources';
import { getTransformation } from '#contracts/transformations';
import { useApi } from '../../api.ts';
import { usePermission } from '../../session.ts';
import { LinkButton } from '../../ui/button.tsx';
import { SidePanel } from '../../ui/dialog.tsx';
import { Progress } from '../../ui/states.tsx';
import { useFormat } from '../../use-format.ts';
import { useMediaQuery } from '../../use-media-query.ts';
import type { CanvasGraph, CanvasNode } from './graph.ts';
import { newTransformationHref, nodeHref } from './node-links.ts';
import { NodePreview } from './node-preview.tsx';
import { KindIcon, StateLine, useNodeState } from './node-parts.tsx';
import { NodeRelations } from './node-relations.tsx';
import { NodeRunButton } from './node-run-button.tsx';
import { NodeRuns } from './node-runs.tsx';
import { nodeDescription, progressShare } from './node-words.ts';

interface NodePanelProps {
  readonly node: CanvasNode;
  readonly graph: CanvasGraph;
  /** Shows the panel of another node. */
  readonly onShow: (id: string) => void;
  readonly onClose: () => void;
}

/** A node in detail, beside the canvas: its state, first rows, columns, last runs, what it is used by, what to do. */
export function NodePanel({ node, graph, onShow, onClose }: NodePanelProps) {
  const format = useFormat();
  const mayTransform = usePermission('transformations:write');
  const table = useTableOf(node);
  const isPhone = useMediaQuery('(max-width: 639px)');
  return (
    <SidePanel
      isOpen
      isModal={isPhone}
      onClose={onClose}
      className="sm:top-12"
      title={
        <span className="flex items-center gap-2">
          <KindIcon node={node} className="size-5 shrink-0 text-muted" />
          <bdi className="min-w-0 wrap-anywhere">{node.name}</bdi>
        </span>
      }
      description={nodeDescription(node, format)}
      footer={
        <>
          {table !== null && mayTransform ? (
            <LinkButton
              href={newTransformationHref(table)}
              icon={<Plus aria-hidden className="size-4" />}
              className="me-auto max-sm:w-full"
            >
              New transformation
            </LinkButton>
          ) : null}
          <NodeRunButton node={node} />
          <LinkButton href={nodeHref(node)} variant="primary">
            Open
          </LinkButton>
        </>
      }
    >
      <div key={node.id} className="flex flex-col gap-5">
        <NodeNow node={node} />
        {table === null ? null : <NodePreview table={table} rowCount={node.row_count} />}
        <NodeRuns node={node} />
        <NodeRelations node={node} graph={graph} onShow={onShow} />
      </div>
    </SidePanel>
  );
}

/** How it is right now, and what to do about it when that is not well. */
function NodeNow({ node }: { readonly node: CanvasNode }) {
  const state = useNodeState(node);
  if (state.is === 'failed' || state.is === 'broken') {
    return (
      <div role="alert" className="rounded-md bg-danger-soft px-3 py-2">
        <StateLine node={node} state={state} lines={2} className="text-base! [&_span]:line-clamp-none" />
        {state.hint ? <p className="mt-1">{state.hint}</p> : null}
        {node.updated_at ? (
          <p className="mt-1 text-sm text-muted">The data of the last good run is still there.</p>
        ) : null}
      </div>
    );
  }
  return (
    <div>
      <StateLine node={node} state={state} lines={2} className="text-sm!" />
      {state.is === 'running' ? (
        <Progress value={progressShare(state.progress)} label={`Progress of ${node.name}`} className="mt-2" />
      ) : null}
      {state.is === 'stale' ? (
        <p className="mt-1 text-sm text-muted">
          What it is made from has changed since. Run it, or a pipeline that it is part of, to bring it up to
          date.
        </p>
      ) : null}
    </div>
  );
}

/** The table that shows what a node holds; sources and transformations name theirs themselves. */
function useTableOf(node: CanvasNode): string | null {
  const isSource = node.kind === 'source' && node.table === null;
  const source = useApi(getSource, isSource ? { params: { id: node.ref_id } } : null).data;
  const isTransformation = node.kind === 'transformation';
  const transformation = useApi(
    getTransformation,
    isTransformation ? { params: { id: node.ref_id } } : null,
  ).data;
  if (node.table !== null) return node.table;
  if (isSource) return source?.last_synced_at ? source.warehouse_table_name : null;
  return transformation?.last_run_at ? transformation.table_name : null;
}
