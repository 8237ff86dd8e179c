'use client';

import { useState } from 'react';
import { profileTable, type ColumnProfile, type TableColumn } from '#contracts/warehouse';
import { useApi } from '../../api.ts';
import { useFormat } from '../../use-format.ts';
import { Button } from '../../ui/button.tsx';
import { Histogram } from '../../ui/histogram.tsx';
import { columnTypeLabels, ColumnTypeIcon } from '../../ui/column-type.tsx';
import { cellText } from '../../ui/grid/cell-text.ts';
import { ErrorState, Skeleton } from '../../ui/states.tsx';
import { Cell, Table } from '../../ui/table.tsx';
import { NoteEditor } from './note-editor.tsx';
import { QualityBar } from './quality-bar.tsx';

interface ColumnListProps {
  readonly name: string;
  readonly columns: readonly TableColumn[];
}

/** Columns of a table with what is in them: how much is empty, how many different values, the range, the most frequent. */
export function ColumnList({ name, columns }: ColumnListProps) {
  const format = useFormat();
  const [isFull, setFull] = useState(false);
  const { data, error, mutate, isLoading } = useApi(
    profileTable,
    { params: { name }, query: isFull ? { full: 'true' } : {} },
    { keepPreviousData: true },
  );
  const byName = new Map(data?.columns.map((profile) => [profile.name, profile]));
  return (
    <div className="flex flex-col gap-2">
      {error === undefined ? null : (
        <ErrorState title="The columns could not be examined" error={error} onRetry={() => void mutate()} />
      )}
      <div className="flex min-h-8 flex-wrap items-center gap-x-3 gap-y-1 text-sm text-muted">
        <p role="status">
          {isLoading
            ? isFull
              ? 'Counting all rows…'
              : 'Counting…'
            : data?.sampled
              ? `Counted on a sample of ${format.count(data.sample_rows, ['row', 'rows'])}.`
              : 'Counted on all rows.'}
        </p>
        {data?.sampled && !isFull ? (
          <Button size="sm" onClick={() => setFull(true)}>
            Count all rows
          </Button>
        ) : null}
      </div>
      <Table
        label="Columns"
        head={[
          { title: 'Column' },
          { title: 'Type' },
          { title: 'Filled' },
          { title: 'Different', isNumeric: true },
          { title: 'From – to' },
          { title: 'Most frequent' },
        ]}
      >
        {columns.map((column) => (
          <ColumnRow
            key={column.name}
            table={name}
            column={column}
            profile={byName.get(column.name)}
            isLoading={data === undefined && error === undefined}
          />
        ))}
      </Table>
    </div>
  );
}

interface ColumnRowProps {
  /** Physical name of the table. */
  readonly table: string;
  readonly column: TableColumn;
  readonly profile: ColumnProfile | undefined;
  readonly isLoading: boolean;
}

function ColumnRow({ table, column, profile, isLoading }: ColumnRowProps) {
  const format = useFormat();
  const show = (value: unknown) => cellText(value, column.type, format.settings) ?? '—';
  return (
    <tr>
      <Cell className="max-w-72 min-w-40">
        <bdi className="font-medium wrap-anywhere">{column.display_name}</bdi>
        {column.name === column.display_name ? null : (
          <p className="truncate font-mono text-xs text-faint">{column.name}</p>
        )}
        <NoteEditor
          table={table}
          column={column.name}
          subject={column.display_name}
          note={column.description}
        />
      </Cell>
      <Cell className="whitespace-nowrap">
        <span className="flex items-center gap-1.5">
          <ColumnTypeIcon type={column.type} /> {columnTypeLabels[column.type]}
        </span>
      </Cell>
      {profile ? (
        <>
          <Cell className="min-w-32">
            <QualityBar profile={profile} />
          </Cell>
          <Cell isNumeric>
            {profile.distinct_count === null ? '—' : format.number(profile.distinct_count)}
          </Cell>
          <Cell className="max-w-48 truncate">
            {profile.min === null ? (
              '—'
            ) : (
              <>
                <Histogram bins={profile.histogram} className="mb-1 h-5 w-28" />
                <bdi>
                  {show(profile.min)} – {show(profile.max)}
                </bdi>
              </>
            )}
          </Cell>
          <Cell className="max-w-60 truncate text-muted">
            {profile.top.slice(0, 3).map(({ value, count }, index) => (
              <span key={show(value)}>
                {index > 0 ? ', ' : ''}
                <bdi>{show(value)}</bdi> ({format.number(count)})
              </span>
            ))}
          </Cell>
        </>
      ) : (
        <Cell colSpan={4}>{isLoading ? <Skeleton className="h-4 w-full" /> : '—'}</Cell>
      )}
    </tr>
  );
}
