import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { displayName, id, idParams, noContent, page, pageQuery, runError, timestamp } from './primitives.ts';

/**
 * failure: a run failed, or finished with errors. recovery: the first success after
 * that, of what had worked before. first_success: the same of what had never worked. late: a run takes much
 * longer than usual, or waits. did_not_run: a scheduled time passed while nothing ran. schema_change: a source brings
 * other columns than before. data_test: data did not pass a test that people set for it.
 */
export const notificationKind = z.enum([
  'failure',
  'recovery',
  'first_success',
  'late',
  'did_not_run',
  'schema_change',
  'data_test',
]);
export type NotificationKind = z.infer<typeof notificationKind>;
export const notificationKinds: readonly NotificationKind[] = notificationKind.options;

export const notificationSeverity = z.enum(['info', 'warning', 'error']);
export type NotificationSeverity = z.infer<typeof notificationSeverity>;

export const notification = z.object({
  id,
  kind: notificationKind,
  severity: notificationSeverity,
  /** What happened. */
  title: z.string(),
  /** Why. */
  reason: z.string(),
  /** What is not up to date because of it, by name. */
  affected: z.array(z.string()),
  /** What to do. */
  advice: z.string(),
  /** Where it is looked at, below the address of the program. */
  path: z.string(),
  pipeline_id: id.nullable(),
  run_id: id.nullable(),
  /** How often the same happened since. */
  times: z.number().int(),
  created_at: timestamp,
  last_at: timestamp,
  read_at: timestamp.nullable(),
});
export type Notification = z.infer<typeof notification>;

export const listNotifications = endpoint({
  method: 'GET',
  path: '/notifications',
  summary: 'My notifications, newest first',
  tag: 'Notifications',
  query: pageQuery.extend({ unread: z.enum(['true', 'false']).optional() }),
  response: page(notification).extend({ unread_count: z.number().int() }),
});

export const readNotifications = endpoint({
  method: 'POST',
  path: '/notifications/read',
  summary: 'Mark my notifications as read: those that are named, or all',
  tag: 'Notifications',
  body: z.strictObject({ ids: z.array(id).max(500).optional() }),
  response: z.object({ unread_count: z.number().int() }),
});

const kinds = z.array(notificationKind).max(20);
const wishes = { in_app: kinds, email: kinds };

export const notificationPreferences = z.object({
  ...wishes,
  /** For these pipelines instead of the above. */
  pipelines: z.array(z.object({ pipeline_id: id, ...wishes })),
  /** False: this installation has no mail server (SMTP_URL). */
  email_available: z.boolean(),
});
export type NotificationPreferences = z.infer<typeof notificationPreferences>;

export const getNotificationPreferences = endpoint({
  method: 'GET',
  path: '/notifications/preferences',
  summary: 'What I want to hear of, in the program and by e-mail',
  tag: 'Notifications',
  response: notificationPreferences,
});

export const setNotificationPreferences = endpoint({
  method: 'PUT',
  path: '/notifications/preferences',
  summary: 'Set what I want to hear of',
  tag: 'Notifications',
  body: z.strictObject({
    ...wishes,
    pipelines: z
      .array(z.strictObject({ pipeline_id: id, ...wishes }))
      .max(1000)
      .default([]),
  }),
  response: notificationPreferences,
});

/** Whether a test message arrived; what went wrong otherwise. */
export const testResult = z.object({ ok: z.boolean(), message: z.string(), code: z.string().optional() });
export type TestResult = z.infer<typeof testResult>;

export const testNotificationEmail = endpoint({
  method: 'POST',
  path: '/notifications/test-email',
  summary: 'Send me a test e-mail',
  tag: 'Notifications',
  response: testResult,
});

export const channelKind = z.enum(['slack', 'discord', 'webhook']);
export type ChannelKind = z.infer<typeof channelKind>;

export const notificationChannel = z.object({
  id,
  kind: channelKind,
  name: z.string(),
  /** Host of the address; the rest of it is a secret. */
  url_host: z.string(),
  kinds,
  /** null: all. */
  pipeline_ids: z.array(id).nullable(),
  is_active: z.boolean(),
  last_sent_at: timestamp.nullable(),
  /** Why the last message did not arrive; null when it did. */
  last_error: runError.nullable(),
  created_at: timestamp,
});
export type NotificationChannel = z.infer<typeof notificationChannel>;

const address = z
  .string()
  .trim()
  .max(2000)
  .regex(/^https?:\/\/\S+$/i, 'Paste the whole address, beginning with https://');

export const listNotificationChannels = endpoint({
  method: 'GET',
  path: '/notification-channels',
  summary: 'Slack, Discord and webhooks that hear of things',
  tag: 'Notifications',
  response: z.object({ items: z.array(notificationChannel), next_cursor: z.string().nullable() }),
});

export const createNotificationChannel = endpoint({
  method: 'POST',
  path: '/notification-channels',
  summary: 'Add Slack, Discord or a webhook',
  tag: 'Notifications',
  body: z.strictObject({
    kind: channelKind,
    name: displayName,
    url: address,
    kinds: kinds.default(['failure', 'recovery', 'first_success', 'late', 'did_not_run', 'data_test']),
    pipeline_ids: z.array(id).max(1000).nullable().default(null),
  }),
  /** The secret signs what a webhook gets (standardwebhooks.com); it is shown this once. */
  response: z.object({ channel: notificationChannel, secret: z.string().nullable() }),
  status: 201,
});

export const updateNotificationChannel = endpoint({
  method: 'PATCH',
  path: '/notification-channels/:id',
  summary: 'Change what a channel hears of, or pause it',
  tag: 'Notifications',
  params: idParams,
  body: z.strictObject({
    name: displayName.optional(),
    url: address.optional(),
    kinds: kinds.optional(),
    pipeline_ids: z.array(id).max(1000).nullable().optional(),
    is_active: z.boolean().optional(),
  }),
  response: notificationChannel,
});

export const deleteNotificationChannel = endpoint({
  method: 'DELETE',
  path: '/notification-channels/:id',
  summary: 'Remove a channel',
  tag: 'Notifications',
  params: idParams,
  response: noContent,
  status: 204,
});

export const testNotificationChannel = endpoint({
  method: 'POST',
  path: '/notification-channels/:id/test',
  summary: 'Send a test message to a channel',
  tag: 'Notifications',
  params: idParams,
  response: testResult,
});
