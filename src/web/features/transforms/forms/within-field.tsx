'use client';

import { ColumnsPicker, StepField, useStepForm } from './form-context.tsx';

interface WithinFieldProps {
  readonly label: string;
  readonly value: readonly string[];
  readonly onChange: (by: string[]) => void;
}

/** Columns whose values make the groups that a step looks at one by one. */
export function WithinField({ label, value, onChange }: WithinFieldProps) {
  const { columns } = useStepForm();
  return (
    <StepField name="by" label={label} isOptional>
      <ColumnsPicker
        placeholder="All rows together"
        columns={columns.filter((column) => column.type !== 'json')}
        value={value}
        onChange={onChange}
      />
    </StepField>
  );
}
