'use client';

import { listSchemaChanges } from '#contracts/streams';
import { useApi } from '../../api.ts';
import { columnTypeLabels } from '../../ui/column-type.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { ErrorState, SkeletonRows } from '../../ui/states.tsx';
import { Cell, Table } from '../../ui/table.tsx';
import { changeWords } from './change-words.ts';

/** What the columns of a source went through, newest first. */
export function SchemaChanges({ sourceId }: { readonly sourceId: string }) {
  const { data, error, mutate } = useApi(listSchemaChanges, {
    params: { id: sourceId },
    query: { limit: 100 },
  });
  return (
    <section className="flex flex-col gap-2 pt-4 pb-6">
      <h2 className="font-semibold">Changes over time</h2>
      {error !== undefined && !data ? (
        <ErrorState title="The changes could not be read" error={error} onRetry={() => void mutate()} />
      ) : !data ? (
        <SkeletonRows rows={2} />
      ) : data.items.length === 0 ? (
        <p className="text-muted">The columns are as they were at the first load.</p>
      ) : (
        <Table
          label="Changes over time"
          head={[{ title: 'When' }, { title: 'What changed' }, { title: 'Table' }]}
        >
          {data.items.map((change, index) => (
            <tr key={`${change.at} ${change.table} ${change.column ?? ''} ${index}`}>
              <Cell className="whitespace-nowrap">
                <RelativeTime value={change.at} />
              </Cell>
              <Cell className="min-w-56">
                <bdi>{changeWords(change, columnTypeLabels)}</bdi>
              </Cell>
              <Cell className="max-w-72 truncate text-muted">
                <bdi title={change.table}>{change.table}</bdi>
              </Cell>
            </tr>
          ))}
        </Table>
      )}
    </section>
  );
}
