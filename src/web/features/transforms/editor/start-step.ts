import type { RecipeStep } from '#contracts/recipe';
import type { TableColumn } from '#contracts/warehouse';
import type { EditableType, EditorStore } from '../model/editor-store.ts';
import { newStep } from '../model/new-step.ts';
import { indexOf } from '../model/edit-steps.ts';
import type { Analysis } from './use-analysis.ts';
import type { FocusedCell } from './editor-context.tsx';

/** The actions in the order in which people need them. */
export const actions: readonly EditableType[] = [
  'filter',
  'select',
  'join',
  'group',
  'clean',
  'categorize',
  'add_column',
  'sort',
  'distinct',
  'stack',
];

/** The less common ones, by what they are about. */
export const moreActions: readonly { readonly about: string; readonly types: readonly EditableType[] }[] = [
  { about: 'Values', types: ['replace_values', 'fill_empty', 'cast', 'parse_date'] },
  { about: 'Text and dates', types: ['split_column', 'merge_columns', 'extract_text', 'date_part'] },
  { about: 'New columns', types: ['formula', 'window', 'bin', 'lookup', 'fuzzy_match'] },
  { about: 'Rows', types: ['top_n', 'sample'] },
  { about: 'Shape', types: ['unpivot', 'pivot', 'list_to_rows', 'flatten_json'] },
  { about: 'Columns', types: ['rename', 'reorder', 'mask'] },
  { about: 'For those who write SQL', types: ['sql'] },
];

/** Adds a step that needs no form, after the selected one. */
export function addStep(store: EditorStore, step: RecipeStep): void {
  store.getState().startNew(step);
  store.getState().applyDrafts();
}

interface StartOptions {
  readonly store: EditorStore;
  readonly analysis: Analysis;
  readonly type: EditableType;
  /** Index of the new step; after the selected one when absent. */
  readonly index?: number;
  /** What it is filled in from. */
  readonly cell?: FocusedCell | null;
}

/** Opens the form of a new step, filled in from a column and its value when that column is there at this place. */
export function startStep({ store, analysis, type, index, cell }: StartOptions): void {
  const { history, selectedId, startNew } = store.getState();
  const selected = indexOf(history.present, selectedId ?? '');
  const at = index ?? (selected < 0 ? history.present.length : selected + 1);
  const columns: readonly TableColumn[] = analysis.results[at - 1]?.columns ?? [];
  const column = columns.find((one) => one.name === cell?.column);
  startNew(newStep(type, columns, column, column === undefined ? undefined : cell?.value), at);
}
