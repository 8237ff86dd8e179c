'use client';

import { MiniMap, useStore, type ReactFlowState } from '@xyflow/react';

/** A small map of the whole, there as soon as a part of the canvas is out of sight. */
export function OverviewMap() {
  const isNeeded = useStore(hasNodeOutOfSight);
  return isNeeded ? (
    <MiniMap
      pannable
      zoomable
      ariaLabel="Map of the canvas"
      className="max-md:hidden"
      style={{ width: 168, height: 112 }}
      nodeClassName={(node) => (node.type === 'frame' ? 'is-frame' : 'is-node')}
    />
  ) : null;
}

function hasNodeOutOfSight({ nodeLookup, transform: [x, y, zoom], width, height }: ReactFlowState): boolean {
  for (const node of nodeLookup.values()) {
    const left = node.internals.positionAbsolute.x * zoom + x;
    const top = node.internals.positionAbsolute.y * zoom + y;
    const right = left + (node.width ?? 0) * zoom;
    const bottom = top + (node.height ?? 0) * zoom;
    if (left < -1 || top < -1 || right > width + 1 || bottom > height + 1) return true;
  }
  return false;
}
