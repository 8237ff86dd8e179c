'use client';

import { CircleAlert, Wrench } from 'lucide-react';
import type { RecipeError } from '#contracts/transformations';
import { Button } from '../../../ui/button.tsx';
import { applySuggestion } from '../model/apply-suggestion.ts';
import { readable } from '../model/readable-error.ts';
import { useEditor, useEditorState, useNaming } from './editor-context.tsx';
import { indexOf } from '../model/edit-steps.ts';

interface StepErrorsProps {
  readonly stepId: string;
  readonly errors: readonly RecipeError[];
}

/** What is wrong with a step, each with its fix at one click when the server knows one. */
export function StepErrors({ stepId, errors }: StepErrorsProps) {
  const { store } = useEditor();
  const steps = useEditorState((state) => state.history.present);
  const index = indexOf(steps, stepId);
  const naming = useNaming(index);
  function fix(field: string, suggestion: string, message: string) {
    const step = store.getState().history.present[index];
    if (step !== undefined)
      store.getState().replace(stepId, applySuggestion(step, field, suggestion, message));
  }
  return (
    <ul className="mt-1 flex flex-col gap-1">
      {errors.map(({ field, message, suggestion }) => (
        <li key={`${field} ${message}`} className="flex items-start gap-1.5 text-sm text-danger">
          <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
          <div className="flex min-w-0 flex-col items-start wrap-anywhere">
            <span>{readable(message, field, steps[index], naming)}</span>
            {suggestion === null || field === '' ? null : (
              <Button
                size="sm"
                className="mt-1"
                icon={<Wrench aria-hidden className="size-3.5" />}
                onClick={() => fix(field, suggestion, message)}
              >
                Use “{nameOf(field, suggestion, naming)}”
              </Button>
            )}
          </div>
        </li>
      ))}
    </ul>
  );
}

function nameOf(field: string, suggestion: string, naming: ReturnType<typeof useNaming>): string {
  return field === 'table' || field === 'with' ? naming.table(suggestion) : naming.column(suggestion);
}
