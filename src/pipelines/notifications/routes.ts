import * as contract from '#contracts/notifications';
import type { RouteRegistrar } from '#platform/http-route';
import type { Services } from '#platform/services';
import { createChannel, deleteChannel, listChannels, updateChannel } from './channels.ts';
import { getPreferences, setPreferences } from './preferences.ts';
import { listMyNotifications, markNotificationsRead } from './queries.ts';
import { testChannel, testEmail } from './send-test-message.ts';

/** What people were told of, what they want to hear of, and where the organization hears of it. */
export function registerNotificationRoutes(route: RouteRegistrar, services: Services): void {
  route(contract.listNotifications, {
    authorize: 'pipelines:read',
    handler: ({ actor, query }) =>
      listMyNotifications(services, actor, { ...query, unread: query.unread === 'true' }),
  });
  route(contract.readNotifications, {
    authorize: 'pipelines:read',
    handler: ({ actor, body }) => markNotificationsRead(services, actor, body.ids),
  });
  route(contract.getNotificationPreferences, {
    authorize: 'pipelines:read',
    handler: ({ actor }) => getPreferences(services, actor),
  });
  route(contract.setNotificationPreferences, {
    authorize: 'pipelines:read',
    handler: ({ actor, body }) => setPreferences(services, actor, body),
  });
  route(contract.testNotificationEmail, {
    authorize: 'pipelines:read',
    rateLimit: { perMinute: 6 },
    handler: ({ actor, signal }) => testEmail(services, actor, signal),
  });
  route(contract.listNotificationChannels, {
    authorize: 'pipelines:read',
    handler: async ({ actor }) => ({ items: await listChannels(services, actor), next_cursor: null }),
  });
  route(contract.createNotificationChannel, {
    authorize: 'organization:manage',
    handler: ({ actor, body }) => createChannel(services, actor, body),
  });
  route(contract.updateNotificationChannel, {
    authorize: 'organization:manage',
    handler: ({ actor, params, body }) => updateChannel(services, actor, params.id, body),
  });
  route(contract.deleteNotificationChannel, {
    authorize: 'organization:manage',
    handler: ({ actor, params }) => deleteChannel(services, actor, params.id),
  });
  route(contract.testNotificationChannel, {
    authorize: 'organization:manage',
    rateLimit: { perMinute: 12 },
    handler: ({ actor, params, signal }) => testChannel(services, actor, params.id, signal),
  });
}
