'use client';

import { Table2, Workflow } from 'lucide-react';
import type { WarehouseTable } from '#contracts/warehouse';
import { RadioGroup } from '../../../ui/choice.tsx';
import { Combobox } from '../../../ui/combobox.tsx';
import { useFormat } from '../../../use-format.ts';
import { useEditor, useEditorState } from '../editor/editor-context.tsx';
import { visibleColumns } from '../model/column-naming.ts';
import type { StepOf } from '../model/editor-step.ts';
import { suggestJoinKeys } from '../model/suggest-join.ts';
import { ColumnPicker, ColumnsPicker, StepField, useStepForm, type StepFormProps } from './form-context.tsx';
import { JoinMatch } from './join-match.tsx';

type Step = StepOf<'join'>;

const kinds = [
  { value: 'left', label: 'Keep them and leave the new cells empty', help: 'Recommended' },
  { value: 'inner', label: 'Leave them out' },
  { value: 'right', label: 'Leave them out, but keep every row of the other table' },
  { value: 'outer', label: 'Keep every row of both tables' },
] as const;

/** Like VLOOKUP: another table, what to match on, which columns to bring, and what to do without a match. */
export function JoinForm({ step, onChange }: StepFormProps<Step>) {
  const { tables } = useEditor();
  const { columns } = useStepForm();
  const format = useFormat();
  const ownId = useEditorState((state) => state.id);
  const offered = tables.filter((table) => ownId === null || table.transformation_id !== ownId);
  const other = tables.find((table) => table.name === step.with);
  const otherColumns = visibleColumns(other);

  function pickTable(table: WarehouseTable) {
    const right = visibleColumns(table);
    const keys = suggestJoinKeys(columns, table.display_name, right);
    onChange({
      ...step,
      with: table.name,
      left_on: keys?.left ?? step.left_on,
      right_on: keys?.right ?? '',
      columns: right.map((column) => column.name).filter((name) => name !== keys?.right),
    });
  }

  return (
    <>
      <StepField name="with" label="Other table">
        <Combobox
          placeholder="Choose a table"
          searchPlaceholder="Search tables"
          value={step.with === '' ? undefined : step.with}
          onChange={(name) => {
            const table = tables.find((one) => one.name === name);
            if (table) pickTable(table);
          }}
          options={offered.map((table) => ({
            value: table.name,
            label: table.display_name,
            icon:
              table.kind === 'source' ? (
                <Table2 aria-hidden className="size-4 shrink-0 text-muted" />
              ) : (
                <Workflow aria-hidden className="size-4 shrink-0 text-muted" />
              ),
            ...(table.row_count === null ? {} : { hint: format.count(table.row_count, ['row', 'rows']) }),
          }))}
        />
      </StepField>
      {step.with === '' ? null : (
        <>
          <div className="flex flex-col gap-2 rounded-md border border-line p-2.5">
            <p className="text-sm font-medium">Match rows where</p>
            <StepField name="left_on" label="Column here">
              <ColumnPicker value={step.left_on} onChange={(left_on) => onChange({ ...step, left_on })} />
            </StepField>
            <StepField name="right_on" label={`is the same as, in ${other?.display_name ?? step.with}`}>
              <ColumnPicker
                columns={otherColumns}
                value={step.right_on}
                onChange={(right_on) => onChange({ ...step, right_on })}
              />
            </StepField>
            <JoinMatch step={step} other={other} />
          </div>
          <StepField name="columns" label="Columns to bring">
            <ColumnsPicker
              columns={otherColumns}
              value={step.columns ?? otherColumns.map((column) => column.name)}
              onChange={(next) => onChange({ ...step, columns: next })}
            />
          </StepField>
          <RadioGroup
            label="Rows here without a match"
            value={step.join_type}
            onChange={(join_type) => onChange({ ...step, join_type })}
            options={kinds}
          />
        </>
      )}
    </>
  );
}
