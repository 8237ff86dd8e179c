'use client';

import { useReactFlow } from '@xyflow/react';
import { AlignHorizontalDistributeCenter, Maximize, ZoomIn, ZoomOut } from 'lucide-react';
import { IconButton } from '../../ui/button.tsx';
import { Combobox } from '../../ui/combobox.tsx';
import { fitOptions } from './fit-options.ts';
import type { CanvasGraph } from './graph.ts';
import { KindIcon } from './node-parts.tsx';
import { kindWords } from './node-state.ts';

interface CanvasToolsProps {
  readonly graph: CanvasGraph;
  readonly onFind: (id: string) => void;
  readonly onTidy: () => void;
}

/** Find, zoom, fit and tidy. */
export function CanvasTools({ graph, onFind, onTidy }: CanvasToolsProps) {
  const flow = useReactFlow();
  return (
    <div
      role="toolbar"
      aria-label="Canvas tools"
      className="flex items-center gap-0.5 rounded-lg bg-surface p-1 shadow-pop"
    >
      <Combobox
        value={undefined}
        onChange={onFind}
        label="Find on the canvas"
        placeholder="Find…"
        searchPlaceholder="Name of a source or table"
        size="sm"
        className="w-32! border-transparent!"
        options={graph.nodes.map((node) => ({
          value: node.id,
          label: node.name,
          icon: <KindIcon node={node} className="size-4 shrink-0 text-muted" />,
          hint: kindWords[node.kind],
        }))}
      />
      <span aria-hidden className="mx-1 h-5 w-px bg-line" />
      <IconButton
        size="sm"
        label="Zoom out"
        icon={<ZoomOut aria-hidden className="size-4" />}
        onClick={() => void flow.zoomOut()}
      />
      <IconButton
        size="sm"
        label="Zoom in"
        icon={<ZoomIn aria-hidden className="size-4" />}
        onClick={() => void flow.zoomIn()}
      />
      <IconButton
        size="sm"
        label="Show everything"
        icon={<Maximize aria-hidden className="size-4" />}
        onClick={() => void flow.fitView(fitOptions)}
      />
      <IconButton
        size="sm"
        label="Tidy up"
        icon={<AlignHorizontalDistributeCenter aria-hidden className="size-4" />}
        onClick={() => {
          onTidy();
          requestAnimationFrame(() => void flow.fitView(fitOptions));
        }}
      />
    </div>
  );
}
