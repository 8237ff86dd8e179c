import type { EndpointResponse } from '#contracts/endpoint';
import type { getGraph, GraphEdge, GraphNode, graphPipeline } from '#contracts/graph';
import type { z } from 'zod';

/** What `GET /graph` answers. */
export type Graph = EndpointResponse<typeof getGraph>;
export type GraphPipeline = z.infer<typeof graphPipeline>;

/** A node as the canvas shows it: a source carries its table, because to its owner the two are one thing. */
export interface CanvasNode extends GraphNode {
  /** Physical table whose rows this node can show; null while there is none. */
  readonly table: string | null;
}

export interface CanvasGraph {
  readonly nodes: readonly CanvasNode[];
  readonly edges: readonly GraphEdge[];
  readonly pipelines: readonly GraphPipeline[];
}

/**
 * The graph with each source and its only table drawn as one node. A source with several tables keeps them, since then
 * they are what one picks from.
 */
export function canvasGraph(graph: Graph): CanvasGraph {
  const byId = new Map(graph.nodes.map((node) => [node.id, node]));
  const mergedInto = new Map<string, string>();
  for (const node of graph.nodes) {
    if (node.kind !== 'source') continue;
    const targets = graph.edges.filter((edge) => edge.from === node.id).map((edge) => edge.to);
    const [only, ...others] = targets;
    if (only !== undefined && others.length === 0 && byId.get(only)?.kind === 'table') {
      mergedInto.set(only, node.id);
    }
  }
  const tableOf = new Map([...mergedInto].map(([table, source]) => [source, byId.get(table)]));
  const placed = (id: string) => mergedInto.get(id) ?? id;
  const edges = new Map<string, GraphEdge>();
  for (const edge of graph.edges) {
    const [from, to] = [placed(edge.from), placed(edge.to)];
    if (from !== to && byId.has(from) && byId.has(to)) edges.set(`${from}>${to}`, { id: edge.id, from, to });
  }
  return {
    nodes: graph.nodes
      .filter((node) => !mergedInto.has(node.id))
      .map((node) => withTable(node, tableOf.get(node.id))),
    edges: [...edges.values()],
    pipelines: graph.pipelines.map((pipeline) => ({
      ...pipeline,
      node_ids: [...new Set(pipeline.node_ids.map(placed))].filter((id) => byId.has(id)),
    })),
  };
}

function withTable(node: GraphNode, table: GraphNode | undefined): CanvasNode {
  if (table) {
    return {
      ...node,
      table: table.ref_id,
      row_count: node.row_count ?? table.row_count,
      column_count: node.column_count ?? table.column_count,
      updated_at: node.updated_at ?? table.updated_at,
      stale: node.stale || table.stale,
    };
  }
  return { ...node, table: node.kind === 'table' || node.kind === 'output' ? node.ref_id : null };
}

/** Nodes that this one is made from (`upstream`) and nodes made from it (`downstream`), in the graph's order. */
export function neighbours(
  graph: CanvasGraph,
  id: string,
): { readonly upstream: readonly CanvasNode[]; readonly downstream: readonly CanvasNode[] } {
  const upstream = new Set(graph.edges.filter((edge) => edge.to === id).map((edge) => edge.from));
  const downstream = new Set(graph.edges.filter((edge) => edge.from === id).map((edge) => edge.to));
  return {
    upstream: graph.nodes.filter((node) => upstream.has(node.id)),
    downstream: graph.nodes.filter((node) => downstream.has(node.id)),
  };
}

/** The pipelines that run a node, in the graph's order. */
export function pipelinesOf(graph: CanvasGraph, id: string): readonly GraphPipeline[] {
  return graph.pipelines.filter((pipeline) => pipeline.node_ids.includes(id));
}
