'use client';

import { Handle, Position, type NodeProps } from '@xyflow/react';
import { clsx } from 'clsx';
import { Plus, Workflow } from 'lucide-react';
import { memo } from 'react';
import { useFormat } from '../../use-format.ts';
import { Progress } from '../../ui/states.tsx';
import type { DataNode } from './flow-elements.ts';
import { KindIcon, NodeName, StateLine, useNodeState } from './node-parts.tsx';
import { kindWords } from './node-state.ts';
import { nodeFacts, progressShare } from './node-words.ts';

const borders = {
  running: 'border-running',
  failed: 'border-danger',
  broken: 'border-danger',
  stale: 'border-warning',
  waiting: 'border-line-strong border-dashed',
  new: 'border-line-strong border-dashed',
  cancelled: 'border-line',
  fresh: 'border-line',
} as const;

/** One thing on the canvas: what it is, how much it holds, how it is. */
export const DataNodeCard = memo(function DataNodeCard({ data, isConnectable }: NodeProps<DataNode>) {
  const { node, chips, isOpen } = data;
  const format = useFormat();
  const state = useNodeState(node);
  return (
    <div
      className={clsx(
        'relative flex size-full flex-col justify-center gap-0.5 rounded-lg border bg-surface px-3 text-start shadow-low transition-shadow duration-100 hover:shadow-pop',
        borders[state.is],
        isOpen && 'ring-2 ring-accent',
      )}
    >
      <Handle type="target" position={Position.Left} isConnectable={false} className="invisible" />
      <div className="flex items-center gap-2">
        <span
          className={clsx(
            'flex size-7 shrink-0 items-center justify-center rounded-md',
            node.kind === 'transformation' ? 'bg-accent-soft text-accent-ink' : 'bg-sunken text-muted',
          )}
        >
          <KindIcon node={node} className="size-4" />
        </span>
        <span className="sr-only">{kindWords[node.kind]}</span>
        <NodeName name={node.name} className="flex-1 text-base font-medium" />
      </div>
      {state.is === 'failed' || state.is === 'broken' ? (
        <StateLine node={node} state={state} lines={2} />
      ) : (
        <>
          <p data-numeric className="truncate text-xs text-muted">
            {nodeFacts(node, format)}
          </p>
          <StateLine node={node} state={state} />
        </>
      )}
      {state.is === 'running' ? (
        <Progress
          value={progressShare(state.progress)}
          label={`Progress of ${node.name}`}
          className="absolute inset-x-3 bottom-1.5 h-1!"
        />
      ) : null}
      {chips.length > 0 ? (
        <span className="absolute inset-x-2 top-full mt-1 flex flex-wrap gap-1">
          {chips.slice(0, 3).map((pipeline) => (
            <span
              key={pipeline.id}
              className="flex max-w-36 items-center gap-1 rounded-full border border-line bg-surface px-1.5 text-xs text-muted"
              title={`Run by the pipeline ${pipeline.name}`}
            >
              <Workflow aria-hidden className="size-3 shrink-0" />
              <bdi className="truncate">{pipeline.name}</bdi>
            </span>
          ))}
          {chips.length > 3 ? <span className="text-xs text-muted">+{chips.length - 3}</span> : null}
        </span>
      ) : null}
      <Handle
        type="source"
        position={Position.Right}
        isConnectable={isConnectable}
        aria-hidden
        className={isConnectable ? 'canvas-handle' : 'invisible'}
      >
        {isConnectable ? (
          <span className="canvas-grip" title="Drag out for a new transformation of this table">
            <Plus className="size-3" />
          </span>
        ) : null}
      </Handle>
    </div>
  );
});
