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
 * anything else, and lies apart from other frames. Pipelines that cannot have one are told on their nodes instead
 * (`unframed`). Smaller pipelines go first: they are the more likely to be compact.
 */
export function pipelineFrames(
  graph: CanvasGraph,
  positions: Positions,
): { readonly frames: readonly PipelineFrame[]; readonly unframed: readonly GraphPipeline[] } {
  const frames: PipelineFrame[] = [];
  const framed = new Set<string>();
  const bySize = graph.pipelines.toSorted((a, b) => a.node_ids.length - b.node_ids.length);
  for (const pipeline of bySize) {
    const box = frameBox(pipeline, positions);
    if (!box || frames.some((frame) => overlaps(frame.box, box))) continue;
    const members = new Set(pipeline.node_ids);
    const hasStranger = graph.nodes.some((node) => {
      const point = positions[node.id];
      return point !== undefined && !members.has(node.id) && overlaps(box, boxOf(point));
    });
    if (hasStranger) continue;
    frames.push({ pipeline, box });
    framed.add(pipeline.id);
  }
  return {
    frames,
    unframed: graph.pipelines.filter((pipeline) => !framed.has(pipeline.id)),
  };
}

function frameBox(pipeline: GraphPipeline, positions: Positions): Box | undefined {
  const boxes = pipeline.node_ids.flatMap((id) => {
    const point = positions[id];
    return point ? [boxOf(point)] : [];
  });
  if (boxes.length === 0) return undefined;
  const left = Math.min(...boxes.map((box) => box.x)) - padding;
  const top = Math.min(...boxes.map((box) => box.y)) - padding - frameTitleHeight;
  const right = Math.max(...boxes.map((box) => box.x + box.width)) + padding;
  const bottom = Math.max(...boxes.map((box) => box.y + box.height)) + padding;
  return { x: left, y: top, width: right - left, height: bottom - top };
}
