import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Transformation } from '#contracts/transformations';
import { createAutosave, type DocumentServer, type SaveState } from './autosave.ts';
import { createEditorStore, type EditorDocument } from './editor-store.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

class Conflict extends Error {}
class Outage extends Error {}

function saved(id: string, version: number, document: EditorDocument): Transformation {
  return {
    id,
    name: document.name,
    description: null,
    recipe: { steps: [...document.steps] },
    output_table_name: document.outputTableName,
    table_name: `transform_${id}`,
    version,
    published_version: version,
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
}

/** A server in memory with the same rules as the real one: versions count up, and another version is a conflict. */
function memoryServer() {
  let stored: Transformation | undefined;
  let isDown = false;
  const log: string[] = [];
  const answer = async (id: string, version: number, document: EditorDocument) => {
    await new Promise((resolve) => setTimeout(resolve, 100));
    if (isDown) throw new Outage('down');
    stored = saved(id, version, document);
    return stored;
  };
  const server: DocumentServer = {
    create: (document) => {
      log.push('create');
      return answer('t1', 1, document);
    },
    save: (id, document, before, expected) => {
      log.push(`save ${expected ?? 'anyway'}`);
      if (expected !== undefined && stored !== undefined && stored.version !== expected) {
        return Promise.reject(new Conflict('conflict'));
      }
      const name = document.name === before?.name && stored !== undefined ? stored.name : document.name;
      return answer(id, (stored?.version ?? 0) + 1, { ...document, name });
    },
    read: () => (stored === undefined ? Promise.reject(new Error('nothing there')) : Promise.resolve(stored)),
    isConflict: (error) => error instanceof Conflict,
    isTransient: (error) => error instanceof Outage,
  };
  return {
    server,
    log,
    stored: () => stored,
    setDown: (down: boolean) => {
      isDown = down;
    },
    renamedElsewhere: (name: string) => {
      if (stored) stored = { ...stored, name };
    },
    somebodyElseSaves: () => {
      if (stored) stored = { ...stored, name: 'Theirs', version: stored.version + 1 };
    },
  };
}

function start() {
  let count = 0;
  const store = createEditorStore(undefined, () => `n${count++}`);
  const memory = memoryServer();
  const states: SaveState['kind'][] = [];
  const autosave = createAutosave({
    store,
    server: memory.server,
    initial: { kind: 'draft' },
    onStateChange: (state) => {
      if (states.at(-1) !== state.kind) states.push(state.kind);
    },
  });
  store.getState().rename('Mine');
  store.getState().changeSource('source_a');
  const addStep = () => {
    store.getState().startNew({ type: 'distinct' });
    store.getState().applyDrafts();
  };
  return { store, memory, states, autosave, addStep };
}

test('a draft is saved once it was worked on, a moment after the last change', async () => {
  const { memory, addStep, states, store } = start();
  await vi.advanceTimersByTimeAsync(5000);
  expect(memory.log).toEqual([]);
  addStep();
  await vi.advanceTimersByTimeAsync(500);
  addStep();
  await vi.advanceTimersByTimeAsync(500);
  expect(memory.log).toEqual([]);
  await vi.advanceTimersByTimeAsync(1000);
  expect(memory.log).toEqual(['create']);
  expect(store.getState()).toMatchObject({ id: 't1', version: 1 });
  expect(states).toEqual(['draft', 'saving', 'saved']);
});

test('a flush with nothing to save does not keep later changes from being saved', async () => {
  const { memory, addStep, autosave } = start();
  addStep();
  await vi.advanceTimersByTimeAsync(1000);
  expect(await autosave.flush()).toBe(true);
  addStep();
  await vi.advanceTimersByTimeAsync(1000);
  expect(memory.log).toEqual(['create', 'save 1']);
});

test('a change during a save is saved after it, with the new version', async () => {
  const { memory, addStep } = start();
  addStep();
  await vi.advanceTimersByTimeAsync(750);
  addStep();
  await vi.advanceTimersByTimeAsync(2000);
  expect(memory.log).toEqual(['create', 'save 1']);
  expect(memory.stored()?.recipe.steps).toHaveLength(3);
});

test('flush saves at once, also a draft that is only a table', async () => {
  const { autosave, memory } = start();
  const done = autosave.flush();
  await vi.advanceTimersByTimeAsync(200);
  expect(await done).toBe(true);
  expect(memory.log).toEqual(['create']);
});

test('after an outage it saves by itself', async () => {
  const { memory, addStep, states } = start();
  memory.setDown(true);
  addStep();
  await vi.advanceTimersByTimeAsync(2000);
  expect(states.at(-1)).toBe('failed');
  memory.setDown(false);
  await vi.advanceTimersByTimeAsync(6000);
  expect(states.at(-1)).toBe('saved');
});

test('in a conflict nothing is saved until a person keeps theirs', async () => {
  const { memory, addStep, states, store, autosave } = start();
  addStep();
  await vi.advanceTimersByTimeAsync(2000);
  memory.somebodyElseSaves();
  addStep();
  await vi.advanceTimersByTimeAsync(2000);
  expect(states.at(-1)).toBe('conflict');
  addStep();
  await vi.advanceTimersByTimeAsync(2000);
  expect(memory.log).toEqual(['create', 'save 1']);
  expect(await autosave.flush()).toBe(false);

  await autosave.takeTheirs();
  expect(store.getState()).toMatchObject({ name: 'Theirs', version: 2 });
  expect(store.getState().history.present).toHaveLength(2);
  expect(states.at(-1)).toBe('saved');
});

test('in a conflict mine can go over theirs, and saving goes on', async () => {
  const { memory, addStep, store, autosave } = start();
  addStep();
  await vi.advanceTimersByTimeAsync(2000);
  memory.somebodyElseSaves();
  addStep();
  await vi.advanceTimersByTimeAsync(2000);
  const done = autosave.keepMine();
  await vi.advanceTimersByTimeAsync(200);
  expect(await done).toBe(true);
  expect(memory.stored()).toMatchObject({ name: 'Mine', version: 3 });
  addStep();
  await vi.advanceTimersByTimeAsync(2000);
  expect(memory.log.at(-1)).toBe('save 3');
  expect(store.getState().version).toBe(4);
});

test('a disposed editor saves nothing more', async () => {
  const { memory, addStep, autosave } = start();
  addStep();
  autosave.dispose();
  await vi.advanceTimersByTimeAsync(5000);
  expect(memory.log).toEqual([]);
});

test('a name that somebody else gave stays, unless it was changed here too', async () => {
  const { memory, addStep, store } = start();
  addStep();
  await vi.advanceTimersByTimeAsync(2000);
  memory.renamedElsewhere('Theirs');
  addStep();
  await vi.advanceTimersByTimeAsync(2000);
  expect(memory.stored()?.name).toBe('Theirs');
  expect(store.getState().name).toBe('Theirs');
  store.getState().rename('Mine again');
  await vi.advanceTimersByTimeAsync(2000);
  expect(memory.stored()?.name).toBe('Mine again');
});

test('what is undone before it was saved leaves everything saved', async () => {
  const { memory, addStep, states, store } = start();
  addStep();
  await vi.advanceTimersByTimeAsync(2000);
  addStep();
  await vi.advanceTimersByTimeAsync(300);
  expect(states.at(-1)).toBe('saving');
  store.getState().undo();
  await vi.advanceTimersByTimeAsync(2000);
  expect(states.at(-1)).toBe('saved');
  expect(memory.log).toEqual(['create']);
});

test('what is undone while it is being saved is saved back', async () => {
  const { memory, addStep, states, store } = start();
  addStep();
  await vi.advanceTimersByTimeAsync(2000);
  addStep();
  await vi.advanceTimersByTimeAsync(750);
  store.getState().undo();
  await vi.advanceTimersByTimeAsync(2000);
  expect(states.at(-1)).toBe('saved');
  expect(memory.log).toEqual(['create', 'save 1', 'save 2']);
  expect(memory.stored()?.recipe.steps).toHaveLength(2);
});
