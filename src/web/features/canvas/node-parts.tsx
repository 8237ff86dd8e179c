'use client';

import { clsx } from 'clsx';
import {
  Ban,
  CircleAlert,
  CircleCheck,
  CircleDashed,
  Clock,
  FileSpreadsheet,
  LoaderCircle,
  Plug,
  Shuffle,
  Sparkles,
  Table2,
  TriangleAlert,
  Unplug,
  type LucideIcon,
} from 'lucide-react';
import { useProgress } from '../../live-data.ts';
import { useFormat } from '../../use-format.ts';
import type { CanvasNode } from './graph.ts';
import { nodeState, type NodeState } from './node-state.ts';
import { stateWords } from './node-words.ts';

/** What kind of thing a node is, as an icon; the word stands beside it. */
export function KindIcon({
  node,
  className,
}: {
  readonly node: Pick<CanvasNode, 'kind' | 'summary'>;
  readonly className?: string;
}) {
  const Icon = kindIcons[node.kind === 'source' && fileKinds.has(node.summary ?? '') ? 'file' : node.kind];
  return <Icon aria-hidden className={className} />;
}

const fileKinds: ReadonlySet<string> = new Set(['csv', 'excel', 'json', 'parquet']);
const kindIcons: Record<CanvasNode['kind'] | 'file', LucideIcon> = {
  file: FileSpreadsheet,
  source: Plug,
  table: Table2,
  transformation: Shuffle,
  output: Table2,
};

/** A name in its own direction beside its icon; a long one is cut where it ends, in whatever direction it is read. */
export function NodeName({ name, className }: { readonly name: string; readonly className?: string }) {
  return (
    <span className={clsx('min-w-0', className)}>
      <bdi className="block w-fit max-w-full truncate" title={name}>
        {name}
      </bdi>
    </span>
  );
}

const stateLooks: Record<NodeState['is'], { readonly icon: LucideIcon; readonly text: string }> = {
  running: { icon: LoaderCircle, text: 'text-running' },
  waiting: { icon: CircleDashed, text: 'text-muted' },
  failed: { icon: CircleAlert, text: 'text-danger' },
  broken: { icon: Unplug, text: 'text-danger' },
  stale: { icon: TriangleAlert, text: 'text-warning' },
  cancelled: { icon: Ban, text: 'text-muted' },
  fresh: { icon: CircleCheck, text: 'text-muted' },
  new: { icon: Sparkles, text: 'text-muted' },
};

/** The state of a node with what goes on right now. */
export function useNodeState(node: CanvasNode): NodeState {
  const progress = useProgress(node.ref_id);
  return nodeState(node, progress);
}

interface StateLineProps {
  readonly node: CanvasNode;
  readonly state: NodeState;
  /** The reason of a failure may take this many lines. */
  readonly lines?: 1 | 2;
  readonly className?: string;
}

/** Icon and words together: colour alone tells nothing to many. */
export function StateLine({ node, state, lines = 1, className }: StateLineProps) {
  const format = useFormat();
  const { icon, text } = stateLooks[state.is];
  const Icon = state.is === 'fresh' && node.kind !== 'transformation' ? Clock : icon;
  return (
    <span className={clsx('flex min-w-0 items-start gap-1 text-xs', text, className)}>
      <Icon
        aria-hidden
        className={clsx('mt-px size-3.5 shrink-0', state.is === 'running' && 'animate-spin')}
      />
      <span data-numeric className={clsx('min-w-0', lines === 2 ? 'line-clamp-2' : 'truncate')}>
        {stateWords(state, node.kind, format)}
      </span>
    </span>
  );
}
