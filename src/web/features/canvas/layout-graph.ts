import { Graph as DagreGraph, layout } from '@dagrejs/dagre';
import type { CanvasGraph } from './graph.ts';
import { boxOf, nodeHeight, nodeWidth, overlaps, type Point, type Positions } from './node-size.ts';

const gapBetweenColumns = 88;
const gapBetweenRows = 36;
/** Stands before the first column, unseen. */
const root = 'root:';
/** A row gap that leaves room for the title of a pipeline's frame. */
const gapAroundFrames = 64;
/** More nodes than this that nothing is connected with become a block: one column of twenty could not be read. */
const looseInColumn = 4;

/**
 * Tidy places for every node, left to right along the data, with few crossings. Pipelines are laid
 * out as blocks where they can be, so that their frames do not cut through each other. Deterministic for the same graph.
 */
export function layoutGraph(graph: CanvasGraph): Positions {
  const connected = new Set([
    ...graph.edges.flatMap((edge) => [edge.from, edge.to]),
    ...graph.pipelines.flatMap((pipeline) => pipeline.node_ids),
  ]);
  const loose = graph.nodes.filter((node) => !connected.has(node.id));
  if (loose.length <= looseInColumn) return layoutFlow(graph);
  const flow = layoutFlow({ ...graph, nodes: graph.nodes.filter((node) => connected.has(node.id)) });
  const top = Math.max(
    0,
    ...Object.values(flow).map((point) => point.y + nodeHeight + gapAroundFrames + gapBetweenRows),
  );
  const across = Object.values(flow).map((point) => point.x);
  const left = across.length === 0 ? 0 : Math.min(...across);
  const asWide = Math.floor((Math.max(left, ...across) + nodeWidth - left) / (nodeWidth + gapBetweenRows));
  const columns = Math.max(3, asWide, Math.round(Math.sqrt(loose.length)));
  const block = loose.map((node, index) => {
    const x = left + (index % columns) * (nodeWidth + gapBetweenRows);
    const y = top + Math.floor(index / columns) * (nodeHeight + gapBetweenRows);
    return [node.id, { x, y }] as const;
  });
  return { ...flow, ...Object.fromEntries(block) };
}

function layoutFlow(graph: CanvasGraph): Positions {
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
  for (const block of blocks(graph)) {
    dagre.setNode(block.id, {});
    for (const part of block.parts) dagre.setParent(part, block.id);
  }
  // Whatever is made from nothing else begins at the left, even when only something far to the right needs it.
  const fed = new Set(graph.edges.map((edge) => edge.to));
  dagre.setNode(root, { width: 0, height: 0 });
  for (const node of graph.nodes) {
    if (!fed.has(node.id)) dagre.setEdge(root, node.id, { weight: 4 }, `${root}>${node.id}`);
  }
  layout(dagre);
  return Object.fromEntries(
    graph.nodes.map((node) => {
      const { x = 0, y = 0 } = dagre.node(node.id);
      return [node.id, { x: Math.round(x - nodeWidth / 2), y: Math.round(y - nodeHeight / 2) }];
    }),
  );
}

interface Block {
  readonly id: string;
  /** Nodes and smaller blocks that lie in it and in no smaller one. */
  readonly parts: readonly string[];
}

/** Pipelines that share nothing with the others, or all of what the smaller one runs, as blocks within blocks. */
function blocks(graph: CanvasGraph): readonly Block[] {
  const pipelines = graph.pipelines
    .filter((pipeline) => pipeline.node_ids.length > 0)
    .map((pipeline) => ({ id: `pipeline:${pipeline.id}`, members: new Set(pipeline.node_ids) }));
  const neat = pipelines
    .filter((one) =>
      pipelines.every(
        ({ members }) =>
          !overlap(members, one.members) || isWithin(members, one.members) || isWithin(one.members, members),
      ),
    )
    .toSorted((a, b) => a.members.size - b.members.size);
  return neat.map(({ id, members }, index) => {
    const smaller = neat.slice(0, index).filter((other) => isWithin(other.members, members));
    const outermost = smaller.filter(
      (one, place) => !smaller.slice(place + 1).some((other) => isWithin(one.members, other.members)),
    );
    const free = [...members].filter((node) => smaller.every((other) => !other.members.has(node)));
    return { id, parts: [...free, ...outermost.map((other) => other.id)] };
  });
}

function overlap(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return [...a].some((id) => b.has(id));
}

function isWithin(part: ReadonlySet<string>, whole: ReadonlySet<string>): boolean {
  return [...part].every((id) => whole.has(id));
}

/**
 * Where every node is: where people put it, else its tidy place. On a canvas that people arranged, a new node stands
 * beside what it is connected with (or below the first column) and moves down until it lies on nothing.
 */
export function placeNodes(graph: CanvasGraph, chosen: Positions): Positions {
  const tidy = layoutGraph(graph);
  const places: Record<string, Point> = {};
  for (const node of graph.nodes) {
    const point = chosen[node.id];
    if (point) places[node.id] = point;
  }
  const isArranged = Object.keys(places).length * 2 >= graph.nodes.length;
  const unplaced = graph.nodes.filter((node) => places[node.id] === undefined);
  // From left to right, so that what a node is made from has its place before it.
  for (const node of unplaced.toSorted((a, b) => (tidy[a.id]?.x ?? 0) - (tidy[b.id]?.x ?? 0))) {
    const wanted = isArranged ? besideNeighbours(graph, node.id, places) : (tidy[node.id] ?? { x: 0, y: 0 });
    places[node.id] = firstFree(wanted, Object.values(places));
  }
  return places;
}

function besideNeighbours(graph: CanvasGraph, id: string, places: Positions): Point {
  const column = nodeWidth + gapBetweenColumns;
  const at = (ids: readonly string[]) => ids.flatMap((one) => places[one] ?? []);
  const before = at(graph.edges.filter((edge) => edge.to === id).map((edge) => edge.from));
  if (before.length > 0) {
    return { x: Math.max(...before.map((point) => point.x)) + column, y: middleOf(before) };
  }
  const after = at(graph.edges.filter((edge) => edge.from === id).map((edge) => edge.to));
  if (after.length > 0) return { x: Math.min(...after.map((point) => point.x)) - column, y: middleOf(after) };
  const taken = Object.values(places);
  const left = Math.min(...taken.map((point) => point.x));
  const lowest = Math.max(...taken.filter((point) => point.x === left).map((point) => point.y));
  return { x: left, y: lowest + nodeHeight + gapBetweenRows };
}

function middleOf(points: readonly Point[]): number {
  return Math.round(points.reduce((sum, point) => sum + point.y, 0) / points.length);
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
