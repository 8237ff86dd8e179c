'use client';

import type { ColumnType } from '#contracts/column-types';
import { columnTypeLabels } from '../../../ui/column-type.tsx';
import { Select } from '../../../ui/select.tsx';
import type { StepOf } from '../model/editor-step.ts';
import { ColumnsPicker, StepField, useStepForm, type StepFormProps } from './form-context.tsx';
import { OnErrorChoice, UnreadableReport } from './unreadable-report.tsx';

const targets: readonly ColumnType[] = [
  'text',
  'integer',
  'decimal',
  'date',
  'timestamp',
  'time',
  'boolean',
  'json',
];

/** Numbers that came as text become numbers, and so on. */
export function CastForm({ step, onChange }: StepFormProps<StepOf<'cast'>>) {
  const { naming } = useStepForm();
  const offered = targets.includes(step.to) ? targets : [...targets, step.to];
  const hasText = step.columns.some((column) => naming.columnType(column) === 'text');
  return (
    <>
      <StepField name="columns" label="Columns">
        <ColumnsPicker value={step.columns} onChange={(columns) => onChange({ ...step, columns })} />
      </StepField>
      <StepField
        name="to"
        label="Becomes"
        help={
          step.to === 'date' && hasText
            ? 'Reads dates like 2026-11-21. For others, like 21/11/2026, choose “Read dates”.'
            : undefined
        }
      >
        <Select
          value={step.to}
          onChange={(to) => onChange({ ...step, to })}
          options={offered.map((type) => ({ value: type, label: columnTypeLabels[type] }))}
        />
      </StepField>
      <OnErrorChoice value={step.on_error} onChange={(on_error) => onChange({ ...step, on_error })} />
      <UnreadableReport step={step} />
    </>
  );
}
