import type { OrganizationEvent } from '#contracts/events';
import type { GraphNode } from '#contracts/graph';
import type { StepStatus } from '#contracts/primitives';
import type { Graph } from './graph.ts';

/** A graph after an event of the organization; the same object when the event says nothing about it. */
export function withEvent(graph: Graph, event: OrganizationEvent): Graph {
  switch (event.type) {
    case 'run':
      return withRun(graph, event);
    case 'step':
      return withStep(graph, event);
    case 'progress':
      return withProgressingNode(graph, event);
    case 'changed':
    case 'notification':
      return graph;
    default:
      return event satisfies never;
  }
}

function withRun(graph: Graph, event: Extract<OrganizationEvent, { type: 'run' }>): Graph {
  if (!graph.pipelines.some((pipeline) => pipeline.id === event.pipeline_id)) return graph;
  const isOver = event.status !== 'queued' && event.status !== 'running';
  return {
    ...graph,
    pipelines: graph.pipelines.map((pipeline) => {
      if (pipeline.id !== event.pipeline_id) return pipeline;
      // An older run that ends must not hide a newer one that has begun.
      if (isOver && pipeline.running_run_id !== null && pipeline.running_run_id !== event.run_id)
        return pipeline;
      return {
        ...pipeline,
        last_status: event.status,
        last_run_at: event.at,
        running_run_id: isOver ? null : event.run_id,
      };
    }),
  };
}

function withStep(graph: Graph, event: Extract<OrganizationEvent, { type: 'step' }>): Graph {
  const id = nodeOfStep(graph, event)?.id;
  if (id === undefined) return graph;
  const isDone = event.status === 'succeeded';
  const products = isDone ? productsOf(graph, id) : new Set<string>();
  const stale = isDone ? consumersOf(graph, [id, ...products]) : new Set<string>();
  return {
    ...graph,
    nodes: graph.nodes.map((node) => {
      if (node.id === id) return afterStep(node, event.status, event);
      if (products.has(node.id)) {
        return { ...node, row_count: event.rows ?? node.row_count, updated_at: event.at, stale: false };
      }
      return stale.has(node.id) && node.updated_at !== null && !node.stale ? { ...node, stale: true } : node;
    }),
  };
}

function afterStep(
  node: GraphNode,
  status: StepStatus,
  event: Extract<OrganizationEvent, { type: 'step' }>,
): GraphNode {
  const next = { ...node, status, run_id: event.run_id };
  if (status === 'failed') return next;
  if (status !== 'succeeded') return { ...next, error: null };
  return {
    ...next,
    error: null,
    row_count: event.rows ?? node.row_count,
    updated_at: event.at,
    stale: false,
  };
}

/** A page opened in the middle of a step hears of it first by its progress. */
function withProgressingNode(graph: Graph, event: Extract<OrganizationEvent, { type: 'progress' }>): Graph {
  const node = nodeOfStep(graph, event);
  if (!node || (node.status === 'running' && node.run_id === event.run_id)) return graph;
  const running = { ...node, status: 'running' as const, run_id: event.run_id, error: null };
  return { ...graph, nodes: graph.nodes.map((one) => (one.id === node.id ? running : one)) };
}

function nodeOfStep(
  graph: Graph,
  event: { readonly kind: 'sync' | 'transform'; readonly ref_id: string },
): GraphNode | undefined {
  const kind = event.kind === 'sync' ? 'source' : 'transformation';
  return graph.nodes.find((node) => node.kind === kind && node.ref_id === event.ref_id);
}

/** Tables that a node writes. */
function productsOf(graph: Graph, id: string): Set<string> {
  const targets = new Set(graph.edges.filter((edge) => edge.from === id).map((edge) => edge.to));
  return new Set(
    graph.nodes
      .filter((node) => targets.has(node.id) && (node.kind === 'table' || node.kind === 'output'))
      .map((node) => node.id),
  );
}

/** Transformations that read one of these, with their outputs: older now than what they are made from. */
function consumersOf(graph: Graph, from: readonly string[]): Set<string> {
  const written = new Set(from);
  const readers = graph.edges
    .filter((edge) => written.has(edge.from) && !written.has(edge.to))
    .map((edge) => edge.to);
  const consumers = new Set(readers);
  for (const edge of graph.edges) if (readers.includes(edge.from)) consumers.add(edge.to);
  return consumers;
}
