'use client';

import { useState } from 'react';
import { listMembers } from '#contracts/accounts';
import { listAudit, type AuditEntry } from '#contracts/administration';
import { call, useApi } from '../../api.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { Select } from '../../ui/select.tsx';
import { Card, ErrorState, SkeletonRows } from '../../ui/states.tsx';
import { Cell, Table } from '../../ui/table.tsx';
import { toast } from '../../ui/toast.tsx';

const about = [
  { value: 'all', label: 'Everything' },
  { value: 'pipeline', label: 'Pipelines' },
  { value: 'run', label: 'Runs' },
  { value: 'schedule', label: 'Schedules' },
  { value: 'source', label: 'Sources' },
  { value: 'transformation', label: 'Transformations' },
  { value: 'table', label: 'Exports' },
  { value: 'member', label: 'People' },
  { value: 'log', label: 'Logging in and out' },
] as const;

const everybody = 'all';

/** Who did what in the organization, newest first. */
export function AuditLog() {
  const [action, setAction] = useState<string>('all');
  const [userId, setUserId] = useState(everybody);
  const { data: members } = useApi(listMembers, {});
  const query = {
    limit: 50,
    ...(action === 'all' ? {} : { action }),
    ...(userId === everybody ? {} : { user_id: userId }),
  };
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap gap-3">
        <Field label="About">
          <Select value={action} options={about} onChange={setAction} />
        </Field>
        <Field label="By">
          <Select
            value={userId}
            options={[
              { value: everybody, label: 'Everybody' },
              ...(members?.items ?? []).map(({ user }) => ({ value: user.id, label: user.name })),
            ]}
            onChange={setUserId}
          />
        </Field>
      </div>
      <Entries key={`${action} ${userId}`} query={query} />
    </div>
  );
}

interface EntriesProps {
  readonly query: { readonly limit: number; readonly action?: string; readonly user_id?: string };
}

function Entries({ query }: EntriesProps) {
  const { data, error, mutate } = useApi(listAudit, { query });
  const [more, setMore] = useState<readonly AuditEntry[]>([]);
  const [cursor, setCursor] = useState<string | null>();
  const [isBusy, setBusy] = useState(false);
  if (!data && error !== undefined) {
    return <ErrorState title="The audit could not be read" error={error} onRetry={() => void mutate()} />;
  }
  if (!data) return <SkeletonRows rows={6} />;
  const next = cursor === undefined ? data.next_cursor : cursor;

  async function readMore(from: string) {
    setBusy(true);
    try {
      const answer = await call(listAudit, { query: { ...query, cursor: from } });
      setMore((old) => [...old, ...answer.items]);
      setCursor(answer.next_cursor);
    } catch (failure) {
      toast.problem(failure, 'The older entries could not be read');
    } finally {
      setBusy(false);
    }
  }
  const entries = [...data.items, ...more];
  if (entries.length === 0) return <Card className="p-4 text-muted">Nothing of this kind yet.</Card>;
  return (
    <>
      <Table label="Audit" head={[{ title: 'When' }, { title: 'Who' }, { title: 'What' }]}>
        {entries.map((entry) => (
          <tr key={entry.id}>
            <Cell className="whitespace-nowrap text-muted">
              <RelativeTime value={entry.at} />
            </Cell>
            <Cell className="min-w-36">
              <bdi className="wrap-anywhere">
                {entry.user?.name ?? 'Somebody who has left, or the program'}
              </bdi>
            </Cell>
            <Cell className="min-w-48">
              {actionWords(entry.action)}
              {typeof entry.details['name'] === 'string' ? (
                <>
                  {' '}
                  <bdi className="wrap-anywhere">“{entry.details['name']}”</bdi>
                </>
              ) : null}
            </Cell>
          </tr>
        ))}
      </Table>
      {next === null ? null : (
        <Button className="self-center" isBusy={isBusy} onClick={() => void readMore(next)}>
          Older entries
        </Button>
      )}
    </>
  );
}

/** "pipeline_updated" → "Pipeline updated". */
function actionWords(action: string): string {
  const words = action.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
