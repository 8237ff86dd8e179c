import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Transformation } from '#contracts/transformations';
import { createEditorStore, isUnsaved } from './editor-store.ts';

const transformation: Transformation = {
  id: 't1',
  name: 'By district',
  description: null,
  recipe: { steps: [{ type: 'source', table: 'source_a' }, { type: 'distinct' }] },
  output_table_name: null,
  table_name: 'transform_t1',
  version: 3,
  published_version: 3,
  output_columns: [],
  depends_on: [],
  materialization: { kind: 'table' },
  rebuild: false,
  problem: null,
  errors: [],
  row_count: null,
  last_run_at: null,
  last_run: null,
  created_at: '2026-11-21T00:00:00Z',
  updated_at: '2026-11-21T00:00:00Z',
};

function editor() {
  let count = 0;
  return createEditorStore(transformation, () => `n${count++}`);
}
const ids = (store: ReturnType<typeof editor>) => store.getState().history.present.map((step) => step.id);

test('a loaded recipe gets ids, its last step is selected and nothing is unsaved', () => {
  const store = editor();
  expect(ids(store)).toEqual(['n0', 'n1']);
  expect(store.getState().selectedId).toBe('n1');
  expect(isUnsaved(store.getState())).toBe(false);
});

test('a new step goes in after the selected one, and is then the selected one', () => {
  const store = editor();
  store.getState().select('n0');
  store.getState().startNew({ type: 'sort', columns: [''] });
  expect(store.getState().editing).toEqual({ kind: 'new', type: 'sort', index: 1 });
  store.getState().setDrafts([{ type: 'sort', columns: ['age'] }]);
  store.getState().applyDrafts();
  expect(ids(store)).toEqual(['n0', 'n2', 'n1']);
  expect(store.getState().selectedId).toBe('n2');
  expect(store.getState().editing).toBeNull();
  expect(isUnsaved(store.getState())).toBe(true);
});

test('several conditions of one form are several steps and one undo', () => {
  const store = editor();
  store.getState().startNew({ type: 'filter', column: 'a', operator: 'is_null' });
  store.getState().setDrafts([
    { type: 'filter', column: 'a', operator: 'is_null' },
    { type: 'filter', column: 'b', operator: 'is_null' },
  ]);
  store.getState().applyDrafts();
  expect(ids(store)).toHaveLength(4);
  store.getState().undo();
  expect(ids(store)).toHaveLength(2);
  store.getState().redo();
  expect(ids(store)).toHaveLength(4);
});

test('undoing everything is no longer unsaved', () => {
  const store = editor();
  store.getState().remove('n1');
  expect(store.getState().selectedId).toBe('n0');
  expect(isUnsaved(store.getState())).toBe(true);
  store.getState().undo();
  expect(isUnsaved(store.getState())).toBe(false);
  expect(store.getState().selectedId).toBe('n1');
});

test('a new transformation that is only a table is a draft, not something to save', () => {
  const store = createEditorStore(undefined, () => 'x');
  store.getState().changeSource('source_a');
  expect(store.getState().selectedId).toBe('x');
  expect(isUnsaved(store.getState())).toBe(false);
});

test('undo returns exactly through every state, and redo forward again', () => {
  const action = fc.constantFrom('duplicate', 'remove', 'disable', 'rename', 'sort');
  fc.assert(
    fc.property(fc.array(action, { maxLength: 20 }), (actions) => {
      const store = editor();
      const { getState } = store;
      const states = [getState().history.present];
      for (const [index, kind] of actions.entries()) {
        const id = getState().selectedId ?? '';
        if (kind === 'duplicate') getState().duplicate(id);
        else if (kind === 'remove') getState().remove(id);
        else if (kind === 'disable') getState().setDisabled(id, index % 2 === 0);
        else if (kind === 'rename') getState().writeAtStep(id, 'label', `name ${index}`);
        else {
          getState().startNew({ type: 'sort', columns: ['a'] });
          getState().applyDrafts();
        }
        if (getState().history.present !== states.at(-1)) states.push(getState().history.present);
      }
      for (const expected of states.toReversed().slice(1)) {
        getState().undo();
        expect(getState().history.present).toBe(expected);
      }
      getState().undo();
      for (const expected of states.slice(1)) {
        getState().redo();
        expect(getState().history.present).toBe(expected);
      }
    }),
  );
});

test('editing a step keeps its identity and puts further conditions after it', () => {
  const store = editor();
  store.getState().startEdit('n1');
  expect(store.getState().drafts).toHaveLength(1);
  store.getState().setDrafts([{ type: 'sort', columns: ['a'] }, { type: 'distinct' }]);
  store.getState().applyDrafts();
  expect(ids(store)).toEqual(['n0', 'n1', 'n3']);
});

test('the source is not edited with a form', () => {
  const store = editor();
  store.getState().startEdit('n0');
  expect(store.getState().editing).toBeNull();
});
