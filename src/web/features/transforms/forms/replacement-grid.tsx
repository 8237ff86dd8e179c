'use client';

import { clsx } from 'clsx';
import { Eraser, Undo2 } from 'lucide-react';
import { useState, type ClipboardEvent } from 'react';
import type { ColumnType } from '#contracts/column-types';
import type { ScalarValue } from '#contracts/recipe';
import { IconButton } from '../../../ui/button.tsx';
import { Checkbox } from '../../../ui/choice.tsx';
import { Input } from '../../../ui/field.tsx';
import { cellText } from '../../../ui/grid/cell-text.ts';
import { useFormat } from '../../../use-format.ts';
import { scalarFromText, textOfScalar } from '../model/filter-value.ts';
import {
  cellsOfClipboard,
  pairOf,
  pairsOfClipboard,
  withReplacement,
  type ReplacementPair,
} from '../model/replacement-pairs.ts';

interface ReplacementGridProps {
  readonly type: ColumnType;
  /** Values of the column with their counts, most frequent first. */
  readonly values: readonly { readonly value: ScalarValue; readonly count: number }[];
  /** There are more values than these. */
  readonly isTruncated: boolean;
  readonly pairs: readonly ReplacementPair[];
  readonly onChange: (pairs: readonly ReplacementPair[]) => void;
}

const mostRows = 100;

/**
 * Every value of a column with what it becomes beside it, to be filled in like a sheet: Enter and the arrows go down and
 * up, cells copied in a spreadsheet are pasted over several rows.
 */
export function ReplacementGrid({ type, values, isTruncated, pairs, onChange }: ReplacementGridProps) {
  const format = useFormat();
  const [search, setSearch] = useState('');
  const [isOnlyChanged, setOnlyChanged] = useState(false);
  const changed = values.filter(({ value }) => pairOf(pairs, value) !== undefined);
  const wanted = search.trim().toLocaleLowerCase();
  const found = (isOnlyChanged ? changed : values).filter(({ value }) =>
    textOfScalar(value).toLocaleLowerCase().includes(wanted),
  );
  const rows = found.slice(0, mostRows);

  function paste(event: ClipboardEvent, at: number): void {
    const text = event.clipboardData.getData('text/plain');
    const cells = cellsOfClipboard(text);
    const isTable = cells.some((row) => row.length > 1);
    if (!isTable && cells.length < 2) return; // a single value goes into the field as usual
    event.preventDefault();
    const added = isTable
      ? pairsOfClipboard(text, type)
      : cells.flatMap(([to = ''], offset) => {
          const from = rows[at + offset]?.value;
          return from === undefined ? [] : [{ from, to: scalarFromText(to, type) }];
        });
    onChange(added.reduce((all, pair) => withReplacement(all, pair.from, pair.to), pairs));
  }

  return (
    <div className="flex flex-col gap-1.5">
      <div className="flex items-center gap-2">
        <Input
          type="search"
          id={undefined}
          aria-label="Search values"
          placeholder="Search values"
          className="h-8!"
          value={search}
          onChange={(event) => setSearch(event.target.value)}
          onKeyDown={(event) => {
            // A search is not an answer yet.
            if (event.key === 'Enter') event.preventDefault();
          }}
        />
        <Checkbox
          className="shrink-0 py-0!"
          label="Only changed"
          checked={isOnlyChanged}
          onChange={setOnlyChanged}
        />
      </div>
      <div className="max-h-72 overflow-y-auto rounded-md border border-line">
        <table aria-label="What becomes what" className="w-full table-fixed text-sm">
          <thead className="sticky top-0 z-10 bg-sunken text-muted">
            <tr>
              <th scope="col" className="px-2 py-1 text-start font-medium">
                Value
              </th>
              <th scope="col" className="w-14 px-1 py-1 text-end font-medium">
                Rows
              </th>
              <th scope="col" className="w-[46%] px-2 py-1 text-start font-medium">
                Becomes
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ value, count }, index) => {
              const pair = pairOf(pairs, value);
              const shown = cellText(value, type, format.settings) ?? '';
              return (
                <tr
                  key={textOfScalar(value)}
                  className={clsx('border-t border-line', pair && 'bg-accent-soft')}
                >
                  <th scope="row" className="truncate px-2 py-1 text-start font-normal" title={shown}>
                    <bdi className="whitespace-pre">{shown}</bdi>
                  </th>
                  <td data-numeric className="px-1 py-1 text-end text-muted">
                    {format.number(count)}
                  </td>
                  <td className="py-0.5 ps-1 pe-0.5">
                    <span className="flex items-center">
                      <BecomesInput
                        label={`${shown} becomes`}
                        type={type}
                        pair={pair}
                        onPaste={(event) => paste(event, index)}
                        onChange={(to) => onChange(withReplacement(pairs, value, to))}
                      />
                      {pair === undefined ? (
                        <IconButton
                          size="sm"
                          className="text-muted"
                          label={`Empty the cells with ${shown}`}
                          icon={<Eraser aria-hidden className="size-3.5" />}
                          onClick={() => onChange(withReplacement(pairs, value, null))}
                        />
                      ) : (
                        <IconButton
                          size="sm"
                          className="text-muted"
                          label={`Leave ${shown} as it is`}
                          icon={<Undo2 aria-hidden className="size-3.5" />}
                          onClick={() => onChange(withReplacement(pairs, value, undefined))}
                        />
                      )}
                    </span>
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
        {rows.length === 0 ? (
          <p className="px-2 py-2 text-sm text-muted">
            {values.length === 0 ? 'This column has no values' : 'No value matches'}
          </p>
        ) : null}
      </div>
      <p role="status" className="text-sm text-muted">
        {changed.length === 1 ? '1 value changes' : `${format.number(changed.length)} values change`},{' '}
        {format.count(
          changed.reduce((sum, { count }) => sum + count, 0),
          ['row', 'rows'],
        )}
        {found.length > mostRows || isTruncated
          ? ` · the ${format.number(rows.length)} most frequent are shown, search for the others`
          : ''}
      </p>
    </div>
  );
}

