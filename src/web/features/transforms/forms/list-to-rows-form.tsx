'use client';

import { Checkbox } from '../../../ui/choice.tsx';
import { Input } from '../../../ui/field.tsx';
import type { StepOf } from '../model/editor-step.ts';
import { ColumnPicker, StepField, useStepForm, type StepFormProps } from './form-context.tsx';
import { SeparatorField } from './separator-field.tsx';

/** Answers of a question with several choices: one row for each of them. */
export function ListToRowsForm({ step, onChange }: StepFormProps<StepOf<'list_to_rows'>>) {
  const { columns, naming } = useStepForm();
  const pick = (column: string) => {
    const { separator, ...rest } = step;
    const isOwn = step.name !== '' && step.name !== `${naming.column(step.column)} item`;
    const name = isOwn ? step.name : `${naming.column(column)} item`;
    onChange(
      naming.columnType(column) === 'text'
        ? { ...rest, column, name, separator: separator ?? ',' }
        : { ...rest, column, name },
    );
  };
  return (
    <>
      <StepField name="column" label="Column with lists" help="One row for each item; rows without one stay">
        <ColumnPicker
          columns={columns.filter((column) => column.type === 'text' || column.type === 'json')}
          value={step.column}
          onChange={pick}
        />
      </StepField>
      {step.separator === undefined ? null : (
        <SeparatorField
          name="separator"
          label="Between the items"
          value={step.separator}
          onChange={(separator) => onChange({ ...step, separator })}
        />
      )}
      <StepField name="name" label="Name of the new column">
        <Input
          value={step.name}
          maxLength={200}
          onChange={(event) => onChange({ ...step, name: event.target.value })}
        />
      </StepField>
      <Checkbox
        label="Keep the column with the lists"
        checked={step.keep}
        onChange={(keep) => onChange({ ...step, keep })}
      />
    </>
  );
}
