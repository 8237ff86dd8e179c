'use client';

import { Checkbox } from '../../../ui/choice.tsx';
import { Input } from '../../../ui/field.tsx';
import { Select } from '../../../ui/select.tsx';
import { commonFields, type StepOf } from '../model/editor-step.ts';
import { ColumnPicker, StepField, useStepForm, type StepFormProps } from './form-context.tsx';
import { LiveExamples } from './live-examples.tsx';
import { WholeNumber } from './whole-number.tsx';

type Step = StepOf<'extract_text'>;

const methods: readonly { readonly value: Step['method']; readonly label: string }[] = [
  { value: 'first', label: 'The first characters' },
  { value: 'last', label: 'The last characters' },
  { value: 'before', label: 'What stands before a text' },
  { value: 'after', label: 'What stands after a text' },
  { value: 'between', label: 'What stands between two texts' },
  { value: 'number', label: 'The first number' },
  { value: 'digits', label: 'Only the digits' },
  { value: 'pattern', label: 'What matches a pattern' },
];

/** A part of a text as a new column. */
export function ExtractTextForm({ step, onChange }: StepFormProps<Step>) {
  const { columns, naming } = useStepForm();
  return (
    <>
      <StepField name="column" label="Column">
        <ColumnPicker
          columns={columns.filter((column) => column.type === 'text')}
          value={step.column}
          onChange={(column) =>
            onChange({
              ...step,
              column,
              name: step.name === '' ? `${naming.column(column)} part` : step.name,
            })
          }
        />
      </StepField>
      <StepField name="method" label="Take">
        <Select
          value={step.method}
          options={methods}
          onChange={(method) => onChange(ofMethod(step, method))}
        />
      </StepField>
      {step.method === 'first' || step.method === 'last' ? (
        <StepField name="count" label="How many characters">
          <WholeNumber value={step.count} max={10_000} onChange={(count) => onChange({ ...step, count })} />
        </StepField>
      ) : step.method === 'before' || step.method === 'after' ? (
        <StepField
          name="text"
          label="Text"
          help="The first place where it occurs; without it the cell is empty"
        >
          <Input
            value={step.text}
            maxLength={200}
            onChange={(event) => onChange({ ...step, text: event.target.value })}
          />
        </StepField>
      ) : step.method === 'between' ? (
        <div className="grid grid-cols-2 gap-2">
          <StepField name="from" label="After">
            <Input
              value={step.from}
              maxLength={200}
              onChange={(event) => onChange({ ...step, from: event.target.value })}
            />
          </StepField>
          <StepField name="to" label="And before">
            <Input
              value={step.to}
              maxLength={200}
              onChange={(event) => onChange({ ...step, to: event.target.value })}
            />
          </StepField>
        </div>
      ) : step.method === 'pattern' ? (
        <>
          <StepField
            name="pattern"
            label="Pattern"
            help="A regular expression. Of one with brackets, what is in the first brackets: ID-([0-9]+)"
          >
            <Input
              value={step.pattern}
              maxLength={500}
              spellCheck={false}
              onChange={(event) => onChange({ ...step, pattern: event.target.value })}
            />
          </StepField>
          <Checkbox
            className="-mt-3"
            label="Ignore capital letters"
            checked={step.ignore_case ?? false}
            onChange={(isOn) => {
              const { ignore_case: _, ...rest } = step;
              onChange(isOn ? { ...rest, ignore_case: true } : rest);
            }}
          />
        </>
      ) : null}
      <StepField name="name" label="Name of the new column">
        <Input
          value={step.name}
          maxLength={200}
          onChange={(event) => onChange({ ...step, name: event.target.value })}
        />
      </StepField>
      <LiveExamples uses={[step.column]} />
    </>
  );
}

function ofMethod(step: Step, method: Step['method']): Step {
  const common = { ...commonFields(step), type: step.type, column: step.column, name: step.name };
  switch (method) {
    case 'first':
    case 'last':
      return { ...common, method, count: 'count' in step ? step.count : 3 };
    case 'before':
    case 'after':
      return { ...common, method, text: 'text' in step ? step.text : '' };
    case 'between':
      return { ...common, method, from: '', to: '' };
    case 'digits':
    case 'number':
      return { ...common, method };
    case 'pattern':
      return { ...common, method, pattern: '' };
  }
}
