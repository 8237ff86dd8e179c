import { sql } from 'kysely';
import type { Config } from '#platform/config';
import type { MetadataTransaction } from '#platform/database/database';
import type { NotificationMessageId, OrganizationId } from '#platform/ids';
import type { Message, MessageItem } from './message.ts';

/** Where people open the program. */
export function programAddress(config: Pick<Config, 'publicUrl' | 'host' | 'port'>): string {
  if (config.publicUrl !== undefined) return config.publicUrl.replace(/\/+$/, '');
  const host = ['0.0.0.0', '::', '127.0.0.1', '::1'].includes(config.host) ? 'localhost' : config.host;
  return `http://${host}:${config.port}`;
}

/** What a message of the outbox says, as its notifications are at this moment; null when none of them is left. */
export async function composeMessage(
  trx: MetadataTransaction,
  config: Pick<Config, 'publicUrl' | 'host' | 'port'>,
  organizationId: OrganizationId,
  messageId: NotificationMessageId,
  now: number,
): Promise<Message | null> {
  const organization = await trx
    .selectFrom('organizations')
    .select(['id', 'name', 'timezone', 'locale'])
    .where('id', '=', organizationId)
    .executeTakeFirst();
  const rows = await trx
    .selectFrom('notification_message_items as item')
    .innerJoin('notifications as notification', 'notification.id', 'item.notification_id')
    .selectAll('notification')
    .where('item.organization_id', '=', organizationId)
    .where('item.message_id', '=', messageId)
    .orderBy(sql`array_position(ARRAY['error', 'warning', 'info'], notification.severity)`)
    .orderBy('notification.created_at')
    .execute();
  if (organization === undefined) return null;
  const base = programAddress(config);
  const words = dateWords(organization.locale, organization.timezone);
  const [first, ...rest] = rows.map((row): MessageItem => ({
    id: row.id,
    kind: row.kind,
    severity: row.severity,
    title: oneLine(row.title),
    reason: oneLine(row.content.reason),
    affected: row.content.affected.map(oneLine),
    advice: oneLine(row.content.advice),
    url: `${base}${row.path}`,
    pipeline_id: row.pipeline_id,
    run_id: row.run_id,
    times: row.times,
    at: row.created_at.toISOString(),
    atWords: words(row.created_at),
  }));
  if (first === undefined) return null;
  return {
    id: messageId,
    organization: { id: organization.id, name: organization.name },
    items: [first, ...rest],
    settingsUrl: `${base}/settings?tab=notifications`,
    at: new Date(now).toISOString(),
  };
}

/** A text of people or of other programs cannot pretend to be a line of ours. */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();
}

/** Date and time as people of the organization write them, with the name of the zone. */
function dateWords(locale: string, timeZone: string): (date: Date) => string {
  const style = { dateStyle: 'medium', timeStyle: 'short' } as const;
  try {
    const format = new Intl.DateTimeFormat(locale, { ...style, timeZone });
    return (date) => `${format.format(date)} (${timeZone})`;
  } catch {
    // A locale or zone that this runtime does not know must not hold a message up.
    const format = new Intl.DateTimeFormat('en-GB', { ...style, timeZone: 'UTC' });
    return (date) => `${format.format(date)} (UTC)`;
  }
}
