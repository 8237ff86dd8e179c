'use client';

import { CircleCheck, Download } from 'lucide-react';
import { useState } from 'react';
import { downloadRejectedRows, listRejectedRows, type Source } from '#contracts/sources';
import { urlOf, useApi } from '../../api.ts';
import { useFormat } from '../../use-format.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState, ErrorState, SkeletonRows } from '../../ui/states.tsx';
import { Cell, Table } from '../../ui/table.tsx';
import { toast } from '../../ui/toast.tsx';
import { download, safeFilename } from '../data/download.ts';

/** Rows of the last load that could not be read: where, what stands there, and why it does not fit. */
export function RejectedRows({ source }: { readonly source: Source }) {
  const format = useFormat();
  const [isBusy, setBusy] = useState(false);
  const isFile = typeof source.config['upload_id'] === 'string';
  const { data, error, mutate } = useApi(listRejectedRows, {
    params: { id: source.id },
    query: { limit: 200 },
  });
  if (error !== undefined && !data) {
    return <ErrorState title="The rows could not be read" error={error} onRetry={() => void mutate()} />;
  }
  if (!data) return <SkeletonRows />;
  if (data.items.length === 0) {
    return (
      <EmptyState icon={<CircleCheck aria-hidden />} title="Every row could be read">
        If a row does not fit, for instance “abc” in a column of numbers, it is kept here with the reason and
        the rest is loaded.
      </EmptyState>
    );
  }
  async function save() {
    setBusy(true);
    try {
      await download(
        urlOf(downloadRejectedRows.path, { id: source.id }),
        safeFilename(`${source.name} rejected rows`, 'csv'),
      );
    } catch (failure) {
      toast.problem(failure, 'The rows could not be downloaded');
    } finally {
      setBusy(false);
    }
  }
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-3">
        <p className="min-w-0 flex-1 text-muted">
          {format.count(source.rows_rejected, ['row', 'rows'])} could not be read
          {data.items.length < source.rows_rejected
            ? `; the first ${format.number(data.items.length)} are shown, the download has all`
            : ''}
          .{' '}
          {isFile
            ? 'Correct them in the file and replace it, or give the column the type Text.'
            : 'Correct them where they come from and sync again, or let the column take them: Streams, How it is loaded.'}
        </p>
        <Button
          isBusy={isBusy}
          icon={<Download aria-hidden className="size-4" />}
          onClick={() => void save()}
        >
          Download
        </Button>
      </div>
      <Table
        label="Rejected rows"
        head={[
          { title: isFile ? 'Line' : 'Record', isNumeric: true },
          { title: 'Column' },
          { title: 'Value' },
          { title: 'Why' },
          { title: isFile ? 'The row in the file' : 'The record' },
        ]}
      >
        {data.items.map((row) => (
          <tr key={`${row.line} ${row.column ?? ''} ${row.reason}`}>
            <Cell isNumeric>{format.number(row.line)}</Cell>
            <Cell>
              <bdi>{row.column ?? '—'}</bdi>
            </Cell>
            <Cell className="max-w-52 truncate font-medium">
              <bdi title={row.value ?? ''}>{row.value ?? '—'}</bdi>
            </Cell>
            <Cell className="min-w-56">{row.reason}</Cell>
            <Cell className="max-w-80 truncate font-mono text-xs text-muted">
              <bdi title={row.raw}>{row.raw}</bdi>
            </Cell>
          </tr>
        ))}
      </Table>
    </div>
  );
}
