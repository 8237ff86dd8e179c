'use client';

import { listFormulaFunctions } from '#contracts/transformations';
import { call } from '../../../api.ts';
import { Input } from '../../../ui/field.tsx';
import type { StepOf } from '../model/editor-step.ts';
import { useAnswer } from '../use-answer.ts';
import { StepField, type StepFormProps } from './form-context.tsx';
import { FormulaInput } from './formula-input.tsx';
import { LiveExamples } from './live-examples.tsx';

/** A column calculated as in Excel: columns in brackets, functions by name, both offered while one types. */
export function FormulaForm({ step, onChange }: StepFormProps<StepOf<'formula'>>) {
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
      <StepField name="name" label="Name of the new column">
        <Input
          value={step.name}
          maxLength={200}
          onChange={(event) => onChange({ ...step, name: event.target.value })}
        />
      </StepField>
      <LiveExamples uses={[]} />
    </>
  );
}
