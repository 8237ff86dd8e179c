'use client';

import { clsx } from 'clsx';
import { Bell, CheckCheck, CircleAlert, Info, Settings, TriangleAlert } from 'lucide-react';
import Link from 'next/link';
import { Popover } from 'radix-ui';
import { useState } from 'react';
import { listNotifications, readNotifications, type Notification } from '#contracts/notifications';
import { call, refetch, useApi } from '../../api.ts';
import { useConnection } from '../../events.ts';
import { Button } from '../../ui/button.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { ErrorState, SkeletonRows } from '../../ui/states.tsx';
import { toast } from '../../ui/toast.tsx';

/** What one was told of, with the number of what is new; the list opens below it. */
export function NotificationBell() {
  const isLive = useConnection((state) => state.isLive);
  const [isOpen, setOpen] = useState(false);
  const { data, error, mutate } = useApi(
    listNotifications,
    { query: { limit: 30 } },
    { refreshInterval: isLive ? 0 : 60_000 },
  );
  const unread = data?.unread_count ?? 0;

  async function markRead(ids?: readonly string[]) {
    try {
      await call(readNotifications, { body: ids === undefined ? {} : { ids: [...ids] } });
      await refetch(listNotifications);
    } catch (failure) {
      toast.problem(failure, 'They could not be marked as read');
    }
  }

  return (
    <Popover.Root open={isOpen} onOpenChange={setOpen}>
      <Popover.Trigger asChild>
        <button
          type="button"
          className="relative flex size-8 shrink-0 touch-target items-center justify-center rounded-md text-muted hover:bg-hover"
        >
          <Bell aria-hidden className="size-5" />
          <span className="sr-only">
            {unread === 0 ? 'Notifications' : `Notifications, ${unread} unread`}
          </span>
          {unread === 0 ? null : (
            <span
              aria-hidden
              data-numeric
              className="absolute -end-0.5 -top-0.5 flex h-4 min-w-4 items-center justify-center rounded-full bg-danger px-1 text-xs font-semibold text-on-danger"
            >
              {unread > 99 ? '99+' : unread}
            </span>
          )}
        </button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="end"
          sideOffset={6}
          collisionPadding={8}
          aria-label="Notifications"
          className="z-55 flex max-h-[min(36rem,var(--radix-popover-content-available-height))] w-[min(26rem,calc(100vw-1rem))] animate-pop-in flex-col rounded-md bg-surface shadow-pop"
        >
          <div className="flex items-center gap-1 border-b border-line py-1.5 ps-3 pe-1.5">
            <h2 className="flex-1 font-semibold">Notifications</h2>
            {unread === 0 ? null : (
              <Button
                size="sm"
                variant="ghost"
                icon={<CheckCheck aria-hidden className="size-4" />}
                onClick={() => void markRead()}
              >
                Mark all as read
              </Button>
            )}
            <Link
              href="/settings?tab=notifications"
              aria-label="Notification settings"
              onClick={() => setOpen(false)}
              className="flex size-7 touch-target items-center justify-center rounded-md text-muted hover:bg-hover"
            >
              <Settings aria-hidden className="size-4" />
            </Link>
          </div>
          <div className="min-h-0 flex-1 overflow-y-auto">
            {data ? (
              <List
                items={data.items}
                onFollow={(item) => {
                  setOpen(false);
                  if (item.read_at === null) void markRead([item.id]);
                }}
              />
            ) : error === undefined ? (
              <SkeletonRows rows={3} className="p-3" />
            ) : (
              <ErrorState
                error={error}
                title="The notifications could not be read"
                onRetry={() => void mutate()}
                className="m-3"
              />
            )}
          </div>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

interface ListProps {
  readonly items: readonly Notification[];
  readonly onFollow: (item: Notification) => void;
}

function List({ items, onFollow }: ListProps) {
  if (items.length === 0) {
    return (
      <p className="px-4 py-8 text-center text-muted">
        Nothing yet. When a pipeline fails, is late or works again, you read it here.
      </p>
    );
  }
  return (
    <ul className="divide-y divide-line">
      {items.map((item) => (
        <li key={item.id}>
          <Link
            href={item.path}
            onClick={() => onFollow(item)}
            className={clsx(
              'flex gap-2.5 px-3 py-2.5 hover:bg-hover',
              item.read_at === null && 'bg-accent-soft',
            )}
          >
            <SeverityIcon severity={item.severity} />
            <span className="min-w-0 flex-1">
              <span className={clsx('block wrap-anywhere', item.read_at === null && 'font-medium')}>
                {item.read_at === null ? <span className="sr-only">New: </span> : null}
                <bdi>{item.title}</bdi>
                {item.times > 1 ? <span className="text-muted"> · {item.times} times</span> : null}
              </span>
              <bdi className="line-clamp-3 text-sm wrap-anywhere text-muted">{item.reason}</bdi>
              {item.severity === 'info' ? null : (
                <bdi className="line-clamp-2 text-sm wrap-anywhere">{item.advice}</bdi>
              )}
              <RelativeTime value={item.last_at} className="text-xs text-muted" />
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

function SeverityIcon({ severity }: { readonly severity: Notification['severity'] }) {
  switch (severity) {
    case 'error':
      return <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-danger" />;
    case 'warning':
      return <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-warning" />;
    case 'info':
      return <Info aria-hidden className="mt-0.5 size-4 shrink-0 text-success" />;
    default:
      return severity satisfies never;
  }
}
