import type { GraphNode } from '#contracts/graph';
import type { SyncProgress } from '#contracts/sources';

/** What a node's state line says, before it is put into the organization's words for numbers and times. */
export type NodeState =
  | { readonly is: 'running'; readonly progress: SyncProgress | undefined }
  | { readonly is: 'waiting' }
  | { readonly is: 'failed'; readonly reason: string; readonly hint: string | undefined }
  /** Made from something newer than itself, since about `since` (when its own data was written). */
  | { readonly is: 'stale'; readonly since: string | null }
  /** Its next run cannot succeed, which is known before it runs. */
  | { readonly is: 'broken'; readonly reason: string; readonly hint: string }
  | { readonly is: 'cancelled' }
  | { readonly is: 'fresh'; readonly at: string }
  /** Nothing was ever written. */
  | { readonly is: 'new' };

/** The one state that matters most: what goes on now, then what is wrong, then how old it is. */
export function nodeState(
  node: Pick<GraphNode, 'status' | 'error' | 'stale' | 'updated_at' | 'problem'>,
  progress?: SyncProgress,
): NodeState {
  if (node.status === 'running') return { is: 'running', progress };
  if (node.status === 'queued') return { is: 'waiting' };
  if (node.problem !== null) {
    const { where, message, advice } = node.problem;
    return { is: 'broken', reason: `${where}: ${message}`, hint: advice };
  }
  if (node.status === 'failed') {
    return {
      is: 'failed',
      reason: node.error?.message ?? 'The last run failed. Open it to see why.',
      hint: node.error?.hint,
    };
  }
  if (node.stale && node.updated_at !== null) return { is: 'stale', since: node.updated_at };
  if (node.updated_at !== null) return { is: 'fresh', at: node.updated_at };
  return node.status === 'cancelled' ? { is: 'cancelled' } : { is: 'new' };
}

/** What a kind of node is called. */
export const kindWords: Record<GraphNode['kind'], string> = {
  source: 'Source',
  table: 'Table',
  transformation: 'Transformation',
  output: 'Output table',
};

/** The same for several, as headings of the list. */
export const kindHeadings: Record<GraphNode['kind'], string> = {
  source: 'Sources',
  table: 'Tables',
  transformation: 'Transformations',
  output: 'Output tables',
};
