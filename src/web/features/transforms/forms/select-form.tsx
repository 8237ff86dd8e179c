'use client';

import { clsx } from 'clsx';
import { ArrowDown, ArrowUp, GripVertical } from 'lucide-react';
import { useState } from 'react';
import type { TableColumn } from '#contracts/warehouse';
import { Button, IconButton } from '../../../ui/button.tsx';
import { Checkbox } from '../../../ui/choice.tsx';
import { ColumnTypeIcon } from '../../../ui/column-type.tsx';
import { Input } from '../../../ui/field.tsx';
import { useReorder } from '../editor/use-reorder.ts';
import type { StepOf } from '../model/editor-step.ts';
import { problemAt } from '../model/check-draft.ts';
import { useStepForm, type StepFormProps } from './form-context.tsx';

/** Which columns to keep and in which order: kept ones first, the others below. */
export function SelectForm({ step, onChange }: StepFormProps<StepOf<'select'>>) {
  const { columns, problems } = useStepForm();
  const [search, setSearch] = useState('');
  const find = (reference: string) =>
    columns.find((column) => column.name === reference) ??
    columns.find((column) => column.display_name === reference);
  const kept = step.columns.map((reference) => find(reference)?.name ?? reference);
  const change = (next: readonly string[]) => onChange({ ...step, columns: [...next] });
  const reorder = useReorder({
    ids: kept,
    onMove: (name, index) => {
      const rest = kept.filter((one) => one !== name);
      change([...rest.slice(0, index), name, ...rest.slice(index)]);
    },
  });
  const matches = (name: string) =>
    (find(name)?.display_name ?? name).toLocaleLowerCase().includes(search.trim().toLocaleLowerCase());
  const dropped = columns.filter((column) => !kept.includes(column.name));
  const problem = problemAt(problems, 'columns');

  return (
    <>
      <Input
        type="search"
        aria-label="Search columns"
        placeholder="Search columns"
        value={search}
        onChange={(event) => setSearch(event.target.value)}
      />
      <div className="-my-2 flex items-center gap-1 text-sm text-muted">
        <span className="flex-1">
          {kept.length} of {columns.length} kept
        </span>
        <Button
          size="sm"
          variant="ghost"
          onClick={() => change([...kept, ...dropped.map((column) => column.name)])}
        >
          Keep all
        </Button>
        <Button size="sm" variant="ghost" onClick={() => change([])}>
          Keep none
        </Button>
      </div>
      {problem ? (
        <p role="alert" className="text-sm text-danger">
          {problem.message}
        </p>
      ) : null}
      <ul aria-label="Columns to keep" className="flex flex-col">
        {kept.filter(matches).map((name) => {
          const index = kept.indexOf(name);
          return (
            // Keys bubble up from the controls in the row.
            // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
            <li
              key={name}
              {...(search === '' ? reorder.item(name) : {})}
              onKeyDown={(event) => void reorder.onKey(name, event)}
              className={clsx(
                'flex items-center gap-1 rounded-sm hover:bg-hover',
                reorder.gap === index && 'shadow-[0_-2px_0_var(--accent)]',
                reorder.dragged === name && 'opacity-50',
              )}
            >
              <GripVertical aria-hidden className="size-4 shrink-0 cursor-grab text-faint" />
              <Item
                column={find(name)}
                name={name}
                isKept
                onToggle={() => change(kept.filter((one) => one !== name))}
              />
              <IconButton
                size="sm"
                className="text-muted"
                label={`Move ${find(name)?.display_name ?? name} up`}
                disabled={index === 0}
                icon={<ArrowUp aria-hidden className="size-3.5" />}
                onClick={() => change(swap(kept, index, index - 1))}
              />
              <IconButton
                size="sm"
                className="text-muted"
                label={`Move ${find(name)?.display_name ?? name} down`}
                disabled={index === kept.length - 1}
                icon={<ArrowDown aria-hidden className="size-3.5" />}
                onClick={() => change(swap(kept, index, index + 1))}
              />
            </li>
          );
        })}
      </ul>
      {dropped.length === 0 ? null : (
        <div>
          <h3 className="text-sm font-medium text-muted">Left out</h3>
          <ul aria-label="Columns left out">
            {dropped
              .filter((column) => matches(column.name))
              .map((column) => (
                <li key={column.name} className="flex items-center gap-1 rounded-sm ps-5 hover:bg-hover">
                  <Item
                    column={column}
                    name={column.name}
                    isKept={false}
                    onToggle={() => change([...kept, column.name])}
                  />
                </li>
              ))}
          </ul>
        </div>
      )}
    </>
  );
}

interface ItemProps {
  readonly column: TableColumn | undefined;
  readonly name: string;
  readonly isKept: boolean;
  readonly onToggle: () => void;
}

function Item({ column, name, isKept, onToggle }: ItemProps) {
  return (
    <Checkbox
      className="min-w-0 flex-1"
      checked={isKept}
      onChange={onToggle}
      label={
        <span className="flex min-w-0 items-center gap-1.5">
          {column ? <ColumnTypeIcon type={column.type} /> : null}
          <bdi className="wrap-anywhere">{column?.display_name ?? name}</bdi>
        </span>
      }
    />
  );
}

function swap(names: readonly string[], from: number, to: number): string[] {
  const next = [...names];
  const [moved] = next.splice(from, 1);
  if (moved !== undefined) next.splice(to, 0, moved);
  return next;
}
