import { Graph as DagreGraph, layout } from '@dagrejs/dagre';
import type { CanvasGraph } from './graph.ts';
import { boxOf, nodeHeight, nodeWidth, overlaps, type Point, type Positions } from './node-size.ts';

const gapBetweenColumns = 88;
const gapBetweenRows = 36;
/** A row gap that leaves room for the title of a pipeline's frame. */
const gapAroundFrames = 64;

/**
 * Tidy places for every node, left to right along the data, with few crossings. Pipelines that share nothing are laid
 * out as blocks, so that their frames do not cut through each other. Deterministic for the same graph.
 */
export function layoutGraph(graph: CanvasGraph): Positions {
  const dagre = new DagreGraph({ compound: true, multigraph: true });
  dagre.setGraph({
    rankdir: 'LR',
    ranksep: gapBetweenColumns,
    nodesep: graph.pipelines.length > 1 ? gapAroundFrames : gapBetweenRows,
    marginx: 0,
    marginy: 0,
  });
  dagre.setDefaultEdgeLabel(() => ({}));
  for (const node of graph.nodes) dagre.setNode(node.id, { width: nodeWidth, height: nodeHeight });
  for (const edge of graph.edges) dagre.setEdge(edge.from, edge.to, {}, edge.id);
  for (const [pipeline, members] of separateBlocks(graph)) {
    dagre.setNode(pipeline, {});
    for (const id of members) dagre.setParent(id, pipeline);
  }
  layout(dagre);
  return Object.fromEntries(
    graph.nodes.map((node) => {
      const { x = 0, y = 0 } = dagre.node(node.id);
      return [node.id, { x: Math.round(x - nodeWidth / 2), y: Math.round(y - nodeHeight / 2) }];
    }),
  );
}

/** Pipelines none of whose nodes belongs to another, with their members; one alone needs no block. */
function separateBlocks(graph: CanvasGraph): Map<string, readonly string[]> {
  const owners = new Map<string, number>();
  for (const { node_ids } of graph.pipelines) {
    for (const id of node_ids) owners.set(id, (owners.get(id) ?? 0) + 1);
  }
  const separate = graph.pipelines.filter(
    (pipeline) => pipeline.node_ids.length > 0 && pipeline.node_ids.every((id) => owners.get(id) === 1),
  );
  return new Map(separate.map((pipeline) => [`pipeline:${pipeline.id}`, pipeline.node_ids]));
}

/**
 * Where every node is: where people put it, else its tidy place. When some are placed by hand, a tidy place that is
 * taken moves down until it is free, so that a new node never lies on top of another.
 */
export function placeNodes(graph: CanvasGraph, chosen: Positions): Positions {
  const tidy = layoutGraph(graph);
  const kept = graph.nodes.filter((node) => chosen[node.id] !== undefined);
  if (kept.length === 0) return tidy;
  const places: Record<string, Point> = {};
  for (const node of kept) {
    const point = chosen[node.id];
    if (point) places[node.id] = point;
  }
  for (const node of graph.nodes) {
    const wanted = tidy[node.id];
    if (places[node.id] || !wanted) continue;
    places[node.id] = firstFree(wanted, Object.values(places));
  }
  return places;
}

function firstFree(wanted: Point, taken: readonly Point[]): Point {
  let point = wanted;
  // Every step clears at least one node, so that there are never more steps than nodes.
  for (let step = 0; step <= taken.length; step += 1) {
    const inTheWay = taken.find((other) => overlaps(boxOf(point), boxOf(other)));
    if (!inTheWay) return point;
    point = { x: point.x, y: inTheWay.y + nodeHeight + gapBetweenRows };
  }
  return point;
}
