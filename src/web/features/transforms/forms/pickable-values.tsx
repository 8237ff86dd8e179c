'use client';

import { useState } from 'react';
import type { ColumnType } from '#contracts/column-types';
import type { ScalarValue } from '#contracts/recipe';
import { Input } from '../../../ui/field.tsx';
import { cellText } from '../../../ui/grid/cell-text.ts';
import { useFormat } from '../../../use-format.ts';
import { useEditor, useEditorState } from '../editor/editor-context.tsx';
import { useStepForm } from './form-context.tsx';
import { useValues } from './use-values.ts';

interface PickableValuesProps {
  readonly column: string;
  readonly type: ColumnType;
  readonly label: string;
  readonly isPicked: (value: ScalarValue) => boolean;
  readonly onPick: (value: ScalarValue) => void;
}

/** The values of a column with how often each occurs; pressing one takes it over. */
export function PickableValues({ column, type, label, isPicked, onPick }: PickableValuesProps) {
  const { dataVersion } = useEditor();
  const { index } = useStepForm();
  const format = useFormat();
  const steps = useEditorState((state) => state.history.present).slice(0, index);
  const [search, setSearch] = useState('');
  const { data } = useValues({ steps, column, limit: 100, dataVersion, search });
  const offered = data?.values.flatMap(({ value, count }) => {
    const isScalar = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
    return isScalar && !isPicked(value) ? [{ value, count }] : [];
  });
  return (
    <div>
      <h3 className="text-sm font-medium">{label}</h3>
      {type === 'text' ? (
        <Input
          type="search"
          aria-label="Search values"
          placeholder="Search values"
          className="mt-1"
          value={search}
          onChange={(event) => setSearch(event.target.value)}
          onKeyDown={(event) => {
            // A search is not an answer yet.
            if (event.key === 'Enter') event.preventDefault();
          }}
        />
      ) : null}
      <ul aria-label={label} className="mt-1 max-h-44 overflow-y-auto rounded-md border border-line p-1">
        {offered?.map(({ value, count }) => (
          <li key={JSON.stringify(value)}>
            <button
              type="button"
              onClick={() => onPick(value)}
              className="flex min-h-7 w-full touch-target items-center gap-2 rounded-sm px-2 text-start text-sm hover:bg-hover"
            >
              <bdi className="min-w-0 flex-1 truncate">{cellText(value, type, format.settings)}</bdi>
              <span data-numeric className="text-xs text-muted">
                {format.number(count)}
                <span className="sr-only"> rows</span>
              </span>
            </button>
          </li>
        ))}
        {offered?.length === 0 ? (
          <li className="px-2 py-1.5 text-sm text-muted">
            {search === '' ? 'No other values' : 'No value matches'}
          </li>
        ) : null}
      </ul>
    </div>
  );
}
