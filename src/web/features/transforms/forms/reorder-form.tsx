'use client';

import { RadioGroup } from '../../../ui/choice.tsx';
import type { StepOf } from '../model/editor-step.ts';
import { ColumnPicker, ColumnsPicker, StepField, useStepForm, type StepFormProps } from './form-context.tsx';

type Step = StepOf<'reorder'>;

/** Moves columns to the beginning, the end or before another one; all of them stay. */
export function ReorderForm({ step, onChange }: StepFormProps<Step>) {
  const { columns } = useStepForm();
  const place = step.before === undefined ? step.to : 'before';
  const setPlace = (next: 'start' | 'end' | 'before') => {
    const { before: _, ...rest } = step;
    onChange(next === 'before' ? { ...rest, before: '' } : { ...rest, to: next });
  };
  return (
    <>
      <StepField
        name="columns"
        label="Columns to move"
        help="They come in the order in which you choose them"
      >
        <ColumnsPicker value={step.columns} onChange={(next) => onChange({ ...step, columns: next })} />
      </StepField>
      <RadioGroup
        label="Where to"
        value={place}
        onChange={setPlace}
        options={[
          { value: 'start', label: 'To the beginning' },
          { value: 'end', label: 'To the end' },
          { value: 'before', label: 'Before another column' },
        ]}
      />
      {step.before === undefined ? null : (
        <StepField name="before" label="Before the column">
          <ColumnPicker
            columns={columns.filter((column) => !step.columns.includes(column.name))}
            value={step.before}
            onChange={(before) => onChange({ ...step, before })}
          />
        </StepField>
      )}
    </>
  );
}
