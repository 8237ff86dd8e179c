'use client';

import { createContext, use } from 'react';
import { useStore } from 'zustand';
import type { TableColumn, WarehouseTable } from '#contracts/warehouse';
import type { Autosave, SaveState } from '../model/autosave.ts';
import { columnNaming } from '../model/column-naming.ts';
import type { EditorActions, EditorState, EditorStore } from '../model/editor-store.ts';
import type { Naming } from '../model/step-words.ts';
import type { Analysis } from './use-analysis.ts';

export interface FocusedCell {
  readonly column: string;
  readonly value: unknown;
}

/** Where the open form stands among the steps, and what its steps would do. */
export interface DraftContext {
  /** Index of its first step in the recipe. */
  readonly index: number;
  /** Of the recipe up to the last drafted step; of the steps before only while the draft lacks something. */
  readonly analysis: Analysis;
  /** The draft lacks nothing that the page itself can tell. */
  readonly isComplete: boolean;
}

export interface EditorContextValue {
  readonly store: EditorStore;
  readonly autosave: Autosave;
  readonly saveState: SaveState;
  readonly tables: readonly WarehouseTable[];
  readonly analysis: Analysis;
  readonly draft: DraftContext | null;
  /** Every column that any step had since the editor was opened, for words about those that went away. */
  readonly seenColumns: readonly TableColumn[];
  /** Grows when data changed on the server. */
  readonly dataVersion: number;
  /** Viewers look at everything and change nothing. */
  readonly canEdit: boolean;
  readonly focusedCell: FocusedCell | null;
  readonly focusCell: (cell: FocusedCell | null) => void;
  /** Says something to screen readers. */
  readonly announce: (message: string) => void;
}

const EditorContext = createContext<EditorContextValue | undefined>(undefined);
export const EditorProvider = EditorContext.Provider;

export function useEditor(): EditorContextValue {
  const value = use(EditorContext);
  if (value === undefined) throw new Error('useEditor is used outside of an editor');
  return value;
}

/** A part of the editor's state; the component renders again when it changes. */
export function useEditorState<Selected>(
  selector: (state: EditorState & EditorActions) => Selected,
): Selected {
  return useStore(useEditor().store, selector);
}

const noColumns: readonly TableColumn[] = [];

/** Columns that the step at an index gets; none for the source. */
export function useInputColumns(index: number): readonly TableColumn[] {
  return useEditor().analysis.results[index - 1]?.columns ?? noColumns;
}

/** What the columns and tables of the step at an index are called. */
export function useNaming(index: number): Naming {
  const { analysis, tables, seenColumns } = useEditor();
  const before = analysis.results.slice(0, Math.max(0, index)).map((result) => result.columns);
  return columnNaming([...before.reverse(), seenColumns], tables);
}
