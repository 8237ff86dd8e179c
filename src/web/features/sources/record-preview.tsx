'use client';

import { clsx } from 'clsx';
import type { SourceField } from '#contracts/sources';
import type { PreviewResult } from '#contracts/warehouse';
import { useFormat } from '../../use-format.ts';
import { Checkbox } from '../../ui/choice.tsx';
import { columnTypeLabels, ColumnTypeIcon, isNumericType } from '../../ui/column-type.tsx';
import { cellText } from '../../ui/grid/cell-text.ts';
import { Select } from '../../ui/select.tsx';
import { type ColumnChoice, isLoaded, isWithinLeftOut, withLoaded, withType } from './column-choice.ts';

const shownRows = 20;
const typeOptions = Object.entries(columnTypeLabels).map(([value, label]) => ({ value, label }));

interface RecordPreviewProps {
  readonly preview: PreviewResult;
  readonly fields: readonly SourceField[];
  readonly choice: ColumnChoice;
  readonly onChange: (choice: ColumnChoice) => void;
}

/** The first rows of a service as the table that they would become: which columns are loaded, and as what. */
export function RecordPreview({ preview, fields, choice, onChange }: RecordPreviewProps) {
  const format = useFormat();
  const columns = preview.columns.flatMap((column) => {
    const field = fields.find((one) => one.column === column.name);
    return field === undefined ? [] : [{ ...column, field }];
  });
  const lists = fields.filter(({ column }) => column === null);
  const leftOut = fields.filter(({ path }) => !isLoaded(choice, path)).length;
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-3">
      <div
        role="region"
        aria-label="First rows"
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls must be reachable by keyboard
        tabIndex={0}
        className="min-h-40 flex-1 overflow-auto rounded-md border border-line"
      >
        <table className="w-max min-w-full border-separate border-spacing-0 text-sm">
          <thead>
            <tr>
              {columns.map(({ name, type, field }) => (
                <th
                  key={name}
                  scope="col"
                  className="sticky top-0 z-10 min-w-40 border-e border-b border-line bg-sunken p-1.5 text-start align-top font-normal"
                >
                  <Checkbox
                    className="py-0! [&_label]:font-medium"
                    checked={isLoaded(choice, field.path)}
                    disabled={field.is_key}
                    label={<bdi>{field.label}</bdi>}
                    onChange={(isWanted) => onChange(withLoaded(choice, field.path, isWanted))}
                  />
                  <div className="flex items-center gap-1">
                    <ColumnTypeIcon
                      type={choice[field.path]?.type ?? type}
                      className="size-4 shrink-0 text-muted"
                    />
                    <Select
                      size="sm"
                      className="flex-1 [contain:inline-size]"
                      aria-label={`Type of ${field.label}`}
                      value={choice[field.path]?.type ?? type}
                      disabled={!isLoaded(choice, field.path)}
                      options={typeOptions}
                      onChange={(chosen) => {
                        // The keys of the labels are exactly the column types.
                        const next = chosen as typeof type;
                        onChange(withType(choice, field.path, next === type ? undefined : next));
                      }}
                    />
                  </div>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {preview.rows.slice(0, shownRows).map((row, index) => (
              // Rows of a preview have no identity but their place.
              // oxlint-disable-next-line react/no-array-index-key
              <tr key={index}>
                {columns.map(({ name, type, field }) => {
                  const text = cellText(row[name], type, format.settings);
                  return (
                    <td
                      key={name}
                      className={clsx(
                        'h-8 max-w-60 truncate border-e border-b border-line px-2.5 [unicode-bidi:plaintext]',
                        (text === undefined || !isLoaded(choice, field.path)) && 'text-faint',
                        isNumericType(type) && 'text-end tabular-nums',
                      )}
                    >
                      {text ?? '—'}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
        {preview.rows.length === 0 ? <p className="p-3 text-sm text-muted">There are no rows yet.</p> : null}
      </div>
      {lists.length > 0 ? <ListChoice lists={lists} choice={choice} onChange={onChange} /> : null}
      <p className="text-sm text-muted">
        {preview.rows.length === 0
          ? null
          : `The first ${format.count(Math.min(preview.rows.length, shownRows), ['row', 'rows'])} · `}
        {format.count(columns.length, ['column', 'columns'])}
        {leftOut > 0
          ? ` · ${format.number(leftOut)} left out: never loaded, and not kept anywhere here`
          : null}
      </p>
    </div>
  );
}

/** Lists within the rows, which become tables of their own, with their columns. */
function ListChoice({
  lists,
  choice,
  onChange,
}: Pick<RecordPreviewProps, 'choice' | 'onChange'> & { readonly lists: readonly SourceField[] }) {
  return (
    <details className="rounded-md border border-line">
      <summary className="cursor-pointer px-3 py-2 text-sm font-medium">
        Lists in the rows become tables of their own
      </summary>
      <ul className="flex max-h-48 flex-col overflow-y-auto border-t border-line px-3 py-1">
        {lists.map(({ path, label, type }) => {
          const isWithin = isWithinLeftOut(choice, path);
          return (
            <li key={path} className={type === null ? '' : 'ps-6'}>
              <Checkbox
                className="py-1!"
                checked={!isWithin && isLoaded(choice, path)}
                disabled={isWithin}
                label={<bdi className={type === null ? 'font-medium' : ''}>{label}</bdi>}
                onChange={(isWanted) => onChange(withLoaded(choice, path, isWanted))}
              />
            </li>
          );
        })}
      </ul>
    </details>
  );
}
