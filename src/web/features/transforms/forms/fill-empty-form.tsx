'use client';

import { RadioGroup } from '../../../ui/choice.tsx';
import { commonFields, type StepOf } from '../model/editor-step.ts';
import { ColumnsPicker, StepField, useStepForm, type StepFormProps } from './form-context.tsx';
import { ScalarInput } from './scalar-input.tsx';
import { SortKeys } from './sort-keys.tsx';

type Step = StepOf<'fill_empty'>;

/** What goes into empty cells: a value, another column, or the value of the row before or after. */
export function FillEmptyForm({ step, onChange }: StepFormProps<Step>) {
  const { columns, naming } = useStepForm();
  const type = naming.columnType(step.columns[0] ?? '') ?? 'text';
  return (
    <>
      <StepField name="columns" label="Columns with empty cells" help="Cells of spaces alone count as empty">
        <ColumnsPicker
          columns={columns.filter((column) => column.type !== 'json')}
          value={step.columns}
          onChange={(next) => onChange({ ...step, columns: next })}
        />
      </StepField>
      <RadioGroup
        label="Fill them with"
        value={step.method}
        onChange={(method) => onChange(ofMethod(step, method))}
        options={[
          { value: 'value', label: 'A value' },
          { value: 'columns', label: 'Another column', help: 'The first of several that is not empty' },
          {
            value: 'previous',
            label: 'The value above',
            help: 'Like a list where repeated values were left out',
          },
          { value: 'next', label: 'The value below' },
        ]}
      />
      {step.method === 'value' ? (
        <StepField name="value" label="Value">
          <ScalarInput type={type} value={step.value} onChange={(value) => onChange({ ...step, value })} />
        </StepField>
      ) : step.method === 'columns' ? (
        <StepField name="from" label="Take it from" help="In the order in which you choose them">
          <ColumnsPicker
            columns={columns.filter((column) => !step.columns.includes(column.name))}
            value={step.from}
            onChange={(from) => onChange({ ...step, from })}
          />
        </StepField>
      ) : (
        <>
          <SortKeys
            name="order"
            label="Order of the rows"
            keys={step.order}
            onChange={(order) => onChange({ ...step, order })}
          />
          <StepField name="by" label="Only within the same" isOptional>
            <ColumnsPicker
              columns={columns.filter((column) => !step.columns.includes(column.name))}
              value={step.by}
              onChange={(by) => onChange({ ...step, by })}
            />
          </StepField>
        </>
      )}
    </>
  );
}

function ofMethod(step: Step, method: Step['method']): Step {
  const common = { ...commonFields(step), type: step.type, columns: step.columns };
  switch (method) {
    case 'value':
      return { ...common, method, value: '' };
    case 'columns':
      return { ...common, method, from: [] };
    case 'previous':
    case 'next': {
      const isNeighbour = step.method === 'previous' || step.method === 'next';
      return { ...common, method, order: isNeighbour ? step.order : [], by: isNeighbour ? step.by : [] };
    }
  }
}
