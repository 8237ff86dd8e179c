'use client';

import {
  Background,
  BackgroundVariant,
  Panel,
  ReactFlow,
  ReactFlowProvider,
  type FinalConnectionState,
  type NodeChange,
} from '@xyflow/react';
import '@xyflow/react/dist/base.css';
import { useRouter } from 'next/navigation';
import { useId, useMemo, useRef, useState } from 'react';
import { usePermission } from '../../session.ts';
import './canvas.css';
import { CanvasTools } from './canvas-tools.tsx';
import { DataNodeCard } from './data-node.tsx';
import { fitOptions } from './fit-options.ts';
import { flowEdges, flowNodes, type FlowNode } from './flow-elements.ts';
import { PipelineFrame } from './frame-node.tsx';
import type { CanvasGraph } from './graph.ts';
import { newTransformationHref, nodeHref } from './node-links.ts';
import type { Positions } from './node-size.ts';
import { OverviewMap } from './overview-map.tsx';
import { PipelineStrip } from './pipeline-strip.tsx';
import { pipelineFrames } from './pipeline-frames.ts';
import { useCanvasKeys } from './use-canvas-keys.ts';
import { useNodePlaces } from './use-node-places.ts';
import { useReveal } from './use-reveal.ts';

const nodeTypes = { data: DataNodeCard, frame: PipelineFrame };
const never = () => false;

interface CanvasSheetProps {
  readonly graph: CanvasGraph;
  readonly positions: Positions;
  readonly openId: string | null;
  readonly onOpen: (id: string | null) => void;
}

/** The canvas itself; loaded only when it is shown. */
export function CanvasSheet(props: CanvasSheetProps) {
  return (
    <ReactFlowProvider>
      <Sheet {...props} />
    </ReactFlowProvider>
  );
}

function Sheet({ graph, positions, openId, onOpen }: CanvasSheetProps) {
  const router = useRouter();
  const helpId = useId();
  const box = useRef<HTMLDivElement>(null);
  const mayTransform = usePermission('transformations:write');
  const { places, move, keep, tidy } = useNodePlaces(graph, positions);
  const { reveal, onMoveStart } = useReveal(graph, places, openId);
  const [tabStop, setTabStop] = useState<string>();
  const tabStopId = graph.nodes.some((node) => node.id === tabStop) ? tabStop : graph.nodes[0]?.id;
  const nodes = useMemo(
    () => flowNodes(graph, { positions: places, openId, tabStopId }),
    [graph, places, openId, tabStopId],
  );
  const edges = useMemo(() => flowEdges(graph), [graph]);
  const unframed = useMemo(() => pipelineFrames(graph, places).unframed, [graph, places]);

  const find = (id: string) => graph.nodes.find((node) => node.id === id);
  const goTo = (id: string) => {
    const node = find(id);
    if (node) router.push(nodeHref(node));
  };
  const focusNode = (id: string) => {
    setTabStop(id);
    const element = box.current?.querySelector(`[data-id="${CSS.escape(id)}"]`);
    if (element instanceof HTMLElement) element.focus({ preventScroll: true });
    reveal(id);
  };
  const onKeyDown = useCanvasKeys({ graph, places, focusNode, move, keep, goTo, onOpen });

  function onNodesChange(changes: NodeChange<FlowNode>[]) {
    for (const change of changes) {
      if (change.type === 'position' && change.position) move(change.id, change.position);
    }
  }

  function onConnectEnd(_: MouseEvent | TouchEvent, connection: FinalConnectionState) {
    const from = connection.fromNode && find(connection.fromNode.id);
    const isPulledOut =
      connection.from &&
      connection.to &&
      Math.hypot(connection.to.x - connection.from.x, connection.to.y - connection.from.y) > 40;
    if (from?.table && isPulledOut) router.push(newTransformationHref(from.table));
  }

  return (
    <div className="flex size-full flex-col">
      <PipelineStrip pipelines={unframed} />
      <p id={helpId} className="sr-only">
        Arrow keys move between connected nodes. Space opens the details of a node, Enter its page. Shift and
        an arrow key move a node. The same is available as a list.
      </p>
      <div ref={box} className="min-h-0 flex-1" onKeyDown={onKeyDown} role="presentation">
        <ReactFlow<FlowNode>
          aria-label="Canvas of your data"
          aria-describedby={helpId}
          nodes={nodes}
          edges={edges}
          nodeTypes={nodeTypes}
          onNodesChange={onNodesChange}
          onNodeDragStop={(_, node) => keep(node.id, node.position)}
          onNodeClick={(_, node) => {
            if (node.type !== 'data') return;
            setTabStop(node.id);
            onOpen(node.id);
          }}
          onNodeDoubleClick={(_, node) => goTo(node.id)}
          onConnectEnd={onConnectEnd}
          onMoveStart={onMoveStart}
          isValidConnection={never}
          nodesConnectable={mayTransform}
          nodesDraggable={!matchMedia('(pointer: coarse)').matches}
          disableKeyboardA11y
          deleteKeyCode={null}
          selectionKeyCode={null}
          multiSelectionKeyCode={null}
          panActivationKeyCode={null}
          zoomOnDoubleClick={false}
          connectOnClick={false}
          elementsSelectable={false}
          fitView
          fitViewOptions={fitOptions}
          minZoom={0.15}
          maxZoom={1.75}
          nodeDragThreshold={4}
        >
          <Background variant={BackgroundVariant.Dots} gap={20} size={1.5} />
          <Panel position="bottom-left" className="m-3!">
            <CanvasTools graph={graph} onFind={focusNode} onTidy={tidy} />
          </Panel>
          <OverviewMap />
        </ReactFlow>
      </div>
    </div>
  );
}
