'use client';

import { useReactFlow, useStoreApi } from '@xyflow/react';
import { useCallback, useEffect, useRef } from 'react';
import { fitOptions } from './fit-options.ts';
import type { CanvasGraph } from './graph.ts';
import { nodeHeight, nodeWidth, type Positions } from './node-size.ts';

const panelWidth = 440;
const margin = 24;

/**
 * Keeps what matters in sight: a node that gets the focus or whose panel opens is brought out from the edges and from
 * under the panel; a new node shows by itself as long as nobody has chosen what to look at.
 */
export function useReveal(graph: CanvasGraph, places: Positions, openId: string | null) {
  const flow = useReactFlow();
  const store = useStoreApi();
  const isChosen = useRef(false);
  const duration = prefersStillness() ? 0 : 150;

  const reveal = useCallback(
    (id: string) => {
      const point = places[id];
      if (!point) return;
      const { x, y, zoom } = flow.getViewport();
      const { width, height } = store.getState();
      const room = openId !== null && width > 900 ? width - panelWidth : width;
      const left = point.x * zoom + x;
      const top = point.y * zoom + y;
      const dx = shift(left, left + nodeWidth * zoom, room);
      const dy = shift(top, top + nodeHeight * zoom, height);
      if (dx !== 0 || dy !== 0) void flow.setViewport({ zoom, x: x + dx, y: y + dy }, { duration });
    },
    [flow, store, places, openId, duration],
  );

  const latest = useRef(reveal);
  useEffect(() => {
    latest.current = reveal;
  });
  useEffect(() => {
    if (openId !== null) latest.current(openId);
  }, [openId]);

  const count = graph.nodes.length;
  const shown = useRef(count);
  useEffect(() => {
    if (count === shown.current) return;
    shown.current = count;
    if (!isChosen.current) void flow.fitView({ ...fitOptions, duration });
  }, [count, flow, duration]);

  return {
    reveal,
    /** An event is there only when a person moves the sheet. */
    onMoveStart: (event: MouseEvent | TouchEvent | null) => {
      if (event) isChosen.current = true;
    },
  };
}

/** How far to move so that `from`–`to` lies within `size`: no further than needed, and its beginning first. */
function shift(from: number, to: number, size: number): number {
  const back = Math.min(0, size - margin - to);
  return from + back < margin ? margin - from : back;
}

function prefersStillness(): boolean {
  return matchMedia('(prefers-reduced-motion: reduce)').matches;
}
