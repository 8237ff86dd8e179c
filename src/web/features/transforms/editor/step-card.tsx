'use client';

import { clsx } from 'clsx';
import {
  ArrowDown,
  ArrowUp,
  CopyPlus,
  Ellipsis,
  Eye,
  EyeOff,
  Pencil,
  Plus,
  Table2,
  TextCursorInput,
  Trash2,
} from 'lucide-react';
import { useState, type KeyboardEvent } from 'react';
import { IconButton } from '../../../ui/button.tsx';
import { Menu, MenuItem, MenuSeparator } from '../../../ui/menu.tsx';
import { indexOf } from '../model/edit-steps.ts';
import type { EditorStep } from '../model/editor-step.ts';
import { actionName, describeStep } from '../model/step-words.ts';
import { ActionItems } from './action-items.tsx';
import { ChangeSourceDialog } from './change-source-dialog.tsx';
import { useEditor, useEditorState, useNaming } from './editor-context.tsx';
import { RowDelta } from './row-delta.tsx';
import { StepErrors } from './step-errors.tsx';
import { StepIcon } from './step-icon.tsx';
import type { useReorder } from './use-reorder.ts';

interface StepCardProps {
  readonly step: EditorStep;
  readonly index: number;
  readonly count: number;
  readonly drag: ReturnType<ReturnType<typeof useReorder>['item']> | undefined;
  readonly isDragged: boolean;
  /** Where a dragged step would go. */
  readonly gap: 'before' | 'after' | null;
  /** Answers whether the key moved it. */
  readonly onMoveKey: (event: KeyboardEvent<HTMLElement>) => boolean;
}

