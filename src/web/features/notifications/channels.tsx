'use client';

import { Pencil, Plus, Send, Trash2 } from 'lucide-react';
import { useState } from 'react';
import {
  deleteNotificationChannel,
  listNotificationChannels,
  testNotificationChannel,
  updateNotificationChannel,
  type NotificationChannel,
} from '#contracts/notifications';
import { call, useApi } from '../../api.ts';
import { usePermission } from '../../session.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button, IconButton } from '../../ui/button.tsx';
import { Switch } from '../../ui/choice.tsx';
import { ConfirmDialog } from '../../ui/dialog.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { Card, ErrorState, SkeletonRows } from '../../ui/states.tsx';
import { toast } from '../../ui/toast.tsx';
import { ChannelDialog, channelNames } from './channel-dialog.tsx';

/** Slack, Discord and webhooks of the organization. */
export function Channels() {
  const mayManage = usePermission('organization:manage');
  const { data, error, mutate } = useApi(listNotificationChannels, {});
  const [editing, setEditing] = useState<NotificationChannel | 'new'>();
  const [leaving, setLeaving] = useState<NotificationChannel>();
  const [isBusy, setBusy] = useState(false);
  if (!data && error !== undefined) {
    return <ErrorState title="The channels could not be read" error={error} onRetry={() => void mutate()} />;
  }

  async function remove(channel: NotificationChannel) {
    setBusy(true);
    try {
      await call(deleteNotificationChannel, { params: { id: channel.id } });
    } catch (failure) {
      toast.problem(failure, 'The channel could not be removed');
    }
    setBusy(false);
    setLeaving(undefined);
    await mutate();
  }

  return (
    <section aria-labelledby="channels" className="flex flex-col gap-3">
      <div className="flex flex-wrap items-end gap-2">
        <div className="min-w-0 flex-1">
          <h2 id="channels" className="text-lg font-semibold">
            Slack, Discord and webhooks
          </h2>
          <p className="text-muted">For everybody: a channel hears of what you choose for it.</p>
        </div>
        {mayManage ? (
          <Button size="sm" icon={<Plus aria-hidden className="size-4" />} onClick={() => setEditing('new')}>
            Add channel
          </Button>
        ) : null}
      </div>
      {data ? null : <SkeletonRows rows={2} />}
      {data?.items.length === 0 ? (
        <Card className="p-4 text-muted">
          {mayManage ? 'None yet.' : 'None yet. An owner or admin can add one.'}
        </Card>
      ) : null}
      {data?.items.map((channel) => (
        <ChannelCard
          key={channel.id}
          channel={channel}
          mayManage={mayManage}
          onChanged={() => void mutate()}
          onEdit={() => setEditing(channel)}
          onRemove={() => setLeaving(channel)}
        />
      ))}
      {editing === undefined ? null : (
        <ChannelDialog
          channel={editing === 'new' ? undefined : editing}
          onClose={() => setEditing(undefined)}
          onSaved={() => void mutate()}
        />
      )}
      <ConfirmDialog
        isOpen={leaving !== undefined}
        onClose={() => setLeaving(undefined)}
        onConfirm={() => (leaving ? void remove(leaving) : undefined)}
        title={`Remove ${leaving?.name ?? ''}?`}
        confirmLabel="Remove channel"
        isDangerous
        isBusy={isBusy}
      >
        Nothing is sent there any more.
      </ConfirmDialog>
    </section>
  );
}

interface ChannelCardProps {
  readonly channel: NotificationChannel;
  readonly mayManage: boolean;
  readonly onChanged: () => void;
  readonly onEdit: () => void;
  readonly onRemove: () => void;
}

function ChannelCard({ channel, mayManage, onChanged, onEdit, onRemove }: ChannelCardProps) {
  const [isTesting, setTesting] = useState(false);

  async function test() {
    setTesting(true);
    try {
      const result = await call(testNotificationChannel, { params: { id: channel.id } });
      if (result.ok) toast.success(`${channel.name} got the test message`);
      else toast.error(`${channel.name} did not get it`, { description: result.message });
    } catch (failure) {
      toast.problem(failure, 'The test could not be sent');
    }
    setTesting(false);
    onChanged();
  }
  async function pause(is_active: boolean) {
    try {
      await call(updateNotificationChannel, { params: { id: channel.id }, body: { is_active } });
    } catch (failure) {
      toast.problem(failure, 'This could not be saved');
    }
    onChanged();
  }

  return (
    <Card className="flex flex-wrap items-center gap-x-3 gap-y-2 p-3">
      <div className="min-w-0 flex-1 basis-52">
        <p className="flex flex-wrap items-center gap-2">
          <bdi className="font-medium wrap-anywhere">{channel.name}</bdi>
          <Badge>{channelNames[channel.kind]}</Badge>
          {channel.is_active ? null : <Badge>Paused</Badge>}
        </p>
        <p className="text-sm wrap-anywhere text-muted">
          {channel.url_host}
          {channel.last_sent_at === null ? null : (
            <>
              {' · last message '}
              <RelativeTime value={channel.last_sent_at} />
            </>
          )}
        </p>
        {channel.last_error === null ? null : (
          <p className="text-sm wrap-anywhere text-danger">{channel.last_error.message}</p>
        )}
      </div>
      {mayManage ? (
        <div className="flex items-center gap-1">
          <Switch
            checked={channel.is_active}
            label={`Send to ${channel.name}`}
            isLabelHidden
            onChange={(isOn) => void pause(isOn)}
          />
          <Button
            size="sm"
            isBusy={isTesting}
            icon={<Send aria-hidden className="size-3.5" />}
            onClick={() => void test()}
          >
            Test
          </Button>
          <IconButton
            size="sm"
            label={`Change ${channel.name}`}
            icon={<Pencil aria-hidden className="size-4" />}
            onClick={onEdit}
          />
          <IconButton
            size="sm"
            label={`Remove ${channel.name}`}
            icon={<Trash2 aria-hidden className="size-4" />}
            onClick={onRemove}
          />
        </div>
      ) : null}
    </Card>
  );
}