interface BecomesInputProps {
  readonly label: string;
  readonly type: ColumnType;
  readonly pair: ReplacementPair | undefined;
  readonly onPaste: (event: ClipboardEvent) => void;
  /** undefined: the value stays. */
  readonly onChange: (to: ScalarValue | undefined) => void;
}

function BecomesInput({ label, type, pair, onPaste, onChange }: BecomesInputProps) {
  // "1." is 1 already, and has to stay on the screen until "1.5" is typed.
  const [typed, setTyped] = useState<{ readonly text: string; readonly to: ScalarValue }>();
  const to = pair?.to ?? null;
  return (
    <Input
      id={undefined}
      aria-label={label}
      aria-describedby={undefined}
      aria-invalid={undefined}
      data-becomes
      className="h-7! px-1.5! text-sm!"
      placeholder={pair === undefined ? 'stays' : 'empty cell'}
      value={typed !== undefined && typed.to === to ? typed.text : textOfScalar(to)}
      onPaste={onPaste}
      onKeyDown={goBetweenRows}
      onChange={(event) => {
        const text = event.target.value;
        const next = text === '' ? null : scalarFromText(text, type);
        setTyped({ text, to: next });
        onChange(text === '' ? undefined : next);
      }}
    />
  );
}

/** As in a sheet: Enter and the arrows go to the row above or below; Ctrl+Enter applies the form. */
function goBetweenRows(event: React.KeyboardEvent<HTMLInputElement>): void {
  if (event.ctrlKey || event.metaKey) return;
  const step = event.key === 'Enter' || event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  if (step === 0) return;
  event.preventDefault();
  const row = event.currentTarget.closest('tr');
  const next = step === 1 ? row?.nextElementSibling : row?.previousElementSibling;
  next?.querySelector<HTMLInputElement>('[data-becomes]')?.focus();
}
