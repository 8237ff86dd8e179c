import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import * as edit from './edit-steps.ts';
import type { EditorStep } from './editor-step.ts';

const source: EditorStep = { type: 'source', table: 'source_a', id: 's' };
const distinct = (id: string): EditorStep => ({ type: 'distinct', id });
const three = [source, distinct('a'), distinct('b'), distinct('c')];
const ids = (steps: readonly EditorStep[]): string => steps.map((step) => step.id).join('');

test('a step moves to where it is put, and the source stays first', () => {
  expect(ids(edit.moveStep(three, 'c', 1))).toBe('scab');
  expect(ids(edit.moveStep(three, 'a', 3))).toBe('sbca');
  expect(ids(edit.moveStep(three, 'b', 0))).toBe('sbac');
  expect(edit.moveStep(three, 's', 2)).toBe(three);
});

test('the source can be neither removed, doubled nor disabled', () => {
  expect(edit.removeStep(three, 's')).toBe(three);
  expect(edit.duplicateStep(three, 's', 'x')).toBe(three);
  expect(edit.setStepDisabled(three, 's', true)).toBe(three);
});

test('a copy stands right after its original', () => {
  expect(ids(edit.duplicateStep(three, 'b', 'x'))).toBe('sabxc');
});

test('a replaced step keeps its identity, and more steps follow it', () => {
  const next = edit.replaceStep(three, 'b', [distinct('x'), distinct('y')]);
  expect(ids(next)).toBe('sabyc');
});

test('a label is trimmed, and an empty one is left out', () => {
  const named = edit.writeAtStep(three, 'a', 'label', '  Only once ');
  expect(named[1]).toEqual({ type: 'distinct', id: 'a', label: 'Only once' });
  expect(edit.writeAtStep(named, 'a', 'label', ' ')[1]).toEqual({ type: 'distinct', id: 'a' });
});

test('a section outlives the step that it began with, and a copy does not begin it again', () => {
  const divided = edit.writeAtStep(three, 'b', 'section', 'Clean');
  expect(edit.removeStep(divided, 'b')[2]).toEqual({ type: 'distinct', id: 'c', section: 'Clean' });
  expect(edit.duplicateStep(divided, 'b', 'x')[3]).toEqual({ type: 'distinct', id: 'x' });
  const twice = edit.writeAtStep(divided, 'c', 'section', 'Count');
  expect(edit.removeStep(twice, 'b')[2]).toEqual({ type: 'distinct', id: 'c', section: 'Count' });
});

test('enabling a step removes the mark instead of writing false', () => {
  const disabled = edit.setStepDisabled(three, 'a', true);
  expect(disabled[1]).toEqual({ type: 'distinct', id: 'a', disabled: true });
  expect(edit.setStepDisabled(disabled, 'a', false)[1]).toEqual({ type: 'distinct', id: 'a' });
});

test('whatever is done in whatever order, the source is first, once, and ids are unique', () => {
  const anyId = fc.constantFrom('s', 'a', 'b', 'c', 'x0', 'x1', 'missing');
  const anyChange = fc.oneof(
    fc.record({ kind: fc.constant('move' as const), id: anyId, at: fc.integer({ min: -2, max: 9 }) }),
    fc.record({ kind: fc.constant('remove' as const), id: anyId, at: fc.constant(0) }),
    fc.record({ kind: fc.constant('copy' as const), id: anyId, at: fc.constant(0) }),
    fc.record({ kind: fc.constant('insert' as const), id: anyId, at: fc.integer({ min: -2, max: 9 }) }),
  );
  fc.assert(
    fc.property(fc.array(anyChange, { maxLength: 30 }), (changes) => {
      let count = 0;
      let steps: readonly EditorStep[] = three;
      for (const { kind, id, at } of changes) {
        if (kind === 'move') steps = edit.moveStep(steps, id, at);
        else if (kind === 'remove') steps = edit.removeStep(steps, id);
        else if (kind === 'copy') steps = edit.duplicateStep(steps, id, `x${count++}`);
        else steps = edit.insertSteps(steps, at, [distinct(`x${count++}`)]);
      }
      expect(steps[0]).toBe(source);
      expect(steps.filter((step) => step.type === 'source')).toHaveLength(1);
      expect(new Set(steps.map((step) => step.id)).size).toBe(steps.length);
    }),
  );
});
