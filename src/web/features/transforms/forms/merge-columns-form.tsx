'use client';

import { Checkbox } from '../../../ui/choice.tsx';
import { Input } from '../../../ui/field.tsx';
import type { StepOf } from '../model/editor-step.ts';
import { ColumnsPicker, StepField, type StepFormProps } from './form-context.tsx';
import { LiveExamples } from './live-examples.tsx';

/** Several columns into one text. */
export function MergeColumnsForm({ step, onChange }: StepFormProps<StepOf<'merge_columns'>>) {
  return (
    <>
      <StepField name="columns" label="Columns to merge" help="In the order in which you choose them">
        <ColumnsPicker value={step.columns} onChange={(columns) => onChange({ ...step, columns })} />
      </StepField>
      <StepField
        name="separator"
        label="Between them"
        help="A space unless you change it; empty cells are skipped"
      >
        <Input
          value={step.separator}
          onChange={(event) => onChange({ ...step, separator: event.target.value })}
        />
      </StepField>
      <StepField name="name" label="Name of the new column">
        <Input
          value={step.name}
          maxLength={200}
          onChange={(event) => onChange({ ...step, name: event.target.value })}
        />
      </StepField>
      <Checkbox
        label="Keep the columns that are merged"
        checked={step.keep}
        onChange={(keep) => onChange({ ...step, keep })}
      />
      <LiveExamples uses={step.keep ? step.columns : []} />
    </>
  );
}
