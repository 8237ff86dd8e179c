import type { CanvasGraph, GraphPipeline } from './graph.ts';
import { boxOf, overlaps, type Box, type Positions } from './node-size.ts';

const padding = 20;
/** Height of a frame's title bar. */
export const frameTitleHeight = 40;

export interface PipelineFrame {
  readonly pipeline: GraphPipeline;
  readonly box: Box;
}

/**
 * Frames around what each pipeline runs, where a frame says the truth: it holds all of its pipeline's nodes, none of
 * anything else, and lies apart from other frames, or around those of pipelines that run a part of the same. Pipelines
 * that cannot have one are told on their nodes instead (`unframed`). Smaller pipelines go first: they are the more
 * likely to be compact.
 *
 * @returns frames from the inner to the outer.
 */
export function pipelineFrames(
  graph: CanvasGraph,
  positions: Positions,
): { readonly frames: readonly PipelineFrame[]; readonly unframed: readonly GraphPipeline[] } {
  const frames: PipelineFrame[] = [];
  const bySize = graph.pipelines.toSorted((a, b) => a.node_ids.length - b.node_ids.length);
  for (const pipeline of bySize) {
    const members = new Set(pipeline.node_ids);
    const inner = frames.filter((frame) => frame.pipeline.node_ids.every((id) => members.has(id)));
    const nodes = graph.nodes.flatMap((node) => {
      const point = positions[node.id];
      return point ? [{ id: node.id, box: boxOf(point) }] : [];
    });
    const box = around([
      ...nodes.filter((node) => members.has(node.id)).map((node) => node.box),
      ...inner.map((frame) => frame.box),
    ]);
    if (!box) continue;
    const isCut =
      frames.some((frame) => !inner.includes(frame) && overlaps(frame.box, box)) ||
      nodes.some((node) => !members.has(node.id) && overlaps(node.box, box));
    if (!isCut) frames.push({ pipeline, box });
  }
  const framed = new Set(frames.map((frame) => frame.pipeline.id));
  return { frames, unframed: graph.pipelines.filter((pipeline) => !framed.has(pipeline.id)) };
}

/** The smallest frame around boxes, with its title above them; undefined around nothing. */
function around(boxes: readonly Box[]): Box | undefined {
  if (boxes.length === 0) return undefined;
  const left = Math.min(...boxes.map((box) => box.x)) - padding;
  const top = Math.min(...boxes.map((box) => box.y)) - padding - frameTitleHeight;
  const right = Math.max(...boxes.map((box) => box.x + box.width)) + padding;
  const bottom = Math.max(...boxes.map((box) => box.y + box.height)) + padding;
  return { x: left, y: top, width: right - left, height: bottom - top };
}
