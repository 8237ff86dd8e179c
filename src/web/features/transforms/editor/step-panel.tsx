'use client';

import { Plus, X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { RecipeStep } from '#contracts/recipe';
import { Button, IconButton } from '../../../ui/button.tsx';
import { FormProvider } from '../forms/form-context.tsx';
import { StepForm } from '../forms/step-form.tsx';
import { applySuggestion } from '../model/apply-suggestion.ts';
import { checkDraft } from '../model/check-draft.ts';
import { readable } from '../model/readable-error.ts';
import { newStep } from '../model/new-step.ts';
import { actionName } from '../model/step-words.ts';
import { useEditor, useEditorState, useInputColumns, useNaming } from './editor-context.tsx';
import { EffectBar } from './effect-bar.tsx';
import { StepIcon } from './step-icon.tsx';

const explanations: Partial<Record<RecipeStep['type'], string>> = {
  filter: 'Keep only the rows that meet a condition',
  join: 'Bring in columns from another table (like VLOOKUP)',
  group: 'One row per group, with counts and sums (like a Pivot Table)',
  select: 'Choose which columns to keep, and their order',
  sort: 'Put the rows in order',
  clean: 'Tidy up spaces, capital letters and repeated rows',
  categorize: 'Put rows into groups by rules (like IF)',
  add_column: 'Calculate a new column from others',
  distinct: 'Keep each row only once',
};

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
      aria-label={actionName(type)}
      className="absolute inset-0 z-20 flex flex-col border-e border-line bg-surface outline-none md:static md:w-[380px] md:shrink-0"
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) apply();
      }}
    >
      <header className="flex items-start gap-2 border-b border-line py-2.5 ps-4 pe-2">
        <StepIcon type={type} className="mt-1.5 size-5 shrink-0 text-accent-ink" />
        <div className="min-w-0 flex-1">
          <h2 className="text-lg font-semibold">{actionName(type)}</h2>
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
                    fix: (field, suggestion) => change(position, applySuggestion(step, field, suggestion)),
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
              {type === 'filter' ? (
                <Button
                  variant="ghost"
                  size="sm"
                  className="self-start text-accent-ink"
                  icon={<Plus aria-hidden className="size-4" />}
                  onClick={() => {
                    setChecked(false);
                    store.getState().setDrafts([...drafts, newStep('filter', columns)]);
                  }}
                >
                  Add another condition
                </Button>
              ) : null}
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
