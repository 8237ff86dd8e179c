'use client';

import { Checkbox, RadioGroup } from '../../../ui/choice.tsx';
import { Input } from '../../../ui/field.tsx';
import { useEditor } from '../editor/editor-context.tsx';
import { visibleColumns } from '../model/column-naming.ts';
import type { StepOf } from '../model/editor-step.ts';
import { ColumnPicker, StepField, useStepForm, type StepFormProps } from './form-context.tsx';
import { LiveExamples } from './live-examples.tsx';
import { TablePicker } from './table-picker.tsx';

type Step = StepOf<'fuzzy_match'>;

const where = [
  { value: 'table', label: 'A list in another table' },
  { value: 'own', label: 'The other rows of this column' },
] as const;

/** Shares of common letters that people can choose between, from what finds most to what is surest. */
const strictness = [
  { value: '0.3', label: 'Roughly' },
  { value: '0.5', label: 'Fairly' },
  { value: '0.7', label: 'Closely' },
] as const;

function nearestStrictness(threshold: number): (typeof strictness)[number]['value'] {
  return threshold < 0.4 ? '0.3' : threshold < 0.6 ? '0.5' : '0.7';
}

/** The name that was meant, from a list or from how it is mostly spelt. */
export function FuzzyMatchForm({ step, onChange }: StepFormProps<Step>) {
  const { tables } = useEditor();
  const { columns } = useStepForm();
  const others = visibleColumns(tables.find((table) => table.name === step.table));
  const isText = (column: { readonly type: string }): boolean => column.type === 'text';

  function withoutTable({ table: _table, key: _key, ...rest }: Step): Step {
    return rest;
  }

  return (
    <>
      <StepField name="column" label="Match the texts of">
        <ColumnPicker
          columns={columns.filter(isText)}
          value={step.column}
          onChange={(column) => onChange({ ...step, column })}
        />
      </StepField>
      <RadioGroup
        label="With"
        value={step.table === undefined ? 'own' : 'table'}
        options={where}
        onChange={(next) => onChange(next === 'own' ? withoutTable(step) : { ...step, table: '', key: '' })}
      />
      {step.table === undefined ? null : (
        <>
          <StepField name="table" label="Table">
            <TablePicker
              value={step.table}
              onChange={(table) => {
                const first = visibleColumns(table).find(isText);
                onChange({ ...step, table: table.name, key: first?.name ?? '' });
              }}
            />
          </StepField>
          {step.table === '' ? null : (
            <StepField name="key" label="Its column">
              <ColumnPicker
                columns={others.filter(isText)}
                value={step.key ?? ''}
                onChange={(key) => onChange({ ...step, key })}
              />
            </StepField>
          )}
        </>
      )}
      <RadioGroup
        label="How alike they have to be"
        isHorizontal
        value={nearestStrictness(step.threshold)}
        options={strictness}
        onChange={(next) => onChange({ ...step, threshold: Number(next) })}
      />
      <StepField name="name" label="Name of the new column">
        <Input
          value={step.name}
          maxLength={200}
          onChange={(event) => onChange({ ...step, name: event.target.value })}
        />
      </StepField>
      <Checkbox
        label="Also show how alike they are, from 0 to 1"
        checked={step.score_name !== undefined}
        onChange={(isOn) => {
          const { score_name: _, ...rest } = step;
          onChange(isOn ? { ...rest, score_name: `${step.name || 'Match'} likeness` } : rest);
        }}
      />
      <LiveExamples uses={[step.column]} />
    </>
  );
}
