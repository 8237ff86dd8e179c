'use client';

import { Plus } from 'lucide-react';
import type { SortColumn } from '#contracts/recipe';
import { Button } from '../../../ui/button.tsx';
import { Select } from '../../../ui/select.tsx';
import type { StepOf } from '../model/editor-step.ts';
import { directionWords } from '../model/step-words.ts';
import { ColumnPicker, StepField, useStepForm, type StepFormProps } from './form-context.tsx';
import { RowTools } from './row-tools.tsx';

function keyOf(sort: SortColumn): { readonly column: string; readonly descending: boolean } {
  return typeof sort === 'string'
    ? { column: sort, descending: false }
    : { column: sort.column, descending: sort.descending ?? false };
}

/** Columns to sort by, the most important first. */
export function SortForm({ step, onChange }: StepFormProps<StepOf<'sort'>>) {
  const { naming } = useStepForm();
  const keys = step.columns.length === 0 ? [{ column: '', descending: false }] : step.columns.map(keyOf);
  const change = (next: readonly { column: string; descending: boolean }[]) =>
    onChange({
      ...step,
      columns: next.map(({ column, descending }) => (descending ? { column, descending } : { column })),
    });
  return (
    <>
      <ol className="flex flex-col gap-3">
        {keys.map((key, index) => (
          // Keys have no identity but their place.
          // oxlint-disable-next-line react/no-array-index-key
          <li key={index} className="flex flex-col gap-1.5">
            <div className="flex items-end gap-1">
              <StepField
                name={step.columns.length === 0 ? 'columns' : `columns.${index}`}
                label={index === 0 ? 'Sort by' : 'Then by'}
                className="min-w-0 flex-1"
              >
                <ColumnPicker
                  value={key.column}
                  onChange={(column) =>
                    change(keys.map((one, at) => (at === index ? { ...one, column } : one)))
                  }
                />
              </StepField>
              <RowTools items={keys} index={index} what="sort column" onChange={change} />
            </div>
            <Select
              aria-label={`Direction ${index + 1}`}
              value={key.descending ? 'descending' : 'ascending'}
              onChange={(direction) =>
                change(
                  keys.map((one, at) =>
                    at === index ? { ...one, descending: direction === 'descending' } : one,
                  ),
                )
              }
              options={(['ascending', 'descending'] as const).map((direction) => ({
                value: direction,
                label: upperFirst(
                  directionWords(naming.columnType(key.column) ?? 'text', direction === 'descending'),
                ),
              }))}
            />
          </li>
        ))}
      </ol>
      <Button
        variant="ghost"
        size="sm"
        className="self-start text-accent-ink"
        icon={<Plus aria-hidden className="size-4" />}
        onClick={() => change([...keys, { column: '', descending: false }])}
      >
        Add another column
      </Button>
      <p className="text-sm text-muted">Empty cells come last either way.</p>
    </>
  );
}

function upperFirst(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
