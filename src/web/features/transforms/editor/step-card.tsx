'use client';

import { clsx } from 'clsx';
import { Pencil, Plus } from 'lucide-react';
import { useState, type KeyboardEvent } from 'react';
import { actionNames } from '#contracts/recipe-words';
import { IconButton } from '../../../ui/button.tsx';
import { Menu } from '../../../ui/menu.tsx';
import { indexOf, type StepText } from '../model/edit-steps.ts';
import type { EditorStep } from '../model/editor-step.ts';
import { describeStep } from '../model/step-words.ts';
import { ActionItems } from './action-items.tsx';
import { ChangeSourceDialog } from './change-source-dialog.tsx';
import { useEditor, useEditorState, useNaming } from './editor-context.tsx';
import { RowDelta } from './row-delta.tsx';
import { StepErrors } from './step-errors.tsx';
import { StepIcon } from './step-icon.tsx';
import { StepMenu } from './step-menu.tsx';
import { StepTextInput } from './step-text-input.tsx';
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
  const [writing, setWriting] = useState<StepText | null>(null);
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
  const done = (field: StepText, text: string | null) => {
    setWriting(null);
    if (text !== null) store.getState().writeAtStep(step.id, field, text);
  };
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
      {writing === 'section' ? (
        <div className="flex">
          <StepTextInput
            label={`Section that begins with step ${index + 1}`}
            placeholder="Title of the section"
            text=""
            maxLength={80}
            onDone={(section) => done('section', section)}
          />
        </div>
      ) : null}
      <div className={clsx('flex items-start', index > selected && 'text-faint')}>
        {writing === 'label' ? (
          <StepTextInput
            label="Name of the step"
            text={words}
            maxLength={200}
            onDone={(label) => done('label', label === describeStep(step, naming) ? '' : label)}
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
              if (event.key === 'F2') setWriting('label');
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
            {writing === 'label' ? null : (
              <IconButton
                size="sm"
                label={`${isSource ? 'Change table of' : 'Edit'} step ${index + 1}`}
                icon={<Pencil aria-hidden className="size-3.5" />}
                className="text-muted opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 pointer-coarse:hidden"
                onClick={edit}
              />
            )}
            <StepMenu
              step={step}
              index={index}
              count={count}
              onEdit={edit}
              onWrite={setWriting}
              onRemove={remove}
            />
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
          <span className="text-danger">{actionNames[step.type]} needs a correction</span>
        ) : (
          <StepRows index={index} />
        )}
      </div>
      {writing === 'note' ? (
        <div className="px-2 pb-2">
          <StepTextInput
            isLong
            label={`Note at step ${index + 1}`}
            placeholder="Why this step is here, for whoever reads it next"
            text={step.note ?? ''}
            maxLength={5000}
            onDone={(note) => done('note', note)}
          />
        </div>
      ) : step.note === undefined ? null : (
        <p
          dir="auto"
          className="mx-2 mb-2 rounded-sm bg-sunken px-2 py-1 text-xs whitespace-pre-line wrap-anywhere"
        >
          {step.note}
        </p>
      )}
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
