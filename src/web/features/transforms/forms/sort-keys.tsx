'use client';

import { Plus } from 'lucide-react';
import type { SortColumn } from '#contracts/recipe';
import { Button } from '../../../ui/button.tsx';
import { Select } from '../../../ui/select.tsx';
import { directionWords } from '../model/sort-words.ts';
import { ColumnPicker, StepField, useStepForm } from './form-context.tsx';
import { RowTools } from './row-tools.tsx';

interface SortKeysProps {
  /** Field of the step that holds the keys. */
  readonly name: string;
  readonly keys: readonly SortColumn[];
  readonly onChange: (keys: SortColumn[]) => void;
  /** Label of the first key. */
  readonly label?: string;
}

function keyOf(sort: SortColumn): { readonly column: string; readonly descending: boolean } {
  return typeof sort === 'string'
    ? { column: sort, descending: false }
    : { column: sort.column, descending: sort.descending ?? false };
}

/** Columns that rows are put in order by, the most important first. */
export function SortKeys({ name, keys: given, onChange, label = 'Sort by' }: SortKeysProps) {
  const { naming } = useStepForm();
  const keys = given.length === 0 ? [{ column: '', descending: false }] : given.map(keyOf);
  const change = (next: readonly { column: string; descending: boolean }[]) =>
    onChange(next.map(({ column, descending }) => (descending ? { column, descending } : { column })));
  return (
    <>
      <ol className="flex flex-col gap-3">
        {keys.map((key, index) => (
          // Keys have no identity but their place.
          // oxlint-disable-next-line react/no-array-index-key
          <li key={index} className="flex flex-col gap-1.5">
            <div className="flex items-end gap-1">
              <StepField
                name={given.length === 0 ? name : `${name}.${index}`}
                label={index === 0 ? label : 'Then by'}
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
    </>
  );
}

function upperFirst(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
