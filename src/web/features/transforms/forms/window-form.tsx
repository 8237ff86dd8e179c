'use client';

import { isNumericType } from '../../../ui/column-type.tsx';
import { Input } from '../../../ui/field.tsx';
import { Select } from '../../../ui/select.tsx';
import type { StepOf } from '../model/editor-step.ts';
import { windowFunctionWords } from '../model/row-step-words.ts';
import { suggestedWindowName, withWindowFunction, type WindowStep } from '../model/window-step.ts';
import { ColumnPicker, StepField, useStepForm, type StepFormProps } from './form-context.tsx';
import { LiveExamples } from './live-examples.tsx';
import { SortKeys } from './sort-keys.tsx';
import { WholeNumber } from './whole-number.tsx';
import { WithinField } from './within-field.tsx';

const functions = [
  'running_total',
  'running_count',
  'moving_average',
  'row_number',
  'rank',
  'dense_rank',
  'previous',
  'next',
  'percent_of_total',
  'group_total',
  'group_average',
  'group_min',
  'group_max',
  'group_count',
] as const;
const ofAnything: ReadonlySet<WindowStep['function']> = new Set([
  'running_count',
  'previous',
  'next',
  'group_min',
  'group_max',
  'group_count',
]);

/** A new column that looks at other rows: running totals, ranks, the value before, shares. */
export function WindowForm({ step, onChange }: StepFormProps<StepOf<'window'>>) {
  const { columns, naming } = useStepForm();
  /** A name that people did not type follows what is calculated. */
  const change = (next: WindowStep) => {
    const isOwn = step.name !== '' && step.name !== suggestedWindowName(step, naming);
    onChange(isOwn ? next : { ...next, name: suggestedWindowName(next, naming) });
  };
  return (
    <>
      <StepField name="function" label="What">
        <Select
          value={step.function}
          onChange={(next) => change(withWindowFunction(step, next))}
          options={functions.map((value) => ({ value, label: windowFunctionWords[value] }))}
        />
      </StepField>
      {'column' in step ? (
        <StepField name="column" label="Of column">
          <ColumnPicker
            columns={columns.filter((column) => ofAnything.has(step.function) || isNumericType(column.type))}
            value={step.column}
            onChange={(column) => change({ ...step, column })}
          />
        </StepField>
      ) : null}
      {'offset' in step ? (
        <StepField name="offset" label="How many rows away">
          <WholeNumber value={step.offset} max={10_000} onChange={(offset) => change({ ...step, offset })} />
        </StepField>
      ) : 'rows' in step ? (
        <StepField name="rows" label="Over how many rows" help="The row itself and the ones before it">
          <WholeNumber
            value={step.rows}
            min={2}
            max={10_000}
            onChange={(rows) => change({ ...step, rows })}
          />
        </StepField>
      ) : null}
      {'order' in step ? (
        <SortKeys
          name="order"
          label={step.function === 'rank' || step.function === 'dense_rank' ? 'Rank by' : 'In the order of'}
          keys={step.order}
          onChange={(order) => change({ ...step, order })}
        />
      ) : null}
      <WithinField
        label={'order' in step ? 'Begin anew for each' : 'Within each'}
        value={step.by}
        onChange={(by) => change({ ...step, by })}
      />
      <StepField name="name" label="Name of the new column">
        <Input
          value={step.name}
          maxLength={200}
          onChange={(event) => onChange({ ...step, name: event.target.value })}
        />
      </StepField>
      <LiveExamples uses={'column' in step ? [...step.by, step.column] : step.by} />
    </>
  );
}
