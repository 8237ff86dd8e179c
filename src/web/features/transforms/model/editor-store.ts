import { createStore, type StoreApi } from 'zustand/vanilla';
import type { RecipeStep, RecipeStepType } from '#contracts/recipe';
import type { Transformation } from '#contracts/transformations';
import { commit, historyOf, redo, undo, type EditHistory } from './edit-history.ts';
import {
  duplicateStep,
  indexOf,
  insertSteps,
  moveStep,
  removeStep,
  replaceStep,
  setStepDisabled,
  writeAtStep,
  type StepText,
} from './edit-steps.ts';
import { editorSteps, newStepId, withId, type EditorStep } from './editor-step.ts';

/** What is saved: everything else in the editor is only how one looks at it. */
export interface EditorDocument {
  readonly name: string;
  readonly outputTableName: string | null;
  readonly steps: readonly EditorStep[];
}

/** The place that a form at the side is open for; what it holds so far are the state's `drafts`. */
export type Editing =
  | { readonly kind: 'new'; readonly type: EditableType; readonly index: number }
  | { readonly kind: 'existing'; readonly stepId: string };
/** Every type but the source, which is chosen as a table. */
export type EditableType = Exclude<RecipeStepType, 'source'>;

export interface EditorState {
  /** null until it was saved for the first time. */
  readonly id: string | null;
  /** Version on the server that this is based on. */
  readonly version: number;
  /** The version that pipelines run. */
  readonly publishedVersion: number;
  readonly name: string;
  readonly outputTableName: string | null;
  readonly history: EditHistory<readonly EditorStep[]>;
  readonly selectedId: string | null;
  readonly editing: Editing | null;
  /** What the open form makes: one step, or several conditions as several filter steps. */
  readonly drafts: readonly RecipeStep[];
  /** The document as the server has it; null before the first save. */
  readonly saved: EditorDocument | null;
}

export interface EditorActions {
  readonly rename: (name: string) => void;
  readonly nameOutput: (name: string) => void;
  readonly select: (stepId: string) => void;
  /** Opens the form for a new step, after the selected one unless an index is given. */
  readonly startNew: (draft: RecipeStep, index?: number) => void;
  readonly startEdit: (stepId: string) => void;
  readonly stopEditing: () => void;
  readonly setDrafts: (drafts: readonly RecipeStep[]) => void;
  /** Puts what the open form holds into the recipe as one change, and selects it. */
  readonly applyDrafts: () => void;
  readonly changeSource: (table: string) => void;
  /** All steps after the source become one of SQL; undo brings them back. */
  readonly eject: (query: string) => void;
  readonly replace: (stepId: string, step: RecipeStep) => void;
  readonly remove: (stepId: string) => void;
  readonly duplicate: (stepId: string) => void;
  readonly move: (stepId: string, index: number) => void;
  readonly setDisabled: (stepId: string, isDisabled: boolean) => void;
  /** Its name, a note, or the title of a section that begins with it; an empty text takes it away. */
  readonly writeAtStep: (stepId: string, field: StepText, text: string) => void;
  /** Puts copies of steps after the selected one and selects the last. */
  readonly paste: (copied: readonly RecipeStep[]) => void;
  readonly undo: () => void;
  readonly redo: () => void;
  /** Takes over a state of the server, for instance after a restore; undo does not go behind it. */
  readonly load: (transformation: Transformation) => void;
  /** Notes which version pipelines run now. */
  readonly markPublished: (version: number) => void;
  /** Notes that the server has this document now, and as what. */
  readonly markSaved: (
    saved: EditorDocument,
    as: Pick<Transformation, 'id' | 'version' | 'published_version' | 'name'>,
  ) => void;
}

export type EditorStore = StoreApi<EditorState & EditorActions>;

const empty: EditorState = {
  id: null,
  version: 0,
  publishedVersion: 0,
  name: '',
  outputTableName: null,
  history: historyOf([]),
  selectedId: null,
  editing: null,
  drafts: [],
  saved: null,
};

/**
 * The state of one editor. Pure: it knows neither network nor clock; `createAutosave` watches it and saves.
 * @param newId identities of new steps; injected by tests
 */