/** One applied step: its words, the rows after it, what is wrong with it, and all that can be done with it. */
export function StepCard({ step, index, count, drag, isDragged, gap, onMoveKey }: StepCardProps) {
  const { store, analysis, canEdit, announce } = useEditor();
  const [isRenaming, setRenaming] = useState(false);
  const [isChangingSource, setChangingSource] = useState(false);
  const selectedId = useEditorState((state) => state.selectedId);
  const selected = useEditorState((state) => indexOf(state.history.present, state.selectedId ?? ''));
  const naming = useNaming(index);
  const result = analysis.steps[index]?.id === step.id ? analysis.results[index] : undefined;
  const words = step.label ?? describeStep(step, naming);
  const isSource = step.type === 'source';
  const isSelected = selectedId === step.id;
  const hasErrors = (result?.errors.length ?? 0) > 0;
  const edit = () => (isSource ? setChangingSource(true) : store.getState().startEdit(step.id));
  const remove = () => {
    store.getState().remove(step.id);
    announce(`Removed: ${words}. Undo brings it back.`);
  };

  return (
    <li
      {...drag}
      className={clsx(
        'group relative my-0.5 rounded-md border bg-surface',
        isSelected ? 'border-accent shadow-low' : 'border-line',
        hasErrors && 'border-s-4! border-s-danger!',
        isDragged && 'opacity-50',
        gap === 'before' && 'before:absolute before:inset-x-0 before:-top-1 before:h-0.5 before:bg-accent',
        gap === 'after' && 'after:absolute after:inset-x-0 after:-bottom-1 after:h-0.5 after:bg-accent',
      )}
    >
      <div className={clsx('flex items-start', index > selected && 'text-faint')}>
        {isRenaming ? (
          <RenameStep
            name={words}
            onDone={(label) => {
              setRenaming(false);
              if (label !== null)
                store.getState().renameStep(step.id, label === describeStep(step, naming) ? '' : label);
            }}
          />
        ) : (
          <button
            type="button"
            aria-current={isSelected ? 'step' : undefined}
            aria-keyshortcuts={isSource ? undefined : 'Alt+ArrowUp Alt+ArrowDown F2 Delete'}
            onClick={() => store.getState().select(step.id)}
            onDoubleClick={() => (canEdit ? edit() : undefined)}
            onKeyDown={(event) => {
              if (!canEdit || onMoveKey(event)) return;
              if (event.key === 'F2') setRenaming(true);
              else if (event.key === 'Delete' && !isSource) remove();
              else return;
              event.preventDefault();
            }}
            className="flex min-w-0 flex-1 items-start gap-2 rounded-md py-2 ps-2 text-start -outline-offset-2!"
          >
            <span className="sr-only">Step {index + 1}: </span>
            <span
              aria-hidden
              data-numeric
              className={clsx(
                'mt-px flex size-5 shrink-0 items-center justify-center rounded-full text-xs font-medium',
                isSelected ? 'bg-accent text-on-accent' : 'bg-sunken text-muted',
              )}
            >
              {index + 1}
            </span>
            <span
              dir="auto"
              title={words}
              className={clsx('line-clamp-3 min-w-0 text-sm wrap-anywhere', step.disabled && 'line-through')}
            >
              {words}
            </span>
            {step.disabled ? <span className="sr-only">, disabled</span> : null}
            {hasErrors ? <span className="sr-only">, has errors</span> : null}
          </button>
        )}
        {canEdit ? (
          <span className="flex shrink-0 py-1 pe-1">
            {isRenaming ? null : (
              <IconButton
                size="sm"
                label={`${isSource ? 'Change table of' : 'Edit'} step ${index + 1}`}
                icon={<Pencil aria-hidden className="size-3.5" />}
                className="text-muted opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 pointer-coarse:hidden"
                onClick={edit}
              />
            )}
            <Menu
              trigger={
                <IconButton
                  size="sm"
                  label={`Actions for step ${index + 1}`}
                  className="text-muted"
                  icon={<Ellipsis aria-hidden className="size-4" />}
                />
              }
            >
              {isSource ? (
                <MenuItem icon={<Table2 aria-hidden />} onSelect={() => setChangingSource(true)}>
                  Change table…
                </MenuItem>
              ) : (
                <MenuItem icon={<Pencil aria-hidden />} onSelect={edit}>
                  Edit…
                </MenuItem>
              )}
              <MenuItem icon={<TextCursorInput aria-hidden />} hint="F2" onSelect={() => setRenaming(true)}>
                Rename
              </MenuItem>
              {isSource ? null : (
                <>
                  <MenuItem
                    icon={step.disabled ? <Eye aria-hidden /> : <EyeOff aria-hidden />}
                    onSelect={() => store.getState().setDisabled(step.id, step.disabled !== true)}
                  >
                    {step.disabled ? 'Enable' : 'Disable'}
                  </MenuItem>
                  <MenuItem
                    icon={<CopyPlus aria-hidden />}
                    onSelect={() => store.getState().duplicate(step.id)}
                  >
                    Duplicate
                  </MenuItem>
                  <MenuSeparator />
                  <MenuItem
                    icon={<ArrowUp aria-hidden />}
                    hint="Alt ↑"
                    disabled={index <= 1}
                    onSelect={() => store.getState().move(step.id, index - 1)}
                  >
                    Move up
                  </MenuItem>
                  <MenuItem
                    icon={<ArrowDown aria-hidden />}
                    hint="Alt ↓"
                    disabled={index >= count - 1}
                    onSelect={() => store.getState().move(step.id, index + 1)}
                  >
                    Move down
                  </MenuItem>
                  <MenuSeparator />
                  <MenuItem icon={<Trash2 aria-hidden />} hint="Del" isDangerous onSelect={remove}>
                    Delete
                  </MenuItem>
                </>
              )}
            </Menu>
          </span>
        ) : null}
      </div>
      <div
        className={clsx(
          'flex items-center gap-1.5 ps-9 pe-2 pb-2 text-xs text-muted',
          index > selected && 'text-faint',
        )}
      >
        <StepIcon type={step.type} className="size-3.5 shrink-0" />
        {step.disabled ? (
          'Disabled'
        ) : hasErrors ? (
          <span className="text-danger">{actionName(step.type)} needs a correction</span>
        ) : (
          <StepRows index={index} />
        )}
      </div>
      {hasErrors && result !== undefined ? (
        <div className="px-2 pb-2">
          <StepErrors stepId={step.id} errors={result.errors} />
        </div>
      ) : null}
      {canEdit && index < count - 1 ? (
        <span className="pointer-events-none absolute inset-x-0 -bottom-[13px] z-10 flex justify-center opacity-0 group-hover:opacity-100 focus-within:opacity-100 pointer-coarse:hidden">
          <Menu
            align="center"
            trigger={
              <button
                type="button"
                aria-label={`Insert a step after step ${index + 1}`}
                className="pointer-events-auto flex size-6 items-center justify-center rounded-full border border-line-strong bg-surface text-muted hover:bg-hover hover:text-ink"
              >
                <Plus aria-hidden className="size-3.5" />
              </button>
            }
          >
            <ActionItems index={index + 1} />
          </Menu>
        </span>
      ) : null}
      {isChangingSource ? <ChangeSourceDialog onClose={() => setChangingSource(false)} /> : null}
    </li>
  );
}

/** Rows before and after a step, or why they are not known. */
function StepRows({ index }: { readonly index: number }) {
  const { analysis } = useEditor();
  const broken = analysis.results.findIndex((result) => result.errors.length > 0);
  if (broken >= 0 && broken < index) return <>Waits for step {broken + 1}</>;
  const before = index === 0 ? undefined : analysis.results[index - 1]?.rowCount;
  return <RowDelta before={before} after={analysis.results[index]?.rowCount} />;
}

interface RenameStepProps {
  readonly name: string;
  /** null: given up. */
  readonly onDone: (name: string | null) => void;
}

function RenameStep({ name, onDone }: RenameStepProps) {
  const [typed, setTyped] = useState(name);
  return (
    <input
      aria-label="Name of the step"
      dir="auto"
      maxLength={200}
      // oxlint-disable-next-line jsx-a11y/no-autofocus -- it takes the place of the button that was pressed
      autoFocus
      value={typed}
      onFocus={(event) => event.target.select()}
      onChange={(event) => setTyped(event.target.value)}
      onBlur={() => onDone(typed)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') onDone(typed);
        if (event.key === 'Escape') onDone(null);
      }}
      className="m-1 h-8 min-w-0 flex-1 rounded-sm border border-line-strong bg-surface px-2 text-sm text-ink"
    />
  );
}
