'use client';

import { clsx } from 'clsx';
import { Check, X } from 'lucide-react';
import { useState } from 'react';
import type { ColumnType } from '#contracts/column-types';
import type { ScalarValue } from '#contracts/recipe';
import { describeError } from '../../../api-error.ts';
import { Input, useFieldControl } from '../../../ui/field.tsx';
import { cellText } from '../../../ui/grid/cell-text.ts';
import { Skeleton } from '../../../ui/states.tsx';
import { useFormat } from '../../../use-format.ts';
import { useEditor, useEditorState } from '../editor/editor-context.tsx';
import { comparisonFamily } from '../model/filter-operators.ts';
import { scalarFromText, textOfScalar } from '../model/filter-value.ts';
import { useStepForm } from './form-context.tsx';
import { ScalarInput } from './scalar-input.tsx';
import { useValues } from './use-values.ts';

interface ValueListProps {
  readonly column: string;
  readonly type: ColumnType;
  readonly chosen: readonly ScalarValue[];
  readonly isMultiple?: boolean;
  readonly onChange: (chosen: ScalarValue[]) => void;
  readonly onPickEmpty?: () => void;
}

/** Values of the column to pick from, with how often each occurs; or one types a value of one's own. */
export function ValueList({ column, type, chosen, isMultiple, onChange, onPickEmpty }: ValueListProps) {
  const { dataVersion } = useEditor();
  const { index } = useStepForm();
  const format = useFormat();
  const base = useEditorState((state) => state.history.present);
  const [typed, setTyped] = useState('');
  const isText = comparisonFamily(type) === 'text';
  const single = chosen[0] ?? '';
  // What was picked must not hide the others; what is being typed narrows them.
  const [search, setSearch] = useState('');
  const { data, error } = useValues({
    steps: base.slice(0, index),
    column,
    limit: 60,
    dataVersion,
    ...(isMultiple ? { search: typed } : isText ? { search } : {}),
  });
  const most = Math.max(1, ...(data?.values.map((one) => one.count) ?? []));
  const toggle = (value: ScalarValue): void => {
    if (!isMultiple) onChange([value]);
    else if (chosen.includes(value)) onChange(chosen.filter((one) => one !== value));
    else onChange([...chosen, value]);
  };

  return (
    <div className="flex flex-col gap-1.5">
      {isMultiple ? (
        <>
          {chosen.length > 0 ? (
            <ul aria-label="Chosen values" className="flex flex-wrap gap-1">
              {chosen.map((value) => (
                <li key={String(value)}>
                  <button
                    type="button"
                    aria-label={`Remove ${textOfScalar(value)}`}
                    onClick={() => toggle(value)}
                    className="flex h-6 max-w-full touch-target items-center gap-1 rounded-full bg-accent-soft px-2 text-sm text-accent-ink"
                  >
                    <bdi className="truncate">{cellText(value, type, format.settings)}</bdi>
                    <X aria-hidden className="size-3.5 shrink-0" />
                  </button>
                </li>
              ))}
            </ul>
          ) : null}
          <Input
            placeholder="Search, or type a value and press Enter"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            onKeyDown={(event) => {
              if (event.key !== 'Enter' || typed.trim() === '') return;
              // Enter takes the value first; with an empty field it applies the form.
              event.preventDefault();
              const value = scalarFromText(typed, type);
              if (!chosen.includes(value)) onChange([...chosen, value]);
              setTyped('');
            }}
          />
        </>
      ) : (
        <ScalarInput
          type={type}
          value={single}
          placeholder={isText ? 'Type a value, or pick one below' : ''}
          onChange={(value) => {
            setSearch(textOfScalar(value));
            onChange(value === '' ? [] : [value]);
          }}
        />
      )}
      {error === undefined ? null : <p className="text-sm text-muted">{describeError(error).message}</p>}
      <ListBox isMultiple={isMultiple ?? false}>
        {data === undefined && error === undefined
          ? [1, 2, 3, 4].map((row) => (
              <div key={row} className="p-1.5">
                <Skeleton className="h-5 w-full" />
              </div>
            ))
          : null}
        {data?.values.map(({ value, count }) => {
          const isEmpty = value === null;
          if (isEmpty && onPickEmpty === undefined) return null;
          const scalar: ScalarValue =
            typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
              ? value
              : null;
          const isChosen = !isEmpty && chosen.some((one) => textOfScalar(one) === textOfScalar(scalar));
          return (
            <div
              key={JSON.stringify(value)}
              role="option"
              aria-selected={isChosen}
              tabIndex={-1}
              onClick={() => (isEmpty ? onPickEmpty?.() : toggle(scalar))}
              onKeyDown={(event) => {
                if (event.key !== 'Enter' && event.key !== ' ') return;
                event.preventDefault();
                if (isEmpty) onPickEmpty?.();
                else toggle(scalar);
              }}
              className={clsx(
                'relative flex min-h-7 touch-target cursor-pointer items-center gap-2 rounded-sm px-2 text-sm hover:bg-hover',
                isChosen && 'bg-accent-soft',
              )}
            >
              <Check
                aria-hidden
                className={clsx('size-4 shrink-0 text-accent-ink', !isChosen && 'invisible')}
              />
              <bdi className={clsx('min-w-0 flex-1 truncate', isEmpty && 'text-muted italic')}>
                {isEmpty ? 'empty' : cellText(value, type, format.settings)}
              </bdi>
              <span aria-hidden className="h-1.5 w-12 shrink-0 overflow-hidden rounded-full bg-hover">
                <span
                  className="block h-full rounded-full bg-line-strong"
                  style={{ width: `${(count / most) * 100}%` }}
                />
              </span>
              <span data-numeric className="w-12 shrink-0 text-end text-xs text-muted">
                <span className="sr-only">, </span>
                {format.number(count)}
                <span className="sr-only"> rows</span>
              </span>
            </div>
          );
        })}
        {data?.values.length === 0 ? (
          <p className="px-2 py-1.5 text-sm text-muted">No value matches</p>
        ) : null}
      </ListBox>
      {data?.truncated ? (
        <p className="text-xs text-muted">The most frequent ones. Type to find others.</p>
      ) : null}
    </div>
  );
}

/** One stop for Tab; arrows go through the options. */
function ListBox({
  isMultiple,
  children,
}: {
  readonly isMultiple: boolean;
  readonly children: React.ReactNode;
}) {
  const { id: _, ...described } = useFieldControl();
  return (
    <div
      {...described}
      role="listbox"
      aria-label="Values in this column"
      aria-multiselectable={isMultiple}
      tabIndex={0}
      onKeyDown={(event) => {
        const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
        if (step === 0) return;
        event.preventDefault();
        const options = [...event.currentTarget.querySelectorAll<HTMLElement>('[role=option]')];
        const at = options.findIndex((option) => option === document.activeElement);
        options[Math.max(0, Math.min(options.length - 1, at + step))]?.focus();
      }}
      className="max-h-56 overflow-y-auto rounded-md border border-line p-1"
    >
      {children}
    </div>
  );
}
