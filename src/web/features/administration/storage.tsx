'use client';

import { getStorage, type StoredThing } from '#contracts/administration';
import { useApi } from '../../api.ts';
import { ErrorState, SkeletonRows } from '../../ui/states.tsx';
import { Cell, Table } from '../../ui/table.tsx';
import { useFormat } from '../../use-format.ts';

const words: Record<StoredThing['kind'], { readonly name: string; readonly help: string }> = {
  tables: { name: 'Tables', help: 'Your data, as it was loaded and made' },
  uploads: { name: 'Uploaded files', help: 'Those that a source uses are kept' },
  rejected_rows: { name: 'Rows that could not be read', help: 'To be looked at and downloaded' },
  run_logs: { name: 'Log lines of runs', help: 'The runs themselves are kept' },
  events: { name: 'Live events', help: 'For pages that were away' },
  notifications: { name: 'Notifications', help: 'Since they last happened' },
};

/** What the organization keeps, how large it is, and when it is deleted by itself. */
export function Storage() {
  const format = useFormat();
  const { data, error, mutate } = useApi(getStorage, {});
  if (!data && error !== undefined) {
    return <ErrorState title="The sizes could not be read" error={error} onRetry={() => void mutate()} />;
  }
  if (!data) return <SkeletonRows rows={5} />;
  const total = data.items.reduce((sum, item) => sum + item.bytes, 0);
  return (
    <div className="flex max-w-3xl flex-col gap-3">
      <p className="text-muted">
        {format.bytes(total)} in all. How long things are kept is set by whoever runs this server.
      </p>
      <Table
        label="Storage"
        head={[
          { title: 'What' },
          { title: 'Number', isNumeric: true },
          { title: 'Size', isNumeric: true },
          { title: 'Deleted after', isNumeric: true },
        ]}
      >
        {data.items.map((item) => (
          <tr key={item.kind}>
            <Cell>
              {words[item.kind].name}
              <p className="text-sm text-muted">{words[item.kind].help}</p>
            </Cell>
            <Cell isNumeric>{format.number(item.count)}</Cell>
            <Cell isNumeric>{format.bytes(item.bytes)}</Cell>
            <Cell isNumeric>
              {item.kept_days === null ? 'never' : format.count(item.kept_days, ['day', 'days'])}
            </Cell>
          </tr>
        ))}
      </Table>
    </div>
  );
}
