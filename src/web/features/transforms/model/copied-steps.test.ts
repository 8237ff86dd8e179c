import { beforeEach, expect, test, vi } from 'vitest';
import { copiedSteps, copySteps } from './copied-steps.ts';

let kept: Map<string, string>;
beforeEach(() => {
  kept = new Map();
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
  });
});

test('steps are copied without the table that they began with', () => {
  copySteps('a', [
    { type: 'source', table: 'source_a' },
    { type: 'distinct', note: 'twice in the list' },
  ]);
  expect(copiedSteps('a')).toEqual([{ type: 'distinct', note: 'twice in the list' }]);
});

test('another organization finds nothing', () => {
  copySteps('a', [{ type: 'distinct' }]);
  expect(copiedSteps('b')).toEqual([]);
});

test('what is not a list of steps that this program knows counts as nothing', () => {
  for (const text of ['', 'no JSON', '{}', '[{"type":"from the future"}]', '[1]', 'null']) {
    kept.set('dalgo-copied-steps-a', text);
    expect(copiedSteps('a')).toEqual([]);
  }
});
