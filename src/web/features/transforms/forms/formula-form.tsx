'use client';

import { listFormulaFunctions } from '#contracts/transformations';
import { call } from '../../../api.ts';
import { Input } from '../../../ui/field.tsx';
import { problemAt } from '../model/check-draft.ts';
import type { StepOf } from '../model/editor-step.ts';
import { columnsInFormula, wrongPiece } from '../model/formula-text.ts';
import { useAnswer } from '../use-answer.ts';
import { StepField, useStepForm, type StepFormProps } from './form-context.tsx';
import { FormulaInput } from './formula-input.tsx';
import { LiveExamples } from './live-examples.tsx';

/** A column calculated as in Excel: columns in brackets, functions by name, both offered while one types. */
export function FormulaForm({ step, onChange }: StepFormProps<StepOf<'formula'>>) {
  const { columns, problems } = useStepForm();
  const wrong = wrongPiece(step.expression, problemAt(problems, 'expression')?.message ?? '');
  // Without the list one can still write; errors name functions that are meant.
  const { data } = useAnswer('formula functions', (signal) => call(listFormulaFunctions, {}, { signal }));
  return (
    <>
      <StepField name="expression" label="Formula" help="Type [ for a column, letters for a function">
        <FormulaInput
          value={step.expression}
          functions={data?.items ?? []}
          onChange={(expression) => onChange({ ...step, expression })}
        />
      </StepField>
      {wrong === undefined ? null : (
        <p dir="ltr" className="-mt-3 rounded-md bg-danger-soft p-2 font-mono text-sm wrap-anywhere">
          <span className="sr-only">It is about the marked piece: </span>
          {wrong.before}
          <mark className="bg-transparent font-bold text-danger underline decoration-wavy">
            {wrong.piece}
          </mark>
          {wrong.after}
        </p>
      )}
      <StepField name="name" label="Name of the new column">
        <Input
          value={step.name}
          maxLength={200}
          onChange={(event) => onChange({ ...step, name: event.target.value })}
        />
      </StepField>
      <LiveExamples uses={columnsInFormula(step.expression, columns).map(({ name }) => name)} />
    </>
  );
}
