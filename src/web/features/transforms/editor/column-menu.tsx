'use client';

import { ArrowDown, ArrowUp, ChevronDown, EyeOff } from 'lucide-react';
import type { TableColumn } from '#contracts/warehouse';
import { comparisonFamily } from '../model/filter-operators.ts';
import type { EditableType } from '../model/editor-store.ts';
import { indexOf } from '../model/edit-steps.ts';
import { directionWords } from '../model/step-words.ts';
import { Menu, MenuItem, MenuSeparator } from '../../../ui/menu.tsx';
import { useEditor } from './editor-context.tsx';
import { startStep } from './start-step.ts';
import { StepIcon } from './step-icon.tsx';

/** What makes sense to do with a column of this type. */
export function ColumnMenu({ column }: { readonly column: TableColumn }) {
  const { store, analysis, canEdit } = useEditor();
  const family = comparisonFamily(column.type);
  const start = (type: EditableType) =>
    startStep({ store, analysis, type, cell: { column: column.name, value: undefined } });
  /** A step that needs no form. */
  const add = (step: Parameters<ReturnType<typeof store.getState>['startNew']>[0]) => {
    store.getState().startNew(step);
    store.getState().applyDrafts();
  };
  const selected = indexOf(store.getState().history.present, store.getState().selectedId ?? '');
  const others = (analysis.results[selected]?.columns ?? []).filter((one) => one.name !== column.name);
  const entry = (type: EditableType, words: string) => (
    <MenuItem icon={<StepIcon type={type} />} onSelect={() => start(type)}>
      {words}
    </MenuItem>
  );
  if (!canEdit) return null;
  return (
    <Menu
      trigger={
        <button
          type="button"
          aria-label={`Actions for ${column.display_name}`}
          className="flex size-6 items-center justify-center rounded-sm text-muted hover:bg-hover hover:text-ink"
        >
          <ChevronDown aria-hidden className="size-4" />
        </button>
      }
    >
      {entry('filter', 'Filter…')}
      <MenuItem
        icon={<ArrowUp aria-hidden />}
        onSelect={() => add({ type: 'sort', columns: [{ column: column.name }] })}
      >
        Sort {directionWords(column.type, false)}
      </MenuItem>
      <MenuItem
        icon={<ArrowDown aria-hidden />}
        onSelect={() => add({ type: 'sort', columns: [{ column: column.name, descending: true }] })}
      >
        Sort {directionWords(column.type, true)}
      </MenuItem>
      <MenuSeparator />
      {entry('group', 'Summarize by this…')}
      {family === 'text' ? entry('clean', 'Clean…') : null}
      {family === 'other' ? null : entry('categorize', 'Categorize…')}
      {family === 'date' ? entry('add_column', 'Add part of the date…') : null}
      {family === 'number' ? entry('add_column', 'Calculate with it…') : null}
      {family === 'text' ? entry('add_column', 'Join with other text…') : null}
      {others.length > 0 ? (
        <>
          <MenuSeparator />
          <MenuItem
            icon={<EyeOff aria-hidden />}
            onSelect={() => add({ type: 'select', columns: others.map((one) => one.name) })}
          >
            Leave out this column
          </MenuItem>
        </>
      ) : null}
    </Menu>
  );
}
