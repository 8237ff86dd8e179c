'use client';

import { CircleCheck, TriangleAlert } from 'lucide-react';
import { Checkbox } from '../../../ui/choice.tsx';
import { Input } from '../../../ui/field.tsx';
import { useFormat } from '../../../use-format.ts';
import { useEditor } from '../editor/editor-context.tsx';
import { visibleColumns } from '../model/column-naming.ts';
import type { StepOf } from '../model/editor-step.ts';
import { listWords } from '../model/list-words.ts';
import { stackedColumns } from '../model/stack-columns.ts';
import { StepField, useStepForm, type StepFormProps } from './form-context.tsx';
import { TablesPicker } from './table-picker.tsx';

/** Rows of other tables below these, columns of the same name in one. */
export function StackForm({ step, onChange }: StepFormProps<StepOf<'stack'>>) {
  const { name_column: nameColumn, ...unnamed } = step;
  return (
    <>
      <StepField name="tables" label="Tables to put below" help="In the order in which you choose them">
        <TablesPicker value={step.tables} onChange={(tables) => onChange({ ...step, tables })} />
      </StepField>
      {step.tables.length === 0 ? null : <Fit tables={step.tables} />}
      <Checkbox
        label="Add a column with the name of the table"
        help="So that one can tell later where a row came from"
        checked={nameColumn !== undefined}
        onChange={(isOn) => onChange(isOn ? { ...step, name_column: 'Table' } : unnamed)}
      />
      {nameColumn === undefined ? null : (
        <StepField name="name_column" label="Name of that column">
          <Input
            value={nameColumn}
            maxLength={200}
            onChange={(event) => onChange({ ...step, name_column: event.target.value })}
          />
        </StepField>
      )}
    </>
  );
}

const shownColumns = 6;

/** Which columns fall together, and which stay empty for some of the rows. */
function Fit({ tables: names }: { readonly tables: readonly string[] }) {
  const { tables } = useEditor();
  const { columns } = useStepForm();
  const format = useFormat();
  const others = names.flatMap((name) => tables.find((table) => table.name === name) ?? []);
  const fit = stackedColumns([
    { name: 'the rows above', columns },
    ...others.map((table) => ({ name: table.display_name, columns: visibleColumns(table) })),
  ]);
  return (
    <div className="flex flex-col gap-1.5 text-sm">
      <p className="flex items-start gap-1.5">
        {fit.partial.length === 0 ? (
          <CircleCheck aria-hidden className="mt-0.5 size-4 shrink-0 text-success" />
        ) : (
          <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-warning" />
        )}
        {fit.partial.length === 0
          ? 'All columns have the same names'
          : `${format.count(fit.shared, ['column is', 'columns are'])} in all of the tables, ${format.count(fit.partial.length, ['is', 'are'])} only in some`}
      </p>
      {fit.partial.length === 0 ? null : (
        <ul aria-label="Columns that only some have" className="ms-5.5 list-disc ps-4 text-muted">
          {fit.partial.slice(0, shownColumns).map((column) => (
            <li key={column.name} className="wrap-anywhere">
              <bdi>{column.name}</bdi>: only in <bdi>{listWords(column.tables)}</bdi>
            </li>
          ))}
          {fit.partial.length > shownColumns ? (
            <li>and {format.number(fit.partial.length - shownColumns)} more</li>
          ) : null}
        </ul>
      )}
    </div>
  );
}
