'use client';

import { useReactFlow } from '@xyflow/react';
import type { KeyboardEvent } from 'react';
import { fitOptions } from './fit-options.ts';
import type { CanvasGraph } from './graph.ts';
import { nodeTowards, type Direction } from './move-focus.ts';
import type { Point, Positions } from './node-size.ts';

const arrows: Readonly<Record<string, Direction>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
};
const steps: Record<Direction, Point> = {
  left: { x: -20, y: 0 },
  right: { x: 20, y: 0 },
  up: { x: 0, y: -20 },
  down: { x: 0, y: 20 },
};

interface CanvasKeys {
  readonly graph: CanvasGraph;
  readonly places: Positions;
  readonly focusNode: (id: string) => void;
  readonly move: (id: string, point: Point) => void;
  readonly keep: (id: string, point: Point) => void;
  readonly goTo: (id: string) => void;
  readonly onOpen: (id: string | null) => void;
}

/** The canvas by keyboard: arrows walk along the data, Space opens the panel, Enter the page, + − 0 zoom. */
export function useCanvasKeys({ graph, places, focusNode, move, keep, goTo, onOpen }: CanvasKeys) {
  const flow = useReactFlow();
  return (event: KeyboardEvent<HTMLElement>) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !(event.target instanceof HTMLElement)) return;
    if (event.target.closest('input, select, textarea, [role=dialog]')) return;
    if (zoom(event.key)) return event.preventDefault();
    const id = event.target.classList.contains('react-flow__node') ? event.target.dataset['id'] : undefined;
    if (id === undefined) return;
    const direction = arrows[event.key];
    if (direction !== undefined) {
      event.preventDefault();
      if (event.shiftKey) return shift(id, direction);
      const next = nodeTowards(graph, places, id, direction);
      if (next !== undefined) focusNode(next);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      goTo(id);
    } else if (event.key === ' ') {
      event.preventDefault();
      onOpen(id);
    } else if (event.key === 'Escape') onOpen(null);
  };

  function shift(id: string, direction: Direction): void {
    const from = places[id];
    if (!from) return;
    const to = { x: from.x + steps[direction].x, y: from.y + steps[direction].y };
    move(id, to);
    keep(id, to);
  }

  function zoom(key: string): boolean {
    if (key === '+' || key === '=') void flow.zoomIn();
    else if (key === '-') void flow.zoomOut();
    else if (key === '0') void flow.fitView(fitOptions);
    else return false;
    return true;
  }
}
