import { useEffect, useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { RecipeStep } from '#contracts/recipe';
import type { Transformation } from '#contracts/transformations';
import type { TableColumn, WarehouseTable } from '#contracts/warehouse';
import { useEvents } from '../../../events.ts';
import { usePermission } from '../../../session.ts';
import { createAutosave, type Autosave, type SaveState } from '../model/autosave.ts';
import { checkDraft } from '../model/check-draft.ts';
import { indexOf } from '../model/edit-steps.ts';
import { createEditorStore, isUnsaved, type EditorStore } from '../model/editor-store.ts';
import { documentServer } from './document-server.ts';
import type { DraftContext, EditorContextValue, FocusedCell } from './editor-context.tsx';
import { useAnalysis, type Analysis, type KnownCounts } from './use-analysis.ts';

export type EditorStart =
  | { readonly kind: 'existing'; readonly transformation: Transformation }
  | {
      readonly kind: 'new';
      readonly table: WarehouseTable;
      /** What a template made: the steps after the table, and what they are together. */
      readonly steps?: readonly RecipeStep[];
      readonly name?: string;
    };

/** Everything that lives as long as one editor is open: its state, its saving and what is known about its data. */
export function useEditorSession(start: EditorStart, tables: readonly WarehouseTable[]): EditorContextValue {
  const [store] = useState(() => storeFor(start));
  const [saveState, setSaveState] = useState<SaveState>(
    start.kind === 'existing'
      ? { kind: 'saved', at: new Date(start.transformation.updated_at) }
      : { kind: 'draft' },
  );
  const autosave = useAutosave(store, saveState, setSaveState);
  const [known, setKnown] = useState<KnownCounts>(() => new Map());
  const [dataVersion, setDataVersion] = useState(0);
  useEvents((event) => {
    if (event.type !== 'changed' || event.kind !== 'table') return;
    setKnown(new Map());
    setDataVersion((version) => version + 1);
  });

  const steps = useStore(store, (state) => state.history.present);
  const analysis = useAnalysis(steps, known, dataVersion);
  const seenColumns = useSeenColumns(analysis);
  const draft = useDraft(store, known, dataVersion);
  const [focusedCell, focusCell] = useState<FocusedCell | null>(null);
  const canEdit = usePermission('transformations:write');
  const [announcement, announce] = useState('');
  useAnnouncement(announcement);

  return {
    store,
    autosave,
    saveState,
    tables,
    analysis,
    draft,
    seenColumns,
    dataVersion,
    canEdit,
    focusedCell,
    focusCell,
    announce,
  };
}

function storeFor(start: EditorStart): EditorStore {
  if (start.kind === 'existing') return createEditorStore(start.transformation);
  const store = createEditorStore();
  store.getState().rename(start.name ?? `${start.table.display_name}, prepared`);
  store.getState().changeSource(start.table.name);
  if (start.steps !== undefined) store.getState().paste(start.steps);
  return store;
}

function useAutosave(
  store: EditorStore,
  initial: SaveState,
  onStateChange: (state: SaveState) => void,
): Autosave {
  const [first] = useState(initial);
  const autosave = useRef<Autosave>(undefined);
  useEffect(() => {
    const mine = createAutosave({
      store,
      server: documentServer,
      onStateChange,
      initial: first,
      onCreated: ({ id }) => {
        // The page stays as it is; only its address is from now on that of the saved transformation.
        window.history.replaceState(window.history.state, '', `/transformations/${id}`);
      },
    });
    autosave.current = mine;
    // What a template made is work already.
    if (isUnsaved(store.getState())) void mine.flush();
    const warn = (event: BeforeUnloadEvent) => {
      if (isUnsaved(store.getState())) event.preventDefault();
    };
    const save = () => {
      if (document.visibilityState === 'hidden' && isUnsaved(store.getState())) void mine.flush();
    };
    window.addEventListener('beforeunload', warn);
    document.addEventListener('visibilitychange', save);
    return () => {
      window.removeEventListener('beforeunload', warn);
      document.removeEventListener('visibilitychange', save);
      // Leaving for another page within the program: what was just changed still goes to the server.
      if (isUnsaved(store.getState())) void mine.flush().finally(() => mine.dispose());
      else mine.dispose();
    };
  }, [store, first, onStateChange]);
  // Made in an effect, which has run before anybody can press a button.
  return useMemo<Autosave>(
    () => ({
      flush: async () => (await autosave.current?.flush()) ?? false,
      takeTheirs: async () => autosave.current?.takeTheirs(),
      keepMine: async () => (await autosave.current?.keepMine()) ?? false,
      dispose: () => autosave.current?.dispose(),
    }),
    [],
  );
}

function useDraft(store: EditorStore, known: KnownCounts, dataVersion: number): DraftContext | null {
  const editing = useStore(store, (state) => state.editing);
  const drafts = useStore(store, (state) => state.drafts);
  const steps = useStore(store, (state) => state.history.present);
  const index =
    editing === null ? -1 : editing.kind === 'new' ? editing.index : indexOf(steps, editing.stepId);
  const isComplete = drafts.every((draft) => checkDraft(draft).length === 0);
  const shown = useMemo<readonly RecipeStep[] | null>(
    () => (index < 0 ? null : [...steps.slice(0, index), ...(isComplete ? drafts : [])]),
    [steps, drafts, index, isComplete],
  );
  const analysis = useAnalysis(shown, known, dataVersion, 250);
  return index < 0 ? null : { index, analysis, isComplete };
}

const noColumns: readonly TableColumn[] = [];

/** Grows by the columns that an analysis brings. */
function useSeenColumns(analysis: Analysis): readonly TableColumn[] {
  const [seen, setSeen] = useState(noColumns);
  const names = new Set(seen.map((column) => column.name));
  const added = new Map(
    analysis.results.flatMap((result) => result.columns.map((column) => [column.name, column] as const)),
  );
  for (const name of names) added.delete(name);
  // Set while rendering, as React allows for state that follows from what is rendered: it ends as nothing is new.
  if (added.size > 0) setSeen([...seen, ...added.values()]);
  return seen;
}

/** Screen readers read a polite live region; the page has one for the editor. */
function useAnnouncement(message: string): void {
  useEffect(() => {
    const region = document.getElementById(announcementId);
    if (region !== null && message !== '') region.textContent = message;
  }, [message]);
}

export const announcementId = 'transformation-editor-announcements';
