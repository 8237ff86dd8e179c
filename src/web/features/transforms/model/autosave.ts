import type { Transformation } from '#contracts/transformations';
import { documentOf, isUnsaved, type EditorDocument, type EditorStore } from './editor-store.ts';

export type SaveState =
  /** Not on the server yet, and nothing to put there. */
  | { readonly kind: 'draft' }
  | { readonly kind: 'saved'; readonly at: Date }
  /** Changed, and about to be saved or being saved. */
  | { readonly kind: 'saving' }
  | { readonly kind: 'failed'; readonly error: unknown }
  /** Somebody else saved in between; nothing is saved until a person decides. */
  | { readonly kind: 'conflict' };

/** The server, as autosave needs it. `save` rejects with an error that `isConflict` knows when the version is another. */
export interface DocumentServer {
  create(document: EditorDocument): Promise<Transformation>;
  /**
   * @param saved what the server had last, as far as this editor knows
   * @param expectedVersion undefined: whatever is there is overwritten
   */
  save(
    id: string,
    document: EditorDocument,
    saved: EditorDocument | null,
    expectedVersion: number | undefined,
  ): Promise<Transformation>;
  read(id: string): Promise<Transformation>;
  isConflict(error: unknown): boolean;
  /** Trying again by itself may help. */
  isTransient(error: unknown): boolean;
}

export interface AutosaveOptions {
  readonly store: EditorStore;
  readonly server: DocumentServer;
  readonly onStateChange: (state: SaveState) => void;
  /** How it stands at the start: a draft, or saved some time ago. */
  readonly initial: SaveState;
  /** Called once when the first save gave it an id. */
  readonly onCreated?: (transformation: Transformation) => void;
  readonly onSaved?: (transformation: Transformation) => void;
  readonly now?: () => Date;
  /** Milliseconds without a change before it is saved. */
  readonly delay?: number;
  readonly retryDelay?: number;
}

export interface Autosave {
  /** Saves what is unsaved now and waits for it; also a draft that was not worked on yet. Answers whether all is saved. */
  flush(): Promise<boolean>;
  /** Ends a conflict: the other's version replaces this one … */
  takeTheirs(): Promise<void>;
  /** … or this one goes over it, as its next version. */
  keepMine(): Promise<boolean>;
  dispose(): void;
}

/**
 * Saves an editor's document a moment after each change, one save at a time, and again after an outage. Optimistic: it
 * names the version that it is based on, so that two people never overwrite each other without knowing.
 */
export function createAutosave(options: AutosaveOptions): Autosave {
  const { store, server, onStateChange, now = () => new Date(), delay = 700, retryDelay = 5000 } = options;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running: Promise<boolean> | undefined;
  let hasConflict = false;
  let isDisposed = false;
  let seen = documentOf(store.getState());

  /** What holds while nothing is unsaved. */
  let settled = options.initial;

  const report = (state: SaveState): void => {
    if (!isDisposed) onStateChange(state);
  };

  const schedule = (after: number): void => {
    clearTimeout(timer);
    if (isDisposed || hasConflict) return;
    timer = setTimeout(() => void saveNow(), after);
  };

  const saveOnce = async (force: boolean): Promise<boolean> => {
    const state = store.getState();
    const document = documentOf(state);
    const id = state.id;
    report({ kind: 'saving' });
    try {
      const result =
        id === null
          ? await server.create(document)
          : await server.save(id, document, force ? null : state.saved, force ? undefined : state.version);
      hasConflict = false;
      store.getState().markSaved(document, result);
      if (id === null) options.onCreated?.(result);
      options.onSaved?.(result);
      settled = { kind: 'saved', at: now() };
      report(settled);
      return true;
    } catch (error) {
      if (server.isConflict(error)) {
        hasConflict = true;
        report({ kind: 'conflict' });
      } else {
        report({ kind: 'failed', error });
        if (server.isTransient(error)) schedule(retryDelay);
      }
      return false;
    }
  };

  const saveAll = async (includeDraft: boolean, force: boolean): Promise<boolean> => {
    const isWanted = force || (includeDraft && store.getState().id === null);
    if (isWanted && !(await saveOnce(force))) return false;
    while (isUnsaved(store.getState())) if (!(await saveOnce(false))) return false;
    return true;
  };

  /** Saves until nothing is unsaved; calls while one runs share it. */
  const saveNow = (includeDraft = false, force = false): Promise<boolean> => {
    clearTimeout(timer);
    // Cleared by a callback, which comes after this line also when there was nothing to wait for.
    running ??= saveAll(includeDraft, force).finally(() => {
      running = undefined;
    });
    return running;
  };

  const unsubscribe = store.subscribe((state) => {
    const current = documentOf(state);
    const isSame =
      current.name === seen.name &&
      current.steps === seen.steps &&
      current.outputTableName === seen.outputTableName;
    seen = current;
    if (isSame || hasConflict) return;
    if (!isUnsaved(state)) {
      // Undone before it was saved: there is nothing left to do. A save that runs goes on and then saves this too.
      clearTimeout(timer);
      if (running === undefined) report(settled);
      return;
    }
    report({ kind: 'saving' });
    schedule(delay);
  });

  return {
    async flush() {
      if (hasConflict) return false;
      if (running !== undefined && !(await running)) return false;
      return saveNow(true);
    },
    async takeTheirs() {
      const { id } = store.getState();
      if (id === null) return;
      const theirs = await server.read(id);
      hasConflict = false;
      store.getState().load(theirs);
      settled = { kind: 'saved', at: new Date(theirs.updated_at) };
      report(settled);
    },
    async keepMine() {
      if (running !== undefined) await running;
      return saveNow(false, true);
    },
    dispose() {
      isDisposed = true;
      clearTimeout(timer);
      unsubscribe();
    },
  };
}
