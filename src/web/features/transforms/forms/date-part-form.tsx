'use client';

import { Input } from '../../../ui/field.tsx';
import { Select } from '../../../ui/select.tsx';
import { calendarWords, comparisonFamily } from '../model/filter-operators.ts';
import { commonFields, type StepOf } from '../model/editor-step.ts';
import { datePartWords } from '../model/column-step-words.ts';
import { ColumnPicker, StepField, useStepForm, type StepFormProps } from './form-context.tsx';
import { LiveExamples } from './live-examples.tsx';

type Step = StepOf<'date_part'>;

const parts: readonly Step['part'][] = [
  'year',
  'quarter',
  'month',
  'month_name',
  'week',
  'day',
  'weekday_name',
  'weekday',
  'fiscal_year',
  'fiscal_quarter',
  'hour',
  'minute',
  'date',
  'start_of',
  'age',
  'difference',
];

/** A part of a date, an age, or the time between two dates, as a new column. */
export function DatePartForm({ step, onChange }: StepFormProps<Step>) {
  const { columns, naming } = useStepForm();
  const dates = columns.filter(
    (column) => comparisonFamily(column.type) === 'date' && column.type !== 'time',
  );
  /** A name that people did not type follows what is taken. */
  const named = (next: Step): Step =>
    step.name === '' || step.name === suggestedName(step, naming.column)
      ? { ...next, name: suggestedName(next, naming.column) }
      : next;
  return (
    <>
      <StepField
        name="column"
        label={step.part === 'difference' ? 'From the date' : 'Date column'}
        help={dates.length === 0 ? 'No column here is a date. “Read dates” makes one from text.' : undefined}
      >
        <ColumnPicker
          columns={dates}
          value={step.column}
          onChange={(column) => onChange(named({ ...step, column }))}
        />
      </StepField>
      <StepField name="part" label="Take">
        <Select
          value={step.part}
          onChange={(part) => onChange(named(ofPart(step, part)))}
          options={parts.map((part) => ({ value: part, label: datePartWords[part] }))}
        />
      </StepField>
      {step.part === 'start_of' ? (
        <StepField name="unit" label="Of its">
          <Select
            value={step.unit}
            onChange={(unit) => onChange(named({ ...step, unit }))}
            options={(['week', 'month', 'quarter', 'year', 'fiscal_year'] as const).map((unit) => ({
              value: unit,
              label: calendarWords(unit, undefined),
            }))}
          />
        </StepField>
      ) : step.part === 'age' ? (
        <StepField
          name="at"
          label="On the day"
          isOptional
          help="Today, each time this runs, unless you choose one"
        >
          <ColumnPicker
            columns={dates.filter((column) => column.name !== step.column)}
            placeholder="Today"
            value={step.at ?? ''}
            onChange={(at) => onChange({ ...step, at })}
          />
        </StepField>
      ) : step.part === 'difference' ? (
        <>
          <StepField name="to" label="To the date" help="Negative where it is the earlier one">
            <ColumnPicker
              columns={dates.filter((column) => column.name !== step.column)}
              value={step.to}
              onChange={(to) => onChange(named({ ...step, to }))}
            />
          </StepField>
          <StepField name="unit" label="In whole">
            <Select
              value={step.unit}
              onChange={(unit) => onChange(named({ ...step, unit }))}
              options={(['day', 'week', 'month', 'year'] as const).map((unit) => ({
                value: unit,
                label: calendarWords(unit, 2).slice(2),
              }))}
            />
          </StepField>
        </>
      ) : null}
      <StepField name="name" label="Name of the new column">
        <Input
          value={step.name}
          maxLength={200}
          onChange={(event) => onChange({ ...step, name: event.target.value })}
        />
      </StepField>
      <LiveExamples uses={step.part === 'difference' ? [step.column, step.to] : [step.column]} />
    </>
  );
}

function suggestedName(step: Step, say: (column: string) => string): string {
  if (step.column === '') return '';
  const column = say(step.column);
  switch (step.part) {
    case 'start_of':
      return `Start of ${calendarWords(step.unit, undefined)} of ${column}`;
    case 'age':
      return 'Age';
    case 'difference':
      return step.to === ''
        ? ''
        : `${upperFirst(calendarWords(step.unit, 2).slice(2))} from ${column} to ${say(step.to)}`;
    case 'month_name':
      return `Month of ${column}`;
    case 'weekday_name':
      return `Weekday of ${column}`;
    default:
      return `${datePartWords[step.part].replace(/ \(.*\)$/, '')} of ${column}`;
  }
}

function upperFirst(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

function ofPart(step: Step, part: Step['part']): Step {
  const common = { ...commonFields(step), type: step.type, column: step.column, name: step.name };
  switch (part) {
    case 'start_of':
      return { ...common, part, unit: 'month' };
    case 'age':
      return { ...common, part };
    case 'difference':
      return { ...common, part, to: '', unit: 'day' };
    default:
      return { ...common, part };
  }
}
