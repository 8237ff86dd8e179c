'use client';

import { useState } from 'react';
import { ColumnTypeIcon } from '../../../ui/column-type.tsx';
import { Input } from '../../../ui/field.tsx';
import { problemAt } from '../model/check-draft.ts';
import type { StepOf } from '../model/editor-step.ts';
import { StepField, useStepForm, type StepFormProps } from './form-context.tsx';

/** So many inputs are drawn at once; the search finds the others. */
const shownColumns = 100;

/** New names for columns; those that keep theirs are no part of the step. */
export function RenameForm({ step, onChange }: StepFormProps<StepOf<'rename'>>) {
  const { columns, problems } = useStepForm();
  const [search, setSearch] = useState('');
  const wanted = search.trim().toLocaleLowerCase();
  const shown = columns.filter((column) => column.display_name.toLocaleLowerCase().includes(wanted));
  const problem = step.columns.length === 0 ? problemAt(problems, 'columns') : undefined;
  const rename = (column: string, displayName: string, name: string) => {
    const isKnown = step.columns.some((one) => one.column === column);
    const next =
      name === displayName
        ? step.columns.filter((one) => one.column !== column)
        : isKnown
          ? step.columns.map((one) => (one.column === column ? { column, name } : one))
          : [...step.columns, { column, name }];
    onChange({ ...step, columns: next });
  };
  return (
    <>
      {columns.length > 8 ? (
        <Input
          type="search"
          aria-label="Search columns"
          placeholder="Search columns"
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
      ) : null}
      {problem === undefined ? null : (
        <p role="alert" className="text-sm text-danger">
          Change at least one name
        </p>
      )}
      <ul aria-label="Columns" className="flex flex-col gap-3">
        {shown.slice(0, shownColumns).map((column) => {
          const index = step.columns.findIndex(
            (one) => one.column === column.name || one.column === column.display_name,
          );
          const entry = step.columns[index];
          return (
            <li key={column.name}>
              <StepField
                name={index < 0 ? `rename ${column.name}` : `columns.${index}`}
                label={
                  <span className="flex items-center gap-1.5">
                    <ColumnTypeIcon type={column.type} />
                    <bdi className="wrap-anywhere">{column.display_name}</bdi>
                  </span>
                }
              >
                <Input
                  value={entry?.name ?? column.display_name}
                  maxLength={1000}
                  className={entry === undefined ? '' : 'border-accent! font-medium'}
                  onFocus={(event) => event.target.select()}
                  onChange={(event) =>
                    rename(entry?.column ?? column.name, column.display_name, event.target.value)
                  }
                />
              </StepField>
            </li>
          );
        })}
      </ul>
      {shown.length > shownColumns ? (
        <p className="text-sm text-muted">Search to find the other {shown.length - shownColumns} columns.</p>
      ) : null}
    </>
  );
}
