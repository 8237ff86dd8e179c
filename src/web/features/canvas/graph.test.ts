import { describe, expect, it } from 'vitest';
import { canvasGraph, neighbours, pipelinesOf } from './graph.ts';
import { edge, node, sampleGraph } from './graph-samples.ts';

describe('the graph of the canvas', () => {
  it('draws a source and its only table as one node that can show the rows', () => {
    const graph = canvasGraph(sampleGraph());
    expect(graph.nodes.map((one) => one.id)).toEqual([
      'source:s1',
      'source:s2',
      'transformation:t1',
      'output:o1',
    ]);
    expect(graph.nodes[0]).toMatchObject({ table: 'raw_s1', row_count: 120 });
    expect(graph.edges.map((one) => `${one.from}>${one.to}`)).toEqual([
      'source:s1>transformation:t1',
      'source:s2>transformation:t1',
      'transformation:t1>output:o1',
    ]);
  });

  it('keeps the tables of a source that has several', () => {
    const graph = canvasGraph({
      nodes: [node('source', 's1'), node('table', 'a'), node('table', 'b')],
      edges: [edge('source:s1', 'table:a'), edge('source:s1', 'table:b')],
      pipelines: [],
      positions: {},
    });
    expect(graph.nodes).toHaveLength(3);
    expect(graph.nodes[0]?.table).toBeNull();
    expect(graph.nodes[1]?.table).toBe('a');
  });

  it('leaves out edges and members whose node is gone', () => {
    const graph = canvasGraph({
      ...sampleGraph(),
      edges: [edge('source:gone', 'transformation:t1')],
    });
    expect(graph.edges).toEqual([]);
    expect(graph.pipelines[0]?.node_ids).not.toContain('source:gone');
  });

  it('knows what a node is made from, what is made from it and what runs it', () => {
    const graph = canvasGraph(sampleGraph());
    const around = neighbours(graph, 'transformation:t1');
    expect(around.upstream.map((one) => one.id)).toEqual(['source:s1', 'source:s2']);
    expect(around.downstream.map((one) => one.id)).toEqual(['output:o1']);
    expect(pipelinesOf(graph, 'source:s1').map((one) => one.name)).toEqual(['Daily']);
    expect(pipelinesOf(graph, 'source:s2')).toEqual([]);
  });
});
