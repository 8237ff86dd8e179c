import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canvasGraph, type CanvasGraph } from './graph.ts';
import { edge, node, sampleGraph } from './graph-samples.ts';
import { layoutGraph, placeNodes } from './layout-graph.ts';
import { boxOf, overlaps, type Positions } from './node-size.ts';
import { pipelineFrames } from './pipeline-frames.ts';

function expectNoOverlap(positions: Positions): void {
  const boxes = Object.values(positions).map(boxOf);
  for (const [index, box] of boxes.entries()) {
    for (const other of boxes.slice(index + 1)) expect(overlaps(box, other)).toBe(false);
  }
}

/** `pipelines` as lists of node numbers; nodes are s0, s1, …; an edge goes from the lower number to the higher. */
function graphOf(
  count: number,
  pairs: readonly (readonly [number, number])[],
  pipelines: readonly (readonly number[])[],
): CanvasGraph {
  return canvasGraph({
    nodes: Array.from({ length: count }, (_, index) => node('transformation', `s${index}`)),
    edges: pairs.flatMap(([a, b]) =>
      a === b ? [] : [edge(`transformation:s${Math.min(a, b)}`, `transformation:s${Math.max(a, b)}`)],
    ),
    pipelines: pipelines.map((members, index) => ({
      id: `p${index}`,
      name: `P${index}`,
      node_ids: members.map((member) => `transformation:s${member}`),
      schedule: null,
      last_status: null,
      last_run_at: null,
      running_run_id: null,
    })),
    positions: {},
  });
}

const anyGraph = fc.integer({ min: 1, max: 12 }).chain((count) => {
  const index = fc.integer({ min: 0, max: count - 1 });
  return fc
    .tuple(
      fc.array(fc.tuple(index, index), { maxLength: 20 }),
      fc.array(fc.uniqueArray(index), { maxLength: 3 }),
    )
    .map(([pairs, pipelines]) => graphOf(count, pairs, pipelines));
});

describe('the layout of the canvas', () => {
  it('puts everything to the right of what it is made from', () => {
    const graph = canvasGraph(sampleGraph());
    const places = layoutGraph(graph);
    for (const { from, to } of graph.edges) expect(places[from]?.x).toBeLessThan(places[to]?.x ?? 0);
    expectNoOverlap(places);
  });

  it('places every node of any graph, none on top of another, data going right', () => {
    fc.assert(
      fc.property(anyGraph, (graph) => {
        const places = layoutGraph(graph);
        expect(Object.keys(places)).toHaveLength(graph.nodes.length);
        expectNoOverlap(places);
        for (const { from, to } of graph.edges) expect(places[from]?.x).toBeLessThan(places[to]?.x ?? 0);
      }),
      { numRuns: 60 },
    );
  });

  it('lays many nodes that nothing is connected with as a block below the rest, not as one long column', () => {
    const places = layoutGraph(graphOf(23, [[0, 1]], [[0, 1, 2]]));
    expectNoOverlap(places);
    const x = new Set<number>();
    const y = new Set<number>();
    for (let index = 3; index < 23; index += 1) {
      const place = places[`transformation:s${index}`];
      x.add(place?.x ?? -1);
      y.add(place?.y ?? -1);
      expect(place?.y).toBeGreaterThan(places['transformation:s2']?.y ?? 0);
    }
    expect([x.size, y.size]).toEqual([4, 5]);
  });

  it('keeps the places that people chose, and finds free ones for new nodes', () => {
    fc.assert(
      fc.property(
        anyGraph,
        fc.integer({ min: -200, max: 200 }),
        fc.integer({ min: -200, max: 200 }),
        (graph, x, y) => {
          const first = graph.nodes[0];
          if (!first) return;
          const places = placeNodes(graph, { [first.id]: { x, y } });
          expect(places[first.id]).toEqual({ x, y });
          expect(Object.keys(places)).toHaveLength(graph.nodes.length);
          expectNoOverlap(places);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('puts a new node beside what it is made from, wherever that was put', () => {
    const graph = canvasGraph(sampleGraph());
    const chosen = { 'source:s1': { x: 1000, y: 500 }, 'source:s2': { x: 1000, y: 700 } };
    const places = placeNodes(graph, chosen);
    expect(places['transformation:t1']).toMatchObject({ y: 600 });
    expect(places['transformation:t1']?.x).toBeGreaterThan(1200);
    expect(places['output:o1']?.x).toBeGreaterThan(places['transformation:t1']?.x ?? 0);
  });

  it('gives separate pipelines separate frames', () => {
    const graph = graphOf(
      6,
      [
        [0, 1],
        [1, 2],
        [3, 4],
        [4, 5],
      ],
      [
        [0, 1, 2],
        [3, 4, 5],
      ],
    );
    const { frames, unframed } = pipelineFrames(graph, layoutGraph(graph));
    expect(frames).toHaveLength(2);
    expect(unframed).toEqual([]);
  });

  it('frames a pipeline inside of another that runs all of it and more', () => {
    const graph = graphOf(
      5,
      [
        [0, 1],
        [2, 3],
        [3, 4],
      ],
      [
        [0, 1, 2, 3, 4],
        [2, 3, 4],
      ],
    );
    const { frames } = pipelineFrames(graph, layoutGraph(graph));
    expect(frames.map((frame) => frame.pipeline.id)).toEqual(['p1', 'p0']);
  });

  it('frames one pipeline of two that share a node and names the other on its nodes', () => {
    const graph = graphOf(
      4,
      [
        [0, 1],
        [1, 2],
        [1, 3],
      ],
      [
        [0, 1, 2],
        [1, 3],
      ],
    );
    const { frames, unframed } = pipelineFrames(graph, layoutGraph(graph));
    expect(frames.length + unframed.length).toBe(2);
    expect(unframed.length).toBeGreaterThanOrEqual(1);
  });

  it('never draws a frame over a node that its pipeline does not run, nor over another frame', () => {
    fc.assert(
      fc.property(anyGraph, (graph) => {
        const places = layoutGraph(graph);
        const { frames } = pipelineFrames(graph, places);
        for (const [index, frame] of frames.entries()) {
          for (const one of graph.nodes) {
            const point = places[one.id];
            const isInside = point !== undefined && overlaps(frame.box, boxOf(point));
            expect(isInside && !frame.pipeline.node_ids.includes(one.id)).toBe(false);
          }
          for (const other of frames.slice(index + 1)) {
            const isNested = frame.pipeline.node_ids.every((id) => other.pipeline.node_ids.includes(id));
            expect(overlaps(frame.box, other.box)).toBe(isNested);
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});
