'use client';

import { Plus } from 'lucide-react';
import type { Aggregate, AggregateFunction } from '#contracts/recipe';
import { Button } from '../../../ui/button.tsx';
import { isNumericType } from '../../../ui/column-type.tsx';
import { Input } from '../../../ui/field.tsx';
import { Select } from '../../../ui/select.tsx';
import type { StepOf } from '../model/editor-step.ts';
import { aggregateWords } from '../model/step-words.ts';
import { ColumnPicker, ColumnsPicker, StepField, useStepForm, type StepFormProps } from './form-context.tsx';
import { RowTools } from './row-tools.tsx';

type Choice = Exclude<AggregateFunction, 'average'> | 'count_rows';

const choices: readonly { readonly value: Choice; readonly label: string }[] = [
  { value: 'count_rows', label: 'Count rows' },
  { value: 'count', label: 'Count filled cells' },
  { value: 'count_distinct', label: 'Count different values' },
  { value: 'sum', label: 'Sum' },
  { value: 'avg', label: 'Average' },
  { value: 'min', label: 'Smallest' },
  { value: 'max', label: 'Largest' },
];

/** "Group by" and "Calculate": the small table that comes out is beside it. */
export function GroupForm({ step, onChange }: StepFormProps<StepOf<'group'>>) {
  const { columns, naming } = useStepForm();
  const change = (aggregates: readonly Aggregate[]) => onChange({ ...step, aggregates: [...aggregates] });
  const set = (index: number, next: Aggregate) =>
    change(step.aggregates.map((one, at) => (at === index ? withName(one, next) : one)));

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
        help={
          step.by.length === 0 ? 'Nothing chosen: one row for everything' : 'One row for each combination'
        }
      >
        <ColumnsPicker
          placeholder="Choose columns to group by"
          columns={columns.filter((column) => column.type !== 'json')}
          value={step.by}
          onChange={(by) => onChange({ ...step, by })}
        />
      </StepField>
      <div>
        <h3 className="text-sm font-medium">Calculate</h3>
        <ol aria-label="Calculations" className="mt-1.5 flex flex-col gap-3">
          {step.aggregates.map((aggregate, index) => {
            const choice = choiceOf(aggregate);
            const isNumeric = choice === 'sum' || choice === 'avg';
            return (
              // Calculations have no identity but their place.
              // oxlint-disable-next-line react/no-array-index-key
              <li key={index} className="flex flex-col gap-2 rounded-md border border-line p-2.5">
                <div className="flex items-end gap-1">
                  <StepField name={`aggregates.${index}.function`} label="What" className="min-w-0 flex-1">
                    <Select
                      value={choice}
                      options={choices}
                      onChange={(next) => set(index, withFunction(aggregate, next))}
                    />
                  </StepField>
                  <RowTools items={step.aggregates} index={index} what="calculation" onChange={change} />
                </div>
                {choice === 'count_rows' ? null : (
                  <StepField name={`aggregates.${index}.column`} label="Of column">
                    <ColumnPicker
                      columns={columns.filter((column) => !isNumeric || isNumericType(column.type))}
                      value={aggregate.column ?? ''}
                      onChange={(column) => set(index, { ...aggregate, column })}
                    />
                  </StepField>
                )}
                <StepField name={`aggregates.${index}.alias`} label="Call it">
                  <Input
                    value={aggregate.alias ?? ''}
                    maxLength={200}
                    onChange={(event) =>
                      change(
                        step.aggregates.map((one, at) =>
                          at === index ? named(one, event.target.value) : one,
                        ),
                      )
                    }
                  />
                </StepField>
              </li>
            );
          })}
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

function choiceOf(aggregate: Aggregate): Choice {
  if (aggregate.function === 'count' && aggregate.column === undefined) return 'count_rows';
  return aggregate.function === 'average' ? 'avg' : aggregate.function;
}

function withFunction(aggregate: Aggregate, choice: Choice): Aggregate {
  const { column, ...rest } = aggregate;
  return choice === 'count_rows'
    ? { ...rest, function: 'count' }
    : { ...rest, function: choice, column: column ?? '' };
}

function named(aggregate: Aggregate, name: string): Aggregate {
  const { alias: _, ...rest } = aggregate;
  return name === '' ? rest : { ...rest, alias: name };
}
