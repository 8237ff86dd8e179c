import type { CanvasNode } from './graph.ts';

/** The page of what a node stands for. */
export function nodeHref(node: Pick<CanvasNode, 'kind' | 'ref_id'>): string {
  switch (node.kind) {
    case 'source':
      return `/sources/${node.ref_id}`;
    case 'transformation':
      return `/transformations/${node.ref_id}`;
    case 'table':
    case 'output':
      return `/data/${encodeURIComponent(node.ref_id)}`;
    default:
      return node.kind satisfies never;
  }
}

/** The editor with a new transformation that starts from a table. */
export function newTransformationHref(table: string): string {
  return `/transformations/new?table=${encodeURIComponent(table)}`;
}
