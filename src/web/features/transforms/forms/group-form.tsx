'use client';

import { Plus, Trash2 } from 'lucide-react';
import type { Aggregate, CalendarUnit } from '#contracts/recipe';
import { Button, IconButton } from '../../../ui/button.tsx';
import { Select } from '../../../ui/select.tsx';
import type { StepOf } from '../model/editor-step.ts';
import { calendarWords, comparisonFamily } from '../model/filter-operators.ts';
import { aggregateWords } from '../model/group-words.ts';
import { AggregateFields, choiceOf } from './aggregate-fields.tsx';
import { ColumnPicker, ColumnsPicker, StepField, useStepForm, type StepFormProps } from './form-context.tsx';

type Step = StepOf<'group'>;

/** "Group by" and "Calculate": the small table that comes out is beside it. */
export function GroupForm({ step, onChange }: StepFormProps<Step>) {
  const { columns, naming } = useStepForm();
  const change = (aggregates: readonly Aggregate[]) => onChange({ ...step, aggregates: [...aggregates] });
  const set = (index: number, next: Aggregate) =>
    change(step.aggregates.map((one, at) => (at === index ? withName(one, next) : one)));
  const isOne = step.by.length + (step.by_date?.length ?? 0) === 0;

  /** A name that people did not type follows what is calculated. */
  function withName(before: Aggregate, next: Aggregate): Aggregate {
    const isOwn = before.alias !== undefined && before.alias !== aggregateWords(before, naming);
    return isOwn ? next : { ...next, alias: aggregateWords(next, naming) };
  }

  return (
    <>
      <StepField
        name="by"
        label="Group by"
        help={isOne ? 'Nothing chosen: one row for everything' : 'One row for each combination'}
      >
        <ColumnsPicker
          placeholder="Choose columns to group by"
          columns={columns.filter((column) => column.type !== 'json')}
          value={step.by}
          onChange={(by) => onChange({ ...step, by })}
        />
      </StepField>
      <Periods step={step} onChange={onChange} />
      <div>
        <h3 className="text-sm font-medium">Calculate</h3>
        <ol aria-label="Calculations" className="mt-1.5 flex flex-col gap-3">
          {step.aggregates.map((_, index) => (
            // Calculations have no identity but their place.
            // oxlint-disable-next-line react/no-array-index-key
            <li key={index} className="flex flex-col gap-2 rounded-md border border-line p-2.5">
              <AggregateFields
                aggregates={step.aggregates}
                index={index}
                onChange={(next) => set(index, next)}
                onRename={(name) =>
                  change(step.aggregates.map((one, at) => (at === index ? named(one, name) : one)))
                }
                onChangeAll={change}
              />
            </li>
          ))}
        </ol>
        <Button
          variant="ghost"
          size="sm"
          className="mt-2 text-accent-ink"
          icon={<Plus aria-hidden className="size-4" />}
          onClick={() => {
            const next: Aggregate = step.aggregates.some((one) => choiceOf(one) === 'count_rows')
              ? { function: 'sum', column: '' }
              : { function: 'count', alias: 'Count' };
            change([...step.aggregates, next]);
          }}
        >
          Add a calculation
        </Button>
      </div>
    </>
  );
}

const units: readonly CalendarUnit[] = ['day', 'week', 'month', 'quarter', 'year', 'fiscal_year'];

/** Dates by month, quarter and so on, each row with the first day of its period. */
function Periods({ step, onChange }: StepFormProps<Step>) {
  const { columns } = useStepForm();
  const dates = columns.filter(
    (column) => comparisonFamily(column.type) === 'date' && column.type !== 'time',
  );
  const periods = step.by_date ?? [];
  if (dates.length === 0 && periods.length === 0) return null;
  const change = (next: typeof periods) => {
    const { by_date: _, ...rest } = step;
    onChange(next.length === 0 ? rest : { ...rest, by_date: next });
  };
  return (
    <div className="-mt-2 flex flex-col gap-2">
      {periods.length === 0 ? null : (
        <ul aria-label="Periods" className="flex flex-col gap-2">
          {periods.map((period, index) => (
            // Periods have no identity but their place.
            // oxlint-disable-next-line react/no-array-index-key
            <li key={index} className="flex items-end gap-1">
              <StepField name={`by_date.${index}.column`} label="And by the date" className="min-w-0 flex-1">
                <ColumnPicker
                  columns={dates}
                  value={period.column}
                  onChange={(column) =>
                    change(periods.map((one, at) => (at === index ? { ...one, column } : one)))
                  }
                />
              </StepField>
              <StepField name={`by_date.${index}.unit`} label="By" className="w-28 shrink-0">
                <Select
                  value={period.unit}
                  onChange={(unit) =>
                    change(periods.map((one, at) => (at === index ? { ...one, unit } : one)))
                  }
                  options={units.map((unit) => ({ value: unit, label: calendarWords(unit, undefined) }))}
                />
              </StepField>
              <IconButton
                size="sm"
                className="mb-1 text-muted"
                label={`Remove period ${index + 1}`}
                icon={<Trash2 aria-hidden className="size-4" />}
                onClick={() => change(periods.filter((_, at) => at !== index))}
              />
            </li>
          ))}
        </ul>
      )}
      <Button
        variant="ghost"
        size="sm"
        className="self-start text-accent-ink"
        icon={<Plus aria-hidden className="size-4" />}
        onClick={() =>
          change([
            ...periods,
            { column: (dates.length === 1 ? dates[0]?.name : undefined) ?? '', unit: 'month' },
          ])
        }
      >
        By month, quarter or year of a date
      </Button>
    </div>
  );
}

function named(aggregate: Aggregate, name: string): Aggregate {
  const { alias: _, ...rest } = aggregate;
  return name === '' ? rest : { ...rest, alias: name };
}
