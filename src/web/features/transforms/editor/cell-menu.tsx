'use client';

import { ChevronDown, Copy } from 'lucide-react';
import type { TableColumn } from '#contracts/warehouse';
import { useFormat } from '../../../use-format.ts';
import { Button } from '../../../ui/button.tsx';
import { cellText, plainText } from '../../../ui/grid/cell-text.ts';
import { copyText } from '../../../ui/grid/copy-text.ts';
import { Menu, MenuItem, MenuSeparator } from '../../../ui/menu.tsx';
import type { EditableType } from '../model/editor-store.ts';
import { cellFilters } from '../model/cell-filters.ts';
import { useEditor, useEditorState, type FocusedCell } from './editor-context.tsx';
import { SortItems } from './sort-items.tsx';
import { addStep, startStep } from './start-step.ts';
import { StepIcon } from './step-icon.tsx';

/** What makes sense to do from a cell: keep or leave out rows like it, change its value, put rows in order by it. */
export function CellItems({ cell }: { readonly cell: FocusedCell }) {
  const { store, analysis, canEdit } = useEditor();
  const format = useFormat();
  const column = analysis.results
    .flatMap((result) => result.columns)
    .findLast((one) => one.name === cell.column);
  if (column === undefined) return null;
  const start = (type: EditableType) => startStep({ store, analysis, type, cell });
  const shown = cellText(cell.value, column.type, format.settings) ?? '';
  const short = shown.length > 30 ? `${shown.slice(0, 29)}…` : shown;
  const isEmpty = cell.value === null || cell.value === undefined;
  const isPlain = column.type !== 'json';
  return (
    <>
      {canEdit
        ? cellFilters(column, cell.value, short).map(({ words, step }) => (
            <MenuItem key={words} icon={<StepIcon type="filter" />} onSelect={() => addStep(store, step)}>
              {words}
            </MenuItem>
          ))
        : null}
      {canEdit && isPlain ? (
        <>
          <MenuSeparator />
          {isEmpty ? (
            <MenuItem icon={<StepIcon type="fill_empty" />} onSelect={() => start('fill_empty')}>
              Fill empty cells…
            </MenuItem>
          ) : (
            <MenuItem icon={<StepIcon type="replace_values" />} onSelect={() => start('replace_values')}>
              Replace <bdi>{short}</bdi>…
            </MenuItem>
          )}
          <SortItems column={column} />
        </>
      ) : null}
      {canEdit ? <MenuSeparator /> : null}
      <MenuItem icon={<Copy aria-hidden />} onSelect={() => void copyText(plainText(cell.value))}>
        Copy
      </MenuItem>
    </>
  );
}

/** The same for the cell that has the focus, from a button that is seen. */
export function CellActions({ columns }: { readonly columns: readonly TableColumn[] }) {
  const { focusedCell, canEdit, draft } = useEditor();
  const editing = useEditorState((state) => state.editing);
  const column = columns.find((one) => one.name === focusedCell?.column);
  if (!canEdit || draft !== null || editing !== null) return null;
  if (focusedCell === null || column === undefined) return null;
  return (
    <Menu
      side="top"
      align="start"
      trigger={
        <Button size="sm" variant="ghost" className="h-6! px-1.5!">
          This cell
          <span className="sr-only">: what to do with it</span>
          <ChevronDown aria-hidden className="size-3.5" />
        </Button>
      }
    >
      <CellItems cell={focusedCell} />
    </Menu>
  );
}
