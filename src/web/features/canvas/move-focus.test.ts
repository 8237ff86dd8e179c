import { describe, expect, it } from 'vitest';
import { canvasGraph } from './graph.ts';
import { sampleGraph } from './graph-samples.ts';
import { nodeTowards } from './move-focus.ts';

const graph = canvasGraph(sampleGraph());
const positions = {
  'source:s1': { x: 0, y: 0 },
  'source:s2': { x: 0, y: 150 },
  'transformation:t1': { x: 300, y: 100 },
  'output:o1': { x: 600, y: 100 },
};

describe('arrow keys on the canvas', () => {
  it('follow the data to the right and back to the nearest at the left', () => {
    expect(nodeTowards(graph, positions, 'source:s1', 'right')).toBe('transformation:t1');
    expect(nodeTowards(graph, positions, 'transformation:t1', 'left')).toBe('source:s2');
    expect(nodeTowards(graph, positions, 'output:o1', 'right')).toBeUndefined();
  });

  it('go up and down within a column', () => {
    expect(nodeTowards(graph, positions, 'source:s1', 'down')).toBe('source:s2');
    expect(nodeTowards(graph, positions, 'source:s2', 'up')).toBe('source:s1');
  });
});
