'use client';

import { X } from 'lucide-react';
import { Button, IconButton } from '../../../ui/button.tsx';
import { isNumericType } from '../../../ui/column-type.tsx';
import { Input } from '../../../ui/field.tsx';
import { cellText } from '../../../ui/grid/cell-text.ts';
import { Select } from '../../../ui/select.tsx';
import { useFormat } from '../../../use-format.ts';
import { useEditor, useEditorState } from '../editor/editor-context.tsx';
import type { StepOf } from '../model/editor-step.ts';
import { ColumnPicker, ColumnsPicker, StepField, useStepForm, type StepFormProps } from './form-context.tsx';
import { PickableValues } from './pickable-values.tsx';
import { useValues } from './use-values.ts';

type Step = StepOf<'pivot'>;

const functions: readonly { readonly value: Step['function']; readonly label: string }[] = [
  { value: 'count', label: 'Count rows' },
  { value: 'sum', label: 'Sum' },
  { value: 'average', label: 'Average' },
  { value: 'min', label: 'Smallest' },
  { value: 'max', label: 'Largest' },
  { value: 'count_distinct', label: 'Count different values' },
  { value: 'list', label: 'List of the different values' },
];

/** A column for each value of a column: which values is part of the step, so that columns never change by themselves. */
export function PivotForm({ step, onChange }: StepFormProps<Step>) {
  const { columns } = useStepForm();
  const isNumeric = step.function === 'sum' || step.function === 'average';
  return (
    <>
      <StepField
        name="by"
        label="One row for each"
        help={step.by.length === 0 ? 'Nothing chosen: one row for everything' : undefined}
      >
        <ColumnsPicker
          columns={columns.filter((column) => column.type !== 'json' && column.name !== step.column)}
          value={step.by}
          onChange={(by) => onChange({ ...step, by })}
        />
      </StepField>
      <StepField name="column" label="One column for each value of">
        <ColumnPicker
          columns={columns.filter((column) => column.type !== 'json' && !step.by.includes(column.name))}
          value={step.column}
          onChange={(column) => onChange({ ...step, column, values: [] })}
        />
      </StepField>
      {step.column === '' ? null : <Values step={step} onChange={onChange} />}
      <StepField name="function" label="In the cells">
        <Select
          value={step.function}
          options={functions}
          onChange={(next) => {
            const { value_column, ...rest } = step;
            onChange(
              next === 'count'
                ? { ...rest, function: next }
                : { ...rest, function: next, value_column: value_column ?? '' },
            );
          }}
        />
      </StepField>
      {step.function === 'count' ? null : (
        <StepField name="value_column" label="Of column">
          <ColumnPicker
            columns={columns.filter((column) => !isNumeric || isNumericType(column.type))}
            value={step.value_column ?? ''}
            onChange={(value_column) => onChange({ ...step, value_column })}
          />
        </StepField>
      )}
    </>
  );
}

/** So many columns may come of it: more than anybody reads. */
const mostColumns = 50;

/** The values that become columns, each with the name of its column. */
function Values({ step, onChange }: StepFormProps<Step>) {
  const { naming, index } = useStepForm();
  const { dataVersion } = useEditor();
  const format = useFormat();
  const steps = useEditorState((state) => state.history.present).slice(0, index);
  const type = naming.columnType(step.column) ?? 'text';
  const { data } = useValues({ steps, column: step.column, limit: mostColumns, dataVersion });
  const found = data?.values.flatMap(({ value }) =>
    typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? [value] : [],
  );
  const missing = found?.filter((value) => !step.values.some((one) => one.value === value)) ?? [];
  const add = (added: typeof missing) =>
    onChange({ ...step, values: [...step.values, ...added.map((value) => ({ value }))] });
  const sorted = missing.toSorted((a, b) =>
    typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b)),
  );
  return (
    <>
      <div>
        <div className="flex items-center gap-2">
          <h3 className="min-w-0 flex-1 text-sm font-medium">New columns</h3>
          {missing.length > 0 ? (
            <Button size="sm" onClick={() => add(sorted)}>
              {step.values.length === 0 ? 'Use' : 'Add'}{' '}
              {data?.truncated ? `the ${mostColumns} most frequent` : `all ${missing.length}`}
            </Button>
          ) : null}
        </div>
        <ol aria-label="Values that become columns" className="mt-1.5 flex flex-col gap-1.5">
          {step.values.map((one, at) => (
            <li key={JSON.stringify(one.value)} className="flex items-end gap-1">
              <StepField
                name={`values.${at}`}
                label={
                  <span>
                    <span className="sr-only">Column for </span>
                    <bdi>{cellText(one.value, type, format.settings) ?? 'empty'}</bdi>
                  </span>
                }
                className="grid min-w-0 flex-1"
              >
                <Input
                  placeholder="Named like the value"
                  value={one.name ?? ''}
                  maxLength={200}
                  onChange={(event) => {
                    const name = event.target.value;
                    const next = name === '' ? { value: one.value } : { value: one.value, name };
                    onChange({
                      ...step,
                      values: step.values.map((other, place) => (place === at ? next : other)),
                    });
                  }}
                />
              </StepField>
              <IconButton
                size="sm"
                className="mb-1 text-muted"
                label={`Leave out ${String(one.value)}`}
                icon={<X aria-hidden className="size-4" />}
                onClick={() => onChange({ ...step, values: step.values.filter((_, place) => place !== at) })}
              />
            </li>
          ))}
        </ol>
      </div>
      <StepField name="values" label="Values" isLabelHidden>
        <PickableValues
          column={step.column}
          type={type}
          label="Pick a value for a column"
          isPicked={(value) => step.values.some((one) => one.value === value)}
          onPick={(value) => onChange({ ...step, values: [...step.values, { value }] })}
        />
      </StepField>
    </>
  );
}