export function createEditorStore(initial?: Transformation, newId: () => string = newStepId): EditorStore {
  return createStore<EditorState & EditorActions>()((set, get) => {
    const edit = (steps: readonly EditorStep[], select?: string | null): void =>
      set((state) => ({
        history: commit(state.history, steps),
        selectedId: existing(steps, select === undefined ? state.selectedId : select),
      }));
    const travel = (history: EditHistory<readonly EditorStep[]>): void =>
      set((state) => ({
        history,
        editing: null,
        drafts: [],
        selectedId:
          changedStep(state.history.present, history.present) ?? existing(history.present, state.selectedId),
      }));
    const steps = (): readonly EditorStep[] => get().history.present;

    return {
      ...(initial === undefined ? empty : loaded(initial, newId)),
      rename: (name) => set({ name }),
      nameOutput: (outputTableName) => set({ outputTableName }),
      select: (selectedId) => set({ selectedId, editing: null, drafts: [] }),
      startNew(draft, index) {
        if (draft.type === 'source') return;
        const selected = indexOf(steps(), get().selectedId ?? '');
        const after = selected < 0 ? steps().length : selected + 1;
        set({
          editing: { kind: 'new', type: draft.type, index: Math.max(1, index ?? after) },
          drafts: [draft],
        });
      },
      startEdit(stepId) {
        const step = steps().find((one) => one.id === stepId);
        if (step === undefined || step.type === 'source') return;
        set({ editing: { kind: 'existing', stepId }, drafts: [step], selectedId: stepId });
      },
      stopEditing: () => set({ editing: null, drafts: [] }),
      setDrafts: (drafts) => set({ drafts }),
      applyDrafts() {
        const { editing, drafts } = get();
        if (editing === null || drafts.length === 0) return;
        const added = drafts.map((step) => withId(step, newId()));
        const next =
          editing.kind === 'new'
            ? insertSteps(steps(), editing.index, added)
            : replaceStep(steps(), editing.stepId, added);
        const isOne = editing.kind === 'existing' && added.length === 1;
        edit(next, isOne ? editing.stepId : added.at(-1)?.id);
        set({ editing: null, drafts: [] });
      },
      changeSource(table) {
        const [source, ...rest] = steps();
        const next: EditorStep = { type: 'source', table, id: source?.id ?? newId() };
        // The first choice is where it begins; there is nothing before it to undo to.
        if (source === undefined) set({ history: historyOf([next]), selectedId: next.id });
        else edit([next, ...rest]);
      },
      eject(query) {
        const [source] = steps();
        if (source === undefined) return;
        const id = newId();
        edit([source, withId({ type: 'sql', query }, id)], id);
      },
      replace: (stepId, step) => edit(replaceStep(steps(), stepId, [withId(step, stepId)])),
      remove(stepId) {
        const index = indexOf(steps(), stepId);
        const before = steps()[index - 1]?.id;
        edit(removeStep(steps(), stepId), get().selectedId === stepId ? (before ?? null) : undefined);
      },
      duplicate(stepId) {
        const id = newId();
        edit(duplicateStep(steps(), stepId, id), id);
      },
      move: (stepId, index) => edit(moveStep(steps(), stepId, index)),
      setDisabled: (stepId, isDisabled) => edit(setStepDisabled(steps(), stepId, isDisabled)),
      writeAtStep: (stepId, field, text) => edit(writeAtStep(steps(), stepId, field, text)),
      paste(copied) {
        const added = copied.filter((step) => step.type !== 'source').map((step) => withId(step, newId()));
        const selected = indexOf(steps(), get().selectedId ?? '');
        edit(insertSteps(steps(), selected < 0 ? steps().length : selected + 1, added), added.at(-1)?.id);
      },
      undo: () => travel(undo(get().history)),
      redo: () => travel(redo(get().history)),
      markPublished: (publishedVersion) => set({ publishedVersion }),
      load: (transformation) => set(loaded(transformation, newId)),
      markSaved: (saved, { id, version, published_version: publishedVersion, name }) =>
        set((state) => ({
          id,
          version,
          publishedVersion,
          saved: { ...saved, name },
          // Somebody else may have renamed it; what was typed here since then counts more.
          name: state.name === saved.name ? name : state.name,
        })),
    };
  });
}

/** The part of the state that is saved. The same state gives the same steps, so changes can be told by identity. */
export function documentOf(state: EditorState): EditorDocument {
  return { name: state.name, outputTableName: state.outputTableName, steps: state.history.present };
}

/** Whether the server lacks something. A recipe that is only a table was not worked on yet: it stays a draft. */
export function isUnsaved(state: EditorState): boolean {
  const current = documentOf(state);
  if (state.saved === null) return current.steps.length > 1;
  return (
    state.saved.name !== current.name ||
    state.saved.outputTableName !== current.outputTableName ||
    state.saved.steps !== current.steps
  );
}

function loaded(transformation: Transformation, newId: () => string): EditorState {
  const steps = editorSteps(transformation.recipe, newId);
  const document: EditorDocument = {
    name: transformation.name,
    outputTableName: transformation.output_table_name,
    steps,
  };
  return {
    id: transformation.id,
    version: transformation.version,
    publishedVersion: transformation.published_version,
    name: document.name,
    outputTableName: document.outputTableName,
    history: historyOf(steps),
    selectedId: steps.at(-1)?.id ?? null,
    editing: null,
    drafts: [],
    saved: document,
  };
}

function existing(steps: readonly EditorStep[], id: string | null): string | null {
  return steps.some((step) => step.id === id) ? id : (steps.at(-1)?.id ?? null);
}

/** The step that an undo or redo brought or changed, so that one sees what happened; null when one went away. */
function changedStep(before: readonly EditorStep[], after: readonly EditorStep[]): string | null {
  return after.find((step) => !before.includes(step))?.id ?? null;
}
