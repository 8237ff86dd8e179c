import type { Edge, Node } from '@xyflow/react';
import type { CanvasGraph, CanvasNode, GraphPipeline } from './graph.ts';
import { nodeHeight, nodeWidth, type Positions } from './node-size.ts';
import { pipelineFrames } from './pipeline-frames.ts';

export type DataNode = Node<
  { readonly node: CanvasNode; readonly chips: readonly GraphPipeline[]; readonly isOpen: boolean },
  'data'
>;
export type FrameNode = Node<{ readonly pipeline: GraphPipeline }, 'frame'>;
export type FlowNode = DataNode | FrameNode;

interface View {
  readonly positions: Positions;
  /** Node whose panel is open. */
  readonly openId: string | null;
  /** Node that Tab leads to; the others are reached with the arrow keys. */
  readonly tabStopId: string | undefined;
}

/** The graph as React Flow draws it: frames of pipelines behind, then the nodes. */
export function flowNodes(graph: CanvasGraph, view: View): FlowNode[] {
  const { frames, unframed } = pipelineFrames(graph, view.positions);
  return [
    // The outer ones first, so that the inner lie above them.
    ...frames.toReversed().map(({ pipeline, box }): FrameNode => ({
      id: `pipeline:${pipeline.id}`,
      type: 'frame',
      position: { x: box.x, y: box.y },
      width: box.width,
      height: box.height,
      data: { pipeline },
      draggable: false,
      selectable: false,
      focusable: false,
      connectable: false,
      zIndex: -1,
      // Only its title takes the mouse; the rest is the sheet, which one drags.
      style: { pointerEvents: 'none' },
      domAttributes: { 'aria-roledescription': undefined },
    })),
    ...graph.nodes.map((node): DataNode => ({
      id: node.id,
      type: 'data',
      position: view.positions[node.id] ?? { x: 0, y: 0 },
      width: nodeWidth,
      height: nodeHeight,
      data: {
        node,
        chips: unframed.filter((pipeline) => pipeline.node_ids.includes(node.id)),
        isOpen: node.id === view.openId,
      },
      connectable: node.table !== null,
      ariaRole: 'button',
      domAttributes: {
        'aria-roledescription': undefined,
        tabIndex: node.id === view.tabStopId ? 0 : -1,
        'aria-haspopup': 'dialog',
      },
    })),
  ];
}

/** Lines between nodes; they move while data flows along them. */
export function flowEdges(graph: CanvasGraph): Edge[] {
  const byId = new Map(graph.nodes.map((node) => [node.id, node]));
  return graph.edges.map((edge): Edge => {
    const [from, to] = [byId.get(edge.from), byId.get(edge.to)];
    // Data flows into what runs, and out of a transformation into its table.
    const isFlowing =
      to?.status === 'running' || (from?.kind === 'transformation' && from.status === 'running');
    return {
      id: edge.id,
      source: edge.from,
      target: edge.to,
      animated: isFlowing,
      focusable: false,
      selectable: false,
      className: isFlowing ? 'is-flowing' : to?.status === 'failed' ? 'is-broken' : 'is-calm',
      ariaLabel: `${from?.name ?? ''} → ${to?.name ?? ''}`,
    };
  });
}
