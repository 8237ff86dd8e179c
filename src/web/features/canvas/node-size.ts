export interface Point {
  readonly x: number;
  readonly y: number;
}
export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}
export type Positions = Readonly<Record<string, Point>>;

/** Every node has the same size, in pixels at zoom 1: columns line up, and a layout needs no measuring first. */
export const nodeWidth = 248;
export const nodeHeight = 92;

export function boxOf(point: Point): Box {
  return { x: point.x, y: point.y, width: nodeWidth, height: nodeHeight };
}

export function overlaps(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}
