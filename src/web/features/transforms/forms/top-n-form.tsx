'use client';

import { Checkbox } from '../../../ui/choice.tsx';
import type { StepOf } from '../model/editor-step.ts';
import { StepField, type StepFormProps } from './form-context.tsx';
import { SortKeys } from './sort-keys.tsx';
import { WholeNumber } from './whole-number.tsx';
import { WithinField } from './within-field.tsx';

/** The first rows in an order, of everything or of each group: the five largest districts, the newest visit. */
export function TopNForm({ step, onChange }: StepFormProps<StepOf<'top_n'>>) {
  return (
    <>
      <StepField name="n" label="How many rows">
        <WholeNumber value={step.n} max={1_000_000} onChange={(n) => onChange({ ...step, n })} />
      </StepField>
      <SortKeys
        name="order"
        label="First by"
        keys={step.order}
        onChange={(order) => onChange({ ...step, order })}
      />
      <WithinField label="For each" value={step.by} onChange={(by) => onChange({ ...step, by })} />
      <Checkbox
        label="Keep all rows that are equal to the last one"
        help="There may be more rows then"
        checked={step.ties}
        onChange={(ties) => onChange({ ...step, ties })}
      />
    </>
  );
}
