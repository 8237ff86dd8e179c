import type { CanvasGraph } from './graph.ts';
import type { Point, Positions } from './node-size.ts';

export type Direction = 'left' | 'right' | 'up' | 'down';

/**
 * The node that an arrow key leads to: left and right follow the data to the nearest connected node, up and down go to
 * the nearest node of the same column. Undefined where there is none.
 */
export function nodeTowards(
  graph: CanvasGraph,
  positions: Positions,
  from: string,
  direction: Direction,
): string | undefined {
  const origin = positions[from];
  if (!origin) return undefined;
  const candidates =
    direction === 'left' || direction === 'right'
      ? connected(graph, from, direction)
      : inColumn(graph, positions, from, origin, direction);
  return nearest(origin, candidates, positions);
}

function connected(graph: CanvasGraph, from: string, direction: 'left' | 'right'): readonly string[] {
  return direction === 'right'
    ? graph.edges.filter((edge) => edge.from === from).map((edge) => edge.to)
    : graph.edges.filter((edge) => edge.to === from).map((edge) => edge.from);
}

function inColumn(
  graph: CanvasGraph,
  positions: Positions,
  from: string,
  origin: Point,
  direction: 'up' | 'down',
): readonly string[] {
  const beside = graph.nodes.flatMap((node) => {
    const point = positions[node.id];
    if (!point || node.id === from) return [];
    const isAhead = direction === 'down' ? point.y > origin.y : point.y < origin.y;
    return isAhead ? [{ id: node.id, away: Math.abs(point.x - origin.x) }] : [];
  });
  const closest = Math.min(...beside.map((node) => node.away));
  return beside.filter((node) => node.away === closest).map((node) => node.id);
}

function nearest(origin: Point, ids: readonly string[], positions: Positions): string | undefined {
  const distance = (id: string) => {
    const point = positions[id];
    return point ? Math.hypot(point.x - origin.x, point.y - origin.y) : Number.POSITIVE_INFINITY;
  };
  return ids.toSorted((a, b) => distance(a) - distance(b))[0];
}
