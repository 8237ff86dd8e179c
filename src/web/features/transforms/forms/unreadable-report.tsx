'use client';

import { CircleCheck, TriangleAlert } from 'lucide-react';
import type { OnError, RecipeStep } from '#contracts/recipe';
import { compileRecipe, previewRecipe } from '#contracts/transformations';
import { call } from '../../../api.ts';
import { RadioGroup } from '../../../ui/choice.tsx';
import { useFormat } from '../../../use-format.ts';
import { useEditor, useEditorState } from '../editor/editor-context.tsx';
import { checkDraft } from '../model/check-draft.ts';
import type { StepOf } from '../model/editor-step.ts';
import { useAnswer } from '../use-answer.ts';
import { useStepForm } from './form-context.tsx';

type Reading = StepOf<'cast'> | StepOf<'parse_date'>;

/** What is to happen with values that cannot be read, and which those are. */
export function OnErrorChoice({
  value,
  onChange,
}: {
  readonly value: OnError;
  readonly onChange: (value: OnError) => void;
}) {
  return (
    <RadioGroup
      label="Where a value cannot be read"
      value={value}
      onChange={onChange}
      options={[
        { value: 'null', label: 'Leave the cell empty' },
        { value: 'keep', label: 'Leave it empty and keep the text in another column' },
        { value: 'fail', label: 'Stop the run', help: 'Nothing is written until the value is corrected' },
      ]}
    />
  );
}

/** "3 rows cannot be read: n/a, abc": asked with a recipe of its own that keeps what was not read. */
export function UnreadableReport({ step }: { readonly step: Reading }) {
  const { dataVersion } = useEditor();
  const { index } = useStepForm();
  const format = useFormat();
  const base = useEditorState((state) => state.history.present);
  const steps = base.slice(0, index);
  const kept: RecipeStep = { ...step, on_error: 'keep' };
  const { data } = useAnswer(
    checkDraft(kept).length === 0 ? JSON.stringify([steps, kept, dataVersion]) : null,
    (signal) => unreadable([...steps, kept], steps.length, signal),
    250,
  );
  if (data === undefined) return null;
  return (
    <p role="status" className="flex items-start gap-1.5 text-sm">
      {data.rows === 0 ? (
        <CircleCheck aria-hidden className="mt-0.5 size-4 shrink-0 text-success" />
      ) : (
        <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-warning" />
      )}
      <span data-numeric className="wrap-anywhere">
        {data.rows === 0 ? (
          'Every value can be read'
        ) : (
          <>
            {format.count(data.rows, ['row', 'rows'])} cannot be read: <bdi>{data.examples.join(', ')}</bdi>
            {data.rows > data.examples.length ? ' …' : ''}
          </>
        )}
      </span>
    </p>
  );
}

async function unreadable(
  steps: readonly RecipeStep[],
  before: number,
  signal: AbortSignal,
): Promise<{ readonly rows: number; readonly examples: readonly string[] } | undefined> {
  const compiled = await call(compileRecipe, { body: { recipe: { steps: [...steps] } } }, { signal });
  if (compiled.steps.some((one) => one.errors.length > 0)) return undefined;
  const known = new Set(
    compiled.steps.find((one) => one.index === before - 1)?.columns.map(({ name }) => name),
  );
  const rejected = compiled.columns.filter(
    (column) => !known.has(column.name) && column.display_name.endsWith('(not read)'),
  );
  if (rejected.length === 0) return { rows: 0, examples: [] };
  const recipe = {
    steps: [
      ...steps,
      {
        type: 'filter' as const,
        match: 'any' as const,
        conditions: rejected.map(({ name }) => ({ column: name, operator: 'is_not_null' as const })),
      },
    ],
  };
  const [counted, found] = await Promise.all([
    call(previewRecipe, { body: { recipe, limit: 0 } }, { signal }),
    call(previewRecipe, { body: { recipe, limit: 50 } }, { signal }),
  ]);
  const texts = found.rows.flatMap((row) => rejected.map(({ name }) => row[name]));
  const examples = [...new Set(texts.filter((text) => typeof text === 'string'))].slice(0, 5);
  return { rows: counted.total_count ?? examples.length, examples };
}
