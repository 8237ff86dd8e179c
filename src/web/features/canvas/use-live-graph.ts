'use client';

import { useMemo } from 'react';
import { getGraph } from '#contracts/graph';
import { useApi } from '../../api.ts';
import { useConnection, useEvents } from '../../events.ts';
import { canvasGraph } from './graph.ts';
import { withEvent } from './live-graph.ts';

/**
 * The canvas, kept live: an event shows at once, and what it cannot tell (reasons, names, new nodes) follows when the
 * page's live data reads the graph again. Without a connection it is read every ten seconds.
 */
export function useLiveGraph() {
  const isLive = useConnection((state) => state.isLive);
  const { data, error, isLoading, mutate } = useApi(getGraph, {}, { refreshInterval: isLive ? 0 : 10_000 });
  useEvents((event) => {
    void mutate((graph) => (graph ? withEvent(graph, event) : graph), { revalidate: false });
  });
  const graph = useMemo(() => (data ? canvasGraph(data) : undefined), [data]);
  return { graph, positions: data?.positions, error, isLoading, reload: () => void mutate() };
}
