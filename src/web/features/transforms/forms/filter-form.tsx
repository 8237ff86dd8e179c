'use client';

import { Select } from '../../../ui/select.tsx';
import { Checkbox } from '../../../ui/choice.tsx';
import type { SingleFilter } from '../model/editor-step.ts';
import { operatorArity, operatorsFor, operatorWords } from '../model/filter-operators.ts';
import { carryValue } from '../model/filter-value.ts';
import { ConditionValue } from './condition-value.tsx';
import { ColumnPicker, StepField, useStepForm, type StepFormProps } from './form-context.tsx';

/** One condition: column, comparison in words, value typed or picked. */
export function FilterForm({ step, onChange }: StepFormProps<SingleFilter>) {
  const { naming } = useStepForm();
  const type = naming.columnType(step.column) ?? 'text';
  const operators = operatorsFor(type);
  const offered = operators.includes(step.operator) ? operators : [step.operator, ...operators];
  const withOperator = (operator: typeof step.operator): void => {
    const { value: _, ...rest } = step;
    const value = carryValue(step.value, operator);
    onChange(value === undefined ? { ...rest, operator } : { ...rest, operator, value });
  };
  return (
    <>
      <StepField name="column" label="Column">
        <ColumnPicker
          value={step.column}
          onChange={(column) => {
            const next = operatorsFor(naming.columnType(column) ?? 'text');
            const operator = next.includes(step.operator) ? step.operator : (next[0] ?? 'equals');
            // Values of one column say nothing about another.
            const { value: _, ...rest } = step;
            const value = carryValue(undefined, operator);
            onChange(
              value === undefined ? { ...rest, column, operator } : { ...rest, column, operator, value },
            );
          }}
        />
      </StepField>
      <StepField name="operator" label="Condition">
        <Select
          value={step.operator}
          onChange={withOperator}
          options={offered.map((operator) => ({ value: operator, label: operatorWords(operator, type) }))}
        />
      </StepField>
      {operatorArity(step.operator) === 'none' || step.column === '' ? null : (
        <ConditionValue
          name="value"
          column={step.column}
          type={type}
          operator={step.operator}
          value={step.value}
          onChange={(value) => onChange({ ...step, value })}
          onPickEmpty={() => withOperator('is_null')}
        />
      )}
      {type === 'text' &&
      (step.operator === 'equals' || step.operator === 'not_equals' || step.operator === 'in') ? (
        <Checkbox
          className="-mt-2"
          label="Ignore capital letters"
          checked={step.ignore_case ?? false}
          onChange={(isOn) => {
            const { ignore_case: _, ...rest } = step;
            onChange(isOn ? { ...rest, ignore_case: true } : rest);
          }}
        />
      ) : null}
      {step.operator === 'not_equals' ? (
        <p className="text-sm text-muted">Rows where the cell is empty are kept.</p>
      ) : null}
    </>
  );
}
