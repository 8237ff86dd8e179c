'use client';

import { clsx } from 'clsx';
import { ChevronLeft, ChevronRight, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import type { ColumnType } from '#contracts/column-types';
import { useFormat } from '../../use-format.ts';
import { IconButton } from '../../ui/button.tsx';
import { columnTypeLabels, ColumnTypeIcon, isNumericType } from '../../ui/column-type.tsx';
import { cellText } from '../../ui/grid/cell-text.ts';
import { Select } from '../../ui/select.tsx';
import { Tooltip } from '../../ui/tooltip.tsx';
import { draftColumns, type DraftColumn, type FileDraft } from './file-draft.ts';

/** Enough to see what a column holds; all rows are checked when the file is loaded. */
const shownRows = 50;
/** Columns that are drawn at once; of a wider file the others are a click away. */
const shownColumns = 200;

const typeOptions = Object.entries(columnTypeLabels).map(([value, label]) => ({
  // The keys of this record are exactly the column types.
  value: value as ColumnType,
  label,
}));

interface CheckTableProps {
  readonly draft: FileDraft;
  readonly isReading: boolean;
  readonly onType: (key: string, type: ColumnType) => void;
  readonly onName: (key: string, name: string) => void;
}

/** First rows of the file with a menu for the type and a field for the name over each column. */
export function CheckTable({ draft, isReading, onType, onName }: CheckTableProps) {
  const format = useFormat();
  const [first, setFirst] = useState(0);
  const all = draftColumns(draft);
  // Another sheet may have fewer.
  const from = first < all.length ? first : 0;
  const columns = all.slice(from, from + shownColumns);
  const { rows, columns: readColumns } = draft.upload.preview;
  return (
    <>
      {all.length > shownColumns ? (
        <div className="flex items-center gap-2 text-sm text-muted">
          <IconButton
            size="sm"
            label="Columns before"
            disabled={from === 0}
            onClick={() => setFirst(Math.max(0, from - shownColumns))}
            icon={<ChevronLeft aria-hidden className="size-4 rtl:-scale-x-100" />}
          />
          <span aria-live="polite" data-numeric>
            Columns {format.number(from + 1)} to {format.number(from + columns.length)} of{' '}
            {format.number(all.length)}
          </span>
          <IconButton
            size="sm"
            label="Columns after"
            disabled={from + shownColumns >= all.length}
            onClick={() => setFirst(from + shownColumns)}
            icon={<ChevronRight aria-hidden className="size-4 rtl:-scale-x-100" />}
          />
        </div>
      ) : null}
      {/* A region that scrolls must be reachable by keyboard. */}
      <div
        role="region"
        aria-label="First rows of the file"
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        aria-busy={isReading}
        className={clsx(
          'min-h-0 flex-1 overflow-auto rounded-md border border-line transition-opacity duration-150',
          isReading && 'opacity-60',
        )}
      >
        <table className="w-max min-w-full border-separate border-spacing-0 text-sm">
          <thead>
            <tr>
              <th
                scope="col"
                className="sticky start-0 top-0 z-20 w-12 border-e border-b border-line bg-sunken"
              >
                <span className="sr-only">Row</span>
              </th>
              {columns.map((column) => (
                <ColumnHead key={column.key} column={column} onType={onType} onName={onName} />
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, shownRows).map((row, index) => (
              // Rows of a reading have no identity but their place.
              // oxlint-disable-next-line react/no-array-index-key
              <tr key={index}>
                <th
                  scope="row"
                  data-numeric
                  className="sticky start-0 z-10 h-8 border-e border-b border-line bg-sunken px-2 text-end text-xs font-normal text-muted"
                >
                  {index + 1}
                </th>
                {columns.map((column, at) => {
                  const read = readColumns[from + at];
                  const text = read ? cellText(row[read.name], read.type, format.settings) : undefined;
                  return (
                    <td
                      key={column.key}
                      className={clsx(
                        'h-8 max-w-72 truncate border-e border-b border-line px-2.5 text-left [unicode-bidi:plaintext] rtl:text-right',
                        text === undefined && 'text-faint',
                        read && isNumericType(read.type) && 'text-right! tabular-nums',
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
      </div>
      <p className="text-sm text-muted">
        The first {format.count(Math.min(rows.length, shownRows), ['row', 'rows'])} ·{' '}
        {format.count(all.length, ['column', 'columns'])} · {format.bytes(draft.upload.size_bytes)}. Every row
        is checked while loading; those that cannot be read are listed for you and the rest is loaded.
      </p>
    </>
  );
}

interface ColumnHeadProps {
  readonly column: DraftColumn;
  readonly onType: (key: string, type: ColumnType) => void;
  readonly onName: (key: string, name: string) => void;
}

function ColumnHead({ column, onType, onName }: ColumnHeadProps) {
  const isRenamed = column.name !== column.original;
  return (
    <th
      scope="col"
      className="sticky top-0 z-10 min-w-44 border-e border-b border-line bg-sunken p-1.5 text-start align-top font-normal"
    >
      <div className="flex items-center gap-1">
        <ColumnTypeIcon type={column.type} className="ms-1 size-4 shrink-0 text-muted" />
        <Select
          size="sm"
          className="flex-1 [contain:inline-size]"
          aria-label={`Type of ${column.original}`}
          value={column.type}
          options={typeOptions}
          onChange={(type) => onType(column.key, type)}
        />
      </div>
      <input
        aria-label={`Name of ${column.original}`}
        aria-invalid={column.problem === undefined ? undefined : true}
        dir="auto"
        value={column.name}
        maxLength={200}
        onChange={(event) => onName(column.key, event.target.value)}
        className="mt-1 h-7 w-full touch-target rounded-sm border border-transparent bg-transparent px-1.5 font-medium hover:border-line-strong focus:border-line-strong focus:bg-surface aria-invalid:border-danger"
      />
      {isRenamed ? (
        <p className="truncate px-1.5 text-xs text-muted">
          was <bdi>{column.original}</bdi>
        </p>
      ) : null}
      {column.problem ? (
        <p role="alert" className="px-1.5 text-xs text-danger">
          {column.problem}
        </p>
      ) : null}
      {column.warnings.length > 0 ? (
        <Tooltip content={column.warnings.join(' · ')} side="bottom">
          <button
            type="button"
            className="mt-0.5 flex max-w-56 items-center gap-1 rounded-sm px-1.5 text-start text-xs text-warning"
          >
            <TriangleAlert aria-hidden className="size-3.5 shrink-0" />
            <span className="truncate">{column.warnings[0]}</span>
          </button>
        </Tooltip>
      ) : null}
    </th>
  );
}
