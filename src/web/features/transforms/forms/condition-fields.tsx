'use client';

import type { CalendarUnit } from '#contracts/recipe';
import { Button } from '../../../ui/button.tsx';
import { Checkbox } from '../../../ui/choice.tsx';
import { Input } from '../../../ui/field.tsx';
import { Select } from '../../../ui/select.tsx';
import {
  withColumn,
  withOperator,
  withOtherColumn,
  withValue,
  type SingleCondition,
} from '../model/edit-condition.ts';
import {
  calendarWords,
  canIgnoreCase,
  comparesColumns,
  comparisonFamily,
  emptyOperator,
  isRelative,
  operatorArity,
  operatorsFor,
  operatorWords,
} from '../model/filter-operators.ts';
import { ConditionValue } from './condition-value.tsx';
import { ColumnPicker, StepField, useStepForm } from './form-context.tsx';

interface ConditionFieldsProps {
  readonly condition: SingleCondition;
  /** Path of the condition within the step: empty, or ending in a dot. */
  readonly path: string;
  readonly onChange: (condition: SingleCondition) => void;
}

/** One condition: column, comparison in words, value typed or picked, or another column of the row. */
export function ConditionFields({ condition, path, onChange }: ConditionFieldsProps) {
  const { naming } = useStepForm();
  const { column, operator } = condition;
  const type = naming.columnType(column) ?? 'text';
  const operators = operatorsFor(type);
  // A recipe may use a comparison that is not offered; one that reads the same is not offered besides.
  const offered = operators.includes(operator)
    ? operators
    : [operator, ...operators.filter((one) => operatorWords(one, type) !== operatorWords(operator, type))];
  const change = (next: typeof operator) => onChange(withOperator(condition, next, type));
  return (
    <>
      <StepField name={`${path}column`} label="Column">
        <ColumnPicker
          value={column}
          onChange={(next) => onChange(withColumn(condition, next, naming.columnType(next) ?? 'text'))}
        />
      </StepField>
      <StepField name={`${path}operator`} label="Condition">
        <Select
          value={operator}
          onChange={change}
          options={offered.map((one) => ({ value: one, label: operatorWords(one, type) }))}
        />
      </StepField>
      {column === '' ? null : isRelative(operator) ? (
        <RelativeDate condition={condition} path={path} onChange={onChange} />
      ) : condition.other_column !== undefined ? (
        <OtherColumn condition={condition} path={path} onChange={onChange} />
      ) : operatorArity(operator) === 'none' ? null : (
        <ConditionValue
          name={`${path}value`}
          column={column}
          type={type}
          operator={operator}
          value={condition.value}
          onChange={(value) => onChange(withValue(condition, value))}
          onPickEmpty={() => change(emptyOperator(type))}
        />
      )}
      {column !== '' && condition.other_column === undefined && comparesColumns(operator) ? (
        <Button
          variant="ghost"
          size="sm"
          className="-mt-3 self-start text-accent-ink"
          onClick={() => onChange(withOtherColumn(condition, ''))}
        >
          Compare with another column instead
        </Button>
      ) : null}
      {canIgnoreCase(operator, type) && condition.other_column === undefined ? (
        <Checkbox
          className="-mt-3"
          label="Ignore capital letters"
          checked={condition.ignore_case ?? false}
          onChange={(isOn) => {
            const { ignore_case: _, ...rest } = condition;
            onChange(isOn ? { ...rest, ignore_case: true } : rest);
          }}
        />
      ) : null}
      {operator === 'not_equals' || operator === 'not_in' ? (
        <p className="-mt-2 text-sm text-muted">Rows where the cell is empty are kept.</p>
      ) : null}
      {operator === 'matches' ? (
        <p className="-mt-2 text-sm text-muted">
          A regular expression, for instance <code>^[A-Z]{'{2}'}-[0-9]+$</code> for two capital letters, a
          dash and digits.
        </p>
      ) : null}
    </>
  );
}

const units: readonly CalendarUnit[] = ['day', 'week', 'month', 'quarter', 'year', 'fiscal_year'];

/** "in the last 30 days", "in this month". */
function RelativeDate({ condition, path, onChange }: ConditionFieldsProps) {
  const isCounted = operatorArity(condition.operator) === 'one';
  const count = typeof condition.value === 'number' ? condition.value : undefined;
  return (
    <>
      <div className="flex items-start gap-2">
        {isCounted ? (
          <StepField name={`${path}value`} label="How many" className="w-24 shrink-0">
            <Input
              type="number"
              min={1}
              max={10_000}
              value={count ?? ''}
              onFocus={(event) => event.target.select()}
              onChange={(event) => {
                const { value: _, ...rest } = condition;
                const number = event.target.valueAsNumber;
                onChange(Number.isNaN(number) ? rest : { ...rest, value: number });
              }}
            />
          </StepField>
        ) : null}
        <StepField name={`${path}unit`} label="Period" className="min-w-0 flex-1">
          <Select
            value={condition.unit ?? ''}
            onChange={(unit) => onChange({ ...condition, unit })}
            options={units.map((unit) => ({
              value: unit,
              label: isCounted ? calendarWords(unit, 2).slice(2) : calendarWords(unit, undefined),
            }))}
          />
        </StepField>
      </div>
      <p className="-mt-2 text-sm text-muted">
        {isCounted
          ? 'Counted from today, each time this runs; today belongs to it.'
          : 'Whole calendar periods, each time this runs. Weeks begin on Monday, fiscal years in April.'}
      </p>
    </>
  );
}

function OtherColumn({ condition, path, onChange }: ConditionFieldsProps) {
  const { columns, naming } = useStepForm();
  const family = comparisonFamily(naming.columnType(condition.column) ?? 'text');
  return (
    <>
      <StepField name={`${path}other_column`} label="Value of the column">
        <ColumnPicker
          columns={columns.filter(
            (column) => column.name !== condition.column && comparisonFamily(column.type) === family,
          )}
          value={condition.other_column ?? ''}
          onChange={(other) => onChange(withOtherColumn(condition, other))}
        />
      </StepField>
      <Button
        variant="ghost"
        size="sm"
        className="-mt-3 self-start text-accent-ink"
        onClick={() => onChange(withValue(condition, ''))}
      >
        Compare with a value instead
      </Button>
    </>
  );
}
