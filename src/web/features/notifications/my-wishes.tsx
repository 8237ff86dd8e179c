'use client';

import { Mail, Plus, X } from 'lucide-react';
import { useState } from 'react';
import {
  getNotificationPreferences,
  setNotificationPreferences,
  testNotificationEmail,
  type NotificationKind,
  type NotificationPreferences,
} from '#contracts/notifications';
import { listPipelines } from '#contracts/pipelines';
import { call, useApi } from '../../api.ts';
import { useSession } from '../../session.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Checkbox } from '../../ui/choice.tsx';
import { Select } from '../../ui/select.tsx';
import { Card, ErrorState, SkeletonRows } from '../../ui/states.tsx';
import { Cell, Table } from '../../ui/table.tsx';
import { toast } from '../../ui/toast.tsx';
import { kindWords } from './kind-words.ts';

/** What I hear of, in the program and by e-mail; each change counts at once. */
export function MyWishes() {
  const { data, error, mutate } = useApi(getNotificationPreferences, {});
  const { data: pipelines } = useApi(listPipelines, { query: { limit: 500 } });
  const email = useSession((state) => state.user?.email);
  if (!data && error !== undefined) {
    return <ErrorState title="Your settings could not be read" error={error} onRetry={() => void mutate()} />;
  }
  if (!data) return <SkeletonRows rows={4} />;
  const preferences = data;

  async function save(next: NotificationPreferences) {
    const { in_app, email: by_email, pipelines: own } = next;
    try {
      await mutate(call(setNotificationPreferences, { body: { in_app, email: by_email, pipelines: own } }), {
        optimisticData: next,
        revalidate: false,
      });
    } catch (failure) {
      toast.problem(failure, 'This could not be saved');
    }
  }
  const nameOf = (id: string) => pipelines?.items.find((each) => each.id === id)?.name ?? 'A pipeline';
  const others = (pipelines?.items ?? []).filter(
    (each) => !preferences.pipelines.some((own) => own.pipeline_id === each.id),
  );

  return (
    <section aria-labelledby="my-notifications" className="flex flex-col gap-3">
      <div className="flex flex-wrap items-end gap-2">
        <div className="min-w-0 flex-1">
          <h2 id="my-notifications" className="text-lg font-semibold">
            What I hear of
          </h2>
          <p className="text-muted">
            {data.email_available
              ? `E-mail goes to ${email ?? 'your address'}. What happens together comes in one message.`
              : 'This installation has no mail server yet (SMTP_URL), so nothing is sent by e-mail.'}
          </p>
        </div>
        {data.email_available ? <TestEmailButton /> : null}
      </div>
      <Grid
        label="All pipelines"
        wishes={data}
        canEmail={data.email_available}
        onChange={(wishes) => void save({ ...data, ...wishes })}
      />
      {data.pipelines.map((own) => (
        <Card key={own.pipeline_id} className="p-3">
          <div className="mb-2 flex items-center gap-2">
            <h3 className="min-w-0 flex-1 truncate font-medium">
              Only for <bdi>“{nameOf(own.pipeline_id)}”</bdi>
            </h3>
            <IconButton
              size="sm"
              label="As for all pipelines again"
              icon={<X aria-hidden className="size-4" />}
              onClick={() =>
                void save({
                  ...data,
                  pipelines: data.pipelines.filter((each) => each.pipeline_id !== own.pipeline_id),
                })
              }
            />
          </div>
          <Grid
            label={nameOf(own.pipeline_id)}
            wishes={own}
            canEmail={data.email_available}
            onChange={(wishes) =>
              void save({
                ...data,
                pipelines: data.pipelines.map((each) =>
                  each.pipeline_id === own.pipeline_id ? { ...each, ...wishes } : each,
                ),
              })
            }
          />
        </Card>
      ))}
      {others.length === 0 ? null : (
        <div className="flex items-center gap-2 text-muted">
          <Plus aria-hidden className="size-4" />
          <Select
            size="sm"
            aria-label="Something else for one pipeline"
            className="max-w-80"
            value=""
            placeholder="Something else for one pipeline…"
            options={others.map(({ id, name }) => ({ value: id, label: name }))}
            onChange={(id) =>
              void save({
                ...data,
                pipelines: [
                  ...data.pipelines,
                  { pipeline_id: id, in_app: [...data.in_app], email: [...data.email] },
                ],
              })
            }
          />
        </div>
      )}
    </section>
  );
}

interface Wishes {
  readonly in_app: readonly NotificationKind[];
  readonly email: readonly NotificationKind[];
}

interface GridProps {
  readonly label: string;
  readonly wishes: Wishes;
  readonly canEmail: boolean;
  readonly onChange: (wishes: { in_app: NotificationKind[]; email: NotificationKind[] }) => void;
}

function Grid({ label, wishes, canEmail, onChange }: GridProps) {
  const set = (way: keyof Wishes, kind: NotificationKind, isOn: boolean) =>
    onChange({
      in_app: [...wishes.in_app],
      email: [...wishes.email],
      [way]: isOn ? [...wishes[way], kind] : wishes[way].filter((each) => each !== kind),
    });
  return (
    <Table
      label={`Notifications: ${label}`}
      head={[{ title: 'When' }, { title: 'In the program' }, { title: 'E-mail' }]}
    >
      {kindWords.map(({ kind, label: words, help }) => (
        <tr key={kind}>
          <Cell className="min-w-44">
            {words}
            <p className="text-sm text-muted">{help}</p>
          </Cell>
          <Cell>
            <Checkbox
              checked={wishes.in_app.includes(kind)}
              label={`${words}: in the program`}
              isLabelHidden
              onChange={(isOn) => set('in_app', kind, isOn)}
            />
          </Cell>
          <Cell>
            <Checkbox
              checked={wishes.email.includes(kind)}
              label={`${words}: by e-mail`}
              isLabelHidden
              disabled={!canEmail}
              onChange={(isOn) => set('email', kind, isOn)}
            />
          </Cell>
        </tr>
      ))}
    </Table>
  );
}

function TestEmailButton() {
  const [isBusy, setBusy] = useState(false);
  async function test() {
    setBusy(true);
    try {
      const result = await call(testNotificationEmail, {});
      if (result.ok) toast.success('Sent', { description: 'It should arrive within a minute.' });
      else toast.error('The e-mail could not be sent', { description: result.message });
    } catch (failure) {
      toast.problem(failure, 'The e-mail could not be sent');
    } finally {
      setBusy(false);
    }
  }
  return (
    <Button
      size="sm"
      isBusy={isBusy}
      icon={<Mail aria-hidden className="size-4" />}
      onClick={() => void test()}
    >
      Send me a test
    </Button>
  );
}
