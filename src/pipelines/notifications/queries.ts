import type { EndpointResponse } from '#contracts/endpoint';
import type { listNotifications } from '#contracts/notifications';
import type { Actor } from '#platform/actor';
import type { MetadataTransaction } from '#platform/database/database';
import type { NotificationId, OrganizationId, UserId } from '#platform/ids';
import type { Services } from '#platform/services';
import { readCursor, writeCursor } from '../page-cursor.ts';
import { presentNotification } from './present-notification.ts';

const columns = [
  'notification.id',
  'notification.kind',
  'notification.severity',
  'notification.title',
  'notification.content',
  'notification.path',
  'notification.pipeline_id',
  'notification.run_id',
  'notification.times',
  'notification.created_at',
  'notification.last_at',
  'receipt.read_at',
] as const;

async function countUnread(
  trx: MetadataTransaction,
  organizationId: OrganizationId,
  userId: UserId,
): Promise<number> {
  const { unread } = await trx
    .selectFrom('notification_receipts')
    .select((select) => select.fn.countAll<number>().as('unread'))
    .where('organization_id', '=', organizationId)
    .where('user_id', '=', userId)
    .where('read_at', 'is', null)
    .executeTakeFirstOrThrow();
  return unread;
}

/** What a person was told of in the program, newest first. The program itself (no person) was told of nothing. */
export function listMyNotifications(
  services: Pick<Services, 'database'>,
  actor: Actor,
  page: { readonly limit: number; readonly cursor?: string | undefined; readonly unread: boolean },
): Promise<EndpointResponse<typeof listNotifications>> {
  const { organizationId, userId } = actor;
  if (userId === null) return Promise.resolve({ items: [], next_cursor: null, unread_count: 0 });
  return services.database.withOrganization(organizationId, async (trx) => {
    let query = trx
      .selectFrom('notification_receipts as receipt')
      .innerJoin('notifications as notification', 'notification.id', 'receipt.notification_id')
      .select(columns)
      .where('receipt.organization_id', '=', organizationId)
      .where('receipt.user_id', '=', userId)
      .orderBy('notification.created_at', 'desc')
      .orderBy('notification.id', 'desc')
      .limit(page.limit + 1);
    if (page.unread) query = query.where('receipt.read_at', 'is', null);
    if (page.cursor !== undefined) {
      const [, lastId] = readCursor(page.cursor);
      // The database keeps microseconds and a Date milliseconds, so the row itself says when it was.
      query = query.where((where) =>
        where(
          where.refTuple('notification.created_at', 'notification.id'),
          '<',
          where
            .selectFrom('notifications as last')
            .select(['last.created_at', 'last.id'])
            .where('last.id', '=', lastId as NotificationId) // ids lose their brand in a cursor
            .$asTuple('created_at', 'id'),
        ),
      );
    }
    const rows = await query.execute();
    const shown = rows.slice(0, page.limit);
    const last = shown.at(-1);
    return {
      items: shown.map(presentNotification),
      next_cursor:
        rows.length > page.limit && last !== undefined ? writeCursor(['notification', last.id]) : null,
      unread_count: await countUnread(trx, organizationId, userId),
    };
  });
}

/** Marks a person's notifications as read: those that are named, or all. Ids of others are passed over. */
export function markNotificationsRead(
  services: Pick<Services, 'database' | 'clock'>,
  actor: Actor,
  ids: readonly string[] | undefined,
): Promise<{ unread_count: number }> {
  const { organizationId, userId } = actor;
  if (userId === null) return Promise.resolve({ unread_count: 0 });
  return services.database.withOrganization(organizationId, async (trx) => {
    let update = trx
      .updateTable('notification_receipts')
      .set({ read_at: new Date(services.clock.now()) })
      .where('organization_id', '=', organizationId)
      .where('user_id', '=', userId)
      .where('read_at', 'is', null);
    if (ids !== undefined) {
      // '' since `IN ()` is not SQL; ids lose their brand in JSON.
      update = update.where('notification_id', 'in', [...ids, ''] as NotificationId[]);
    }
    await update.execute();
    return { unread_count: await countUnread(trx, organizationId, userId) };
  });
}
