'use client';

import type { WarehouseTable } from '#contracts/warehouse';
import { Checkbox } from '../../../ui/choice.tsx';
import { Input } from '../../../ui/field.tsx';
import { useEditor } from '../editor/editor-context.tsx';
import { visibleColumns } from '../model/column-naming.ts';
import type { StepOf } from '../model/editor-step.ts';
import { suggestJoinKeys } from '../model/suggest-join.ts';
import { ColumnPicker, StepField, useStepForm, type StepFormProps } from './form-context.tsx';
import { LiveExamples } from './live-examples.tsx';
import { ScalarInput } from './scalar-input.tsx';
import { TablePicker } from './table-picker.tsx';

type Step = StepOf<'lookup'>;

/** One value from another table, like VLOOKUP: never a row more, also where the other table has a key twice. */
export function LookupForm({ step, onChange }: StepFormProps<Step>) {
  const { tables } = useEditor();
  const { columns } = useStepForm();
  const other = tables.find((table) => table.name === step.table);
  const otherColumns = visibleColumns(other);
  const value = otherColumns.find((column) => column.name === step.value);

  function pickTable(table: WarehouseTable) {
    const keys = suggestJoinKeys(columns, table.display_name, visibleColumns(table));
    onChange({
      ...step,
      table: table.name,
      column: keys?.left ?? step.column,
      key: keys?.right ?? '',
      value: '',
    });
  }

  return (
    <>
      <StepField name="column" label="Look for the value of">
        <ColumnPicker value={step.column} onChange={(column) => onChange({ ...step, column })} />
      </StepField>
      <StepField name="table" label="In the table">
        <TablePicker value={step.table} onChange={pickTable} />
      </StepField>
      {step.table === '' ? null : (
        <>
          <StepField name="key" label="In its column">
            <ColumnPicker
              columns={otherColumns}
              value={step.key}
              onChange={(key) => onChange({ ...step, key })}
            />
          </StepField>
          <StepField name="value" label="And bring">
            <ColumnPicker
              columns={otherColumns.filter((column) => column.name !== step.key)}
              value={step.value}
              onChange={(next) => {
                const title = otherColumns.find((column) => column.name === next)?.display_name ?? '';
                const isOwn = step.name !== '' && step.name !== value?.display_name;
                onChange({ ...step, value: next, name: isOwn ? step.name : title });
              }}
            />
          </StepField>
          <StepField
            name="default"
            label="Where nothing is found"
            isOptional
            help="The cell stays empty unless you give a value"
          >
            <ScalarInput
              type={value?.type ?? 'text'}
              value={step.default ?? ''}
              onChange={(next) => {
                const { default: _, ...rest } = step;
                onChange(next === '' ? rest : { ...rest, default: next });
              }}
            />
          </StepField>
          <Checkbox
            label="Ignore capital letters"
            checked={step.ignore_case ?? false}
            onChange={(isOn) => onChange(withFlag(step, 'ignore_case', isOn))}
          />
          <Checkbox
            className="-mt-4"
            label="Ignore spaces around"
            checked={step.trim ?? false}
            onChange={(isOn) => onChange(withFlag(step, 'trim', isOn))}
          />
          <StepField name="name" label="Name of the new column">
            <Input
              value={step.name}
              maxLength={200}
              onChange={(event) => onChange({ ...step, name: event.target.value })}
            />
          </StepField>
          <LiveExamples uses={[step.column]} />
        </>
      )}
    </>
  );
}

function withFlag(step: Step, flag: 'ignore_case' | 'trim', isOn: boolean): Step {
  const { [flag]: _, ...rest } = step;
  return isOn ? { ...rest, [flag]: true } : rest;
}
