'use client';

import { useCallback, useMemo, useRef, useState } from 'react';
import { saveGraphPositions } from '#contracts/graph';
import { call } from '../../api.ts';
import { toast } from '../../ui/toast.tsx';
import type { CanvasGraph } from './graph.ts';
import { layoutGraph, placeNodes } from './layout-graph.ts';
import type { Point, Positions } from './node-size.ts';

/**
 * Where the nodes are: as people put them, as the server keeps it; tidy elsewhere. `move` only moves on this page,
 * `keep` saves; `tidy` saves a tidy layout and can be undone.
 */
export function useNodePlaces(graph: CanvasGraph, saved: Positions) {
  const [moved, setMoved] = useState<Positions>({});
  const layoutKey = topology(graph);
  const chosen = useMemo(() => ({ ...saved, ...moved }), [saved, moved]);
  const places = useMemo(
    () => placeNodes(graph, chosen),
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- live states change the graph often, its layout rarely
    [layoutKey, chosen],
  );
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const unsaved = useRef<Record<string, Point>>({});

  const save = useCallback(async (positions: Positions) => {
    try {
      await call(saveGraphPositions, { body: { positions: { ...positions } } });
    } catch (error) {
      toast.problem(error, 'The places of the nodes could not be kept');
    }
  }, []);

  const move = useCallback((id: string, point: Point) => {
    setMoved((old) => ({ ...old, [id]: { x: Math.round(point.x), y: Math.round(point.y) } }));
  }, []);

  /**
   * Saves where a node is, soon: a key held down moves it many times. With the first one everything stays where it is,
   * so that what somebody arranged is not shifted by the next new source.
   */
  const keep = useCallback(
    (id: string, point: Point) => {
      for (const [other, place] of Object.entries(places)) {
        if (chosen[other] === undefined) unsaved.current[other] ??= place;
      }
      setMoved((old) => ({ ...unsaved.current, ...old }));
      unsaved.current[id] = { x: Math.round(point.x), y: Math.round(point.y) };
      clearTimeout(timer.current);
      timer.current = setTimeout(() => {
        void save(unsaved.current);
        unsaved.current = {};
      }, 500);
    },
    [save, places, chosen],
  );

  const tidy = useCallback(() => {
    const before = places;
    const after = layoutGraph(graph);
    setMoved(after);
    void save(after);
    toast.success('The canvas is tidy', {
      id: 'tidy',
      action: {
        label: 'Undo',
        onClick: () => {
          setMoved(before);
          void save(before);
        },
      },
    });
  }, [graph, places, save]);

  return { places, move, keep, tidy };
}

/** What the layout depends on, as a text to compare. */
function topology(graph: CanvasGraph): string {
  return JSON.stringify([
    graph.nodes.map((node) => node.id),
    graph.edges.map((edge) => [edge.from, edge.to]),
    graph.pipelines.map((pipeline) => [pipeline.id, pipeline.node_ids]),
  ]);
}
