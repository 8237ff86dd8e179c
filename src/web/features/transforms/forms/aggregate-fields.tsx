'use client';

import type { Aggregate, AggregateFunction } from '#contracts/recipe';
import { Button } from '../../../ui/button.tsx';
import { isNumericType } from '../../../ui/column-type.tsx';
import { Input } from '../../../ui/field.tsx';
import { Select } from '../../../ui/select.tsx';
import { newCondition, unwrapped, withAnother } from '../model/edit-condition.ts';
import { ConditionFields } from './condition-fields.tsx';
import { ConditionGroup } from './condition-group.tsx';
import { ColumnPicker, StepField, useStepForm } from './form-context.tsx';
import { RowTools } from './row-tools.tsx';
import { SortKeys } from './sort-keys.tsx';
import { WholeNumber } from './whole-number.tsx';

export type AggregateChoice = Exclude<AggregateFunction, 'average'>;

const choices: readonly { readonly value: AggregateChoice; readonly label: string }[] = [
  { value: 'count_rows', label: 'Count rows' },
  { value: 'count', label: 'Count filled cells' },
  { value: 'count_distinct', label: 'Count different values' },
  { value: 'sum', label: 'Sum' },
  { value: 'avg', label: 'Average' },
  { value: 'median', label: 'Median (the middle value)' },
  { value: 'percentile', label: 'Percentile' },
  { value: 'min', label: 'Smallest' },
  { value: 'max', label: 'Largest' },
  { value: 'first', label: 'First value' },
  { value: 'last', label: 'Last value' },
  { value: 'list', label: 'List of the different values' },
];
const ofNumbers: ReadonlySet<AggregateChoice> = new Set(['sum', 'avg', 'median', 'percentile']);

/** Counting rows may be written in two ways; people see one. */
export function choiceOf(aggregate: Aggregate): AggregateChoice {
  if (aggregate.function === 'count' && aggregate.column === undefined) return 'count_rows';
  return aggregate.function === 'average' ? 'avg' : aggregate.function;
}

function withFunction(aggregate: Aggregate, choice: AggregateChoice): Aggregate {
  const { column, alias, filter } = aggregate;
  const common = {
    ...(alias === undefined ? {} : { alias }),
    ...(filter === undefined ? {} : { filter }),
  };
  if (choice === 'count_rows') return { ...common, function: 'count' };
  return {
    ...common,
    function: choice,
    column: column ?? '',
    ...(choice === 'percentile' ? { percent: aggregate.percent ?? 90 } : {}),
  };
}

interface AggregateFieldsProps {
  readonly aggregates: readonly Aggregate[];
  readonly index: number;
  /** A changed calculation; a name that nobody typed follows it. */
  readonly onChange: (aggregate: Aggregate) => void;
  readonly onRename: (alias: string) => void;
  readonly onChangeAll: (aggregates: readonly Aggregate[]) => void;
}

/** One calculation: what, of which column, only for which rows, and its name. */
export function AggregateFields({
  aggregates,
  index,
  onChange,
  onRename,
  onChangeAll,
}: AggregateFieldsProps) {
  const { columns } = useStepForm();
  const aggregate = aggregates[index];
  if (aggregate === undefined) return null;
  const choice = choiceOf(aggregate);
  const path = `aggregates.${index}`;
  return (
    <>
      <div className="flex items-end gap-1">
        <StepField name={`${path}.function`} label="What" className="min-w-0 flex-1">
          <Select
            value={choice}
            options={choices}
            onChange={(next) => onChange(withFunction(aggregate, next))}
          />
        </StepField>
        <RowTools items={aggregates} index={index} what="calculation" onChange={onChangeAll} />
      </div>
      {choice === 'count_rows' ? null : (
        <StepField name={`${path}.column`} label="Of column">
          <ColumnPicker
            columns={columns.filter((column) => !ofNumbers.has(choice) || isNumericType(column.type))}
            value={aggregate.column ?? ''}
            onChange={(column) => onChange({ ...aggregate, column })}
          />
        </StepField>
      )}
      {choice === 'percentile' ? (
        <StepField
          name={`${path}.percent`}
          label="Percent"
          help="So much of the values lies below; 50 is the median"
        >
          <WholeNumber
            value={aggregate.percent ?? 90}
            min={0}
            max={100}
            onChange={(percent) => onChange({ ...aggregate, percent })}
          />
        </StepField>
      ) : choice === 'list' ? (
        <StepField name={`${path}.separator`} label="Between them">
          <Input
            value={aggregate.separator ?? ', '}
            maxLength={200}
            onChange={(event) => onChange({ ...aggregate, separator: event.target.value })}
          />
        </StepField>
      ) : choice === 'first' || choice === 'last' ? (
        <SortKeys
          name={`${path}.order`}
          label="Order of the rows"
          keys={aggregate.order ?? []}
          onChange={(order) => onChange({ ...aggregate, order })}
        />
      ) : null}
      <OnlyWhere aggregate={aggregate} path={`${path}.filter.`} onChange={onChange} />
      <StepField name={`${path}.alias`} label="Call it">
        <Input
          value={aggregate.alias ?? ''}
          maxLength={200}
          onChange={(event) => onRename(event.target.value)}
        />
      </StepField>
    </>
  );
}

interface OnlyWhereProps {
  readonly aggregate: Aggregate;
  readonly path: string;
  readonly onChange: (aggregate: Aggregate) => void;
}

/** "Only where Sex is F": a condition for this calculation alone. */
function OnlyWhere({ aggregate, path, onChange }: OnlyWhereProps) {
  const { filter, ...rest } = aggregate;
  if (filter === undefined) {
    return (
      <Button
        variant="ghost"
        size="sm"
        className="self-start text-accent-ink"
        onClick={() => onChange({ ...rest, filter: newCondition() })}
      >
        Only where…
      </Button>
    );
  }
  return (
    <fieldset className="flex min-w-0 flex-col gap-3 rounded-md bg-sunken p-2.5">
      <legend className="float-start mb-1 flex w-full items-center justify-between text-sm font-medium">
        Only where
        <Button size="sm" variant="ghost" onClick={() => onChange(rest)}>
          All rows
        </Button>
      </legend>
      {filter.match === undefined ? (
        <>
          <ConditionFields
            condition={filter}
            path={path}
            onChange={(next) => onChange({ ...rest, filter: next })}
          />
          <Button
            variant="ghost"
            size="sm"
            className="self-start text-accent-ink"
            onClick={() => onChange({ ...rest, filter: asFilter(withAnother(filter, newCondition())) })}
          >
            Add another condition
          </Button>
        </>
      ) : (
        <ConditionGroup
          group={filter}
          path={path}
          depth={1}
          onChange={(next) => onChange({ ...rest, filter: asFilter(unwrapped(next)) })}
        />
      )}
    </fieldset>
  );
}

/** The type of a node says nothing of how deep groups may be; the contract's check does. */
function asFilter(node: ReturnType<typeof unwrapped>): NonNullable<Aggregate['filter']> {
  return node as NonNullable<Aggregate['filter']>;
}
