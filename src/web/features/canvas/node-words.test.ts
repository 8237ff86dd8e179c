import { describe, expect, it } from 'vitest';
import { formatCount, formatDuration } from '../../format.ts';
import { node } from './graph-samples.ts';
import type { CanvasNode } from './graph.ts';
import {
  nodeDescription,
  nodeFacts,
  progressShare,
  progressWords,
  stateWords,
  type Format,
} from './node-words.ts';

const settings = { locale: 'en-IN', timezone: 'Asia/Kolkata' };
const format: Format = {
  count: (value, words) => formatCount(value, words, settings),
  duration: formatDuration,
  relative: () => '2 hours ago',
};
const canvasNode = (...[kind, ref, rest]: Parameters<typeof node>): CanvasNode => ({
  ...node(kind, ref, rest),
  table: null,
});
const progress = {
  phase: 'loading',
  rows_done: 450_000,
  bytes_done: 1,
  bytes_total: 4,
  rows_per_second: 100,
  seconds_left: 11.2,
} as const;

describe('a node in words', () => {
  it('says what it is and how much it holds, in the organization’s digits', () => {
    expect(nodeFacts(canvasNode('source', 's', { summary: 'csv', row_count: 1_234_567 }), format)).toBe(
      'CSV file · 12,34,567 rows',
    );
    expect(
      nodeFacts(canvasNode('transformation', 't', { summary: 'Filter, combine', row_count: 4 }), format),
    ).toBe('Filter, combine');
    expect(nodeDescription(canvasNode('output', 'o', { row_count: 1 }), format)).toBe('Output table · 1 row');
    expect(nodeDescription(canvasNode('source', 's', { summary: 'csv' }), format)).toBe('Source · CSV file');
  });

  it('says how far running work is, as far as it is known', () => {
    expect(progressWords(progress, format)).toBe('4,50,000 rows, 12 s left');
    expect(progressWords({ ...progress, seconds_left: null }, format)).toBe('4,50,000 rows');
    expect(progressWords({ ...progress, phase: 'finishing' }, format)).toBe('Finishing');
    expect(progressWords(undefined, format)).toBe('Running');
    expect(progressShare(progress)).toBe(0.25);
    expect(progressShare({ ...progress, bytes_total: null })).toBeUndefined();
  });

  it('has words for every state', () => {
    const words = (state: Parameters<typeof stateWords>[0]) => stateWords(state, 'source', format);
    expect(words({ is: 'fresh', at: '' })).toBe('Synced 2 hours ago');
    expect(words({ is: 'stale', since: '' })).toBe('Out of date, synced 2 hours ago');
    expect(words({ is: 'failed', reason: 'No file', hint: undefined })).toBe('Failed: No file');
    expect(words({ is: 'new' })).toBe('Not loaded yet');
    expect(words({ is: 'waiting' })).toBe('Waiting for its turn');
  });
});
