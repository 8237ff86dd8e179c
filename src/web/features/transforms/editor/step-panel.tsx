'use client';

import { X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { RecipeStep } from '#contracts/recipe';
import type { TableColumn } from '#contracts/warehouse';
import { actionNames } from '#contracts/recipe-words';
import { Button, IconButton } from '../../../ui/button.tsx';
import { Field } from '../../../ui/field.tsx';
import { Select } from '../../../ui/select.tsx';
import { FormProvider } from '../forms/form-context.tsx';
import { StepForm } from '../forms/step-form.tsx';
import { applySuggestion } from '../model/apply-suggestion.ts';
import { checkDraft } from '../model/check-draft.ts';
import type { EditableType } from '../model/editor-store.ts';
import { newStep } from '../model/new-step.ts';
import { readable } from '../model/readable-error.ts';
import { kindsOf } from '../model/step-kinds.ts';
import { explanations } from '../model/step-explanations.ts';
import { useEditor, useEditorState, useInputColumns, useNaming } from './editor-context.tsx';
import { EffectBar } from './effect-bar.tsx';
import { StepIcon } from './step-icon.tsx';

/**
 * The form of one step. It lies over the steps, not over the data, which shows its effect while one edits. Enter
 * applies, Escape cancels.
 */
export function StepPanel() {
  const { store, analysis, draft, announce } = useEditor();
  const editing = useEditorState((state) => state.editing);
  const drafts = useEditorState((state) => state.drafts);
  const index = draft?.index ?? 0;
  const columns = useInputColumns(index);
  const naming = useNaming(index);
  const [isChecked, setChecked] = useState(false);
  const panel = useRef<HTMLElement>(null);
  useFocusInside(panel);
  useEscape(store.getState().stopEditing);
  const type = drafts[0]?.type;
  if (draft === null || editing === null || type === undefined) return null;

  const change = (position: number, step: RecipeStep) =>
    store.getState().setDrafts(drafts.map((one, at) => (at === position ? step : one)));
  const cancel = () => store.getState().stopEditing();
  const serverErrors = (position: number) => draft.analysis.results[index + position]?.errors ?? [];
  const isWrong = drafts.some((_, position) => serverErrors(position).length > 0);

  function apply() {
    if (!draft?.isComplete || (isWrong && !draft.analysis.isPending)) {
      setChecked(true);
      announce('Something is missing. The field says what.');
      requestAnimationFrame(() => panel.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus());
      return;
    }
    store.getState().applyDrafts();
    announce('Applied');
  }

  return (
    // Keys bubble up from the fields.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <section
      ref={panel}
      role="dialog"
      aria-label={actionNames[type]}
      className="absolute inset-0 z-20 flex flex-col border-e border-line bg-surface outline-none md:static md:w-[380px] md:shrink-0"
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) apply();
      }}
    >
      <header className="flex items-start gap-2 border-b border-line py-2.5 ps-4 pe-2">
        <StepIcon type={type} className="mt-1.5 size-5 shrink-0 text-accent-ink" />
        <div className="min-w-0 flex-1">
          <h2 className="text-lg font-semibold">{actionNames[type]}</h2>
          <p className="text-sm text-muted">{explanations[type]}</p>
        </div>
        <IconButton label="Cancel" icon={<X aria-hidden className="size-4" />} onClick={cancel} />
      </header>
      <form
        noValidate
        className="flex min-h-0 flex-1 flex-col"
        onSubmit={(event) => {
          event.preventDefault();
          apply();
        }}
      >
        <div className="flex min-h-0 flex-1 flex-col gap-5 overflow-y-auto px-4 py-4">
          {analysis.results[index - 1] === undefined ? null : (
            <>
              {editing.kind === 'new' ? (
                <KindChoice
                  type={type}
                  onChange={(next) => store.getState().setDrafts([asKind(drafts[0], next, columns)])}
                />
              ) : null}
              {drafts.map((step, position) => (
                <FormProvider
                  // Conditions are only ever added at the end or removed; their place is their identity.
                  key={`${position} of ${drafts.length}`}
                  value={{
                    columns,
                    naming,
                    index: index + position,
                    problems: [
                      ...(isChecked ? checkDraft(step) : []),
                      ...serverErrors(position).map(({ field, message, suggestion }) => ({
                        field,
                        message: readable(message, field, step, naming),
                        suggestion,
                      })),
                    ],
                    fix: (field, suggestion) => {
                      const error = serverErrors(position).find((one) => one.field === field);
                      change(position, applySuggestion(step, field, suggestion, error?.message));
                    },
                  }}
                >
                  <StepForm
                    step={step}
                    title={drafts.length > 1 ? `Condition ${position + 1}` : null}
                    onChange={(next) => change(position, next)}
                    onRemove={
                      drafts.length > 1
                        ? () => store.getState().setDrafts(drafts.filter((_, at) => at !== position))
                        : null
                    }
                  />
                </FormProvider>
              ))}
            </>
          )}
        </div>
        <footer className="flex flex-col gap-3 border-t border-line px-4 py-3">
          <EffectBar draft={draft} count={drafts.length} type={type} />
          <div className="flex justify-end gap-2">
            <Button onClick={cancel}>Cancel</Button>
            <Button variant="primary" type="submit">
              {editing.kind === 'new' ? 'Add step' : 'Apply'}
            </Button>
          </div>
        </footer>
      </form>
    </section>
  );
}

interface KindChoiceProps {
  readonly type: RecipeStep['type'];
  readonly onChange: (type: EditableType) => void;
}

/** Where one action may mean several steps: which of them. */
function KindChoice({ type, onChange }: KindChoiceProps) {
  const kinds = kindsOf(type);
  const chosen = kinds.find((one) => one.type === type)?.type;
  if (chosen === undefined) return null;
  return (
    <Field label="What to do">
      <Select
        value={chosen}
        onChange={onChange}
        options={kinds.map((kind) => ({ value: kind.type, label: kind.label }))}
      />
    </Field>
  );
}

/** A new step of another kind for the column that was chosen already. */
function asKind(
  step: RecipeStep | undefined,
  type: EditableType,
  columns: readonly TableColumn[],
): RecipeStep {
  const used =
    step !== undefined && 'columns' in step && step.type !== 'select' ? step.columns?.[0] : undefined;
  const name = step !== undefined && 'column' in step ? step.column : used;
  return newStep(
    type,
    columns,
    columns.find((column) => column.name === name),
  );
}

/** Puts the focus on the first field of a panel when it opens, and back where it was when it closes. */
function useFocusInside(panel: React.RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const before = document.activeElement;
    const first = panel.current?.querySelector<HTMLElement>(
      'form :is(input, select, textarea, button[aria-haspopup]):not([disabled])',
    );
    (first ?? panel.current)?.focus();
    return () => {
      // What was pressed may be gone by now, for instance an item of a menu; the step that was made is a good place then.
      requestAnimationFrame(() => {
        if (document.activeElement !== document.body && document.activeElement !== null) return;
        if (before instanceof HTMLElement && before.isConnected && before !== document.body) before.focus();
        else document.querySelector<HTMLElement>('[aria-label="Steps"] [aria-current="step"]')?.focus();
      });
    };
  }, [panel]);
}

/** Escape anywhere on the page, also from the grid; a list or window that is open above takes it for itself first. */
function useEscape(onEscape: () => void): void {
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape' || event.defaultPrevented) return;
      event.preventDefault();
      onEscape();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [onEscape]);
}
