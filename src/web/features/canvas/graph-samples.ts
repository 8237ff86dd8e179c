import type { GraphEdge, GraphNode } from '#contracts/graph';
import type { Graph } from './graph.ts';

/** Small graphs for the tests of this folder. */
export function node(kind: GraphNode['kind'], ref: string, rest: Partial<GraphNode> = {}): GraphNode {
  return {
    id: `${kind}:${ref}`,
    kind,
    ref_id: ref,
    name: ref,
    summary: '',
    row_count: null,
    column_count: null,
    updated_at: null,
    status: null,
    run_id: null,
    error: null,
    problem: null,
    stale: false,
    ...rest,
  };
}

export function edge(from: string, to: string): GraphEdge {
  return { id: `${from}-${to}`, from, to };
}

/** Two sources, of which one has its table as a node of its own, feed one transformation; a pipeline runs the first. */
export function sampleGraph(): Graph {
  return {
    nodes: [
      node('source', 's1', { updated_at: '2026-11-20T06:00:00Z' }),
      node('source', 's2', { updated_at: '2026-11-20T06:00:00Z' }),
      node('table', 'raw_s1', { row_count: 120 }),
      node('transformation', 't1', { updated_at: '2026-11-20T06:01:00Z' }),
      node('output', 'o1', { updated_at: '2026-11-20T06:01:00Z', row_count: 10 }),
    ],
    edges: [
      edge('source:s1', 'table:raw_s1'),
      edge('table:raw_s1', 'transformation:t1'),
      edge('source:s2', 'transformation:t1'),
      edge('transformation:t1', 'output:o1'),
    ],
    pipelines: [
      {
        id: 'p1',
        name: 'Daily',
        node_ids: ['source:s1', 'table:raw_s1', 'transformation:t1', 'source:gone'],
        schedule: null,
        last_status: null,
        last_run_at: null,
        running_run_id: null,
      },
    ],
    positions: {},
  };
}
