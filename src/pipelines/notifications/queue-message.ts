import { sql } from 'kysely';
import type { NotificationSeverity } from '#contracts/notifications';
import type { MetadataTransaction } from '#platform/database/database';
import { newId, type NotificationId, type NotificationMessageId, type OrganizationId } from '#platform/ids';

/** Seconds for which a message waits for what happens together with its first notification. */
const COLLECT_SECONDS = 20;
/**
 * Seconds after a message in which what is no more severe is collected into the next one, so that a bad night is a
 * message or two and not one for each pipeline.
 */
const QUIET_SECONDS = 3_600;

const severities = ['info', 'warning', 'error'] as const satisfies readonly NotificationSeverity[];

/**
 * Adds a notification to the message that a recipient gets next. Whoever calls holds the lock of the organization's
 * events (`emitEvent`), so two never open a message for one recipient at once.
 */
export async function queueMessage(
  trx: MetadataTransaction,
  organizationId: OrganizationId,
  recipient: string,
  notification: { readonly id: NotificationId; readonly severity: NotificationSeverity },
): Promise<void> {
  const atLeast = severities.slice(severities.indexOf(notification.severity));
  const { rows } = await sql<{ send_after: Date }>`
    SELECT greatest(
      now() + make_interval(secs => ${COLLECT_SECONDS}),
      (SELECT max(coalesce(sent_at, now())) + make_interval(secs => ${QUIET_SECONDS})
         FROM notification_messages
        WHERE organization_id = ${organizationId} AND recipient = ${recipient} AND status IN ('sending', 'sent')
          AND severity = ANY(${atLeast}) AND coalesce(sent_at, now()) > now() - make_interval(secs => ${QUIET_SECONDS}))
    ) AS send_after`.execute(trx);
  const sendAfter = rows[0]?.send_after ?? new Date();
  // Locked against the worker that may be about to send it.
  const open = await trx
    .selectFrom('notification_messages')
    .select(['id', 'severity'])
    .where('organization_id', '=', organizationId)
    .where('recipient', '=', recipient)
    .where('status', '=', 'collecting')
    .forUpdate()
    .executeTakeFirst();
  const id = open?.id ?? newId<NotificationMessageId>();
  if (open === undefined) {
    await trx
      .insertInto('notification_messages')
      .values({
        id,
        organization_id: organizationId,
        recipient,
        status: 'collecting',
        severity: notification.severity,
        send_after: sendAfter,
      })
      .execute();
  } else {
    await trx
      .updateTable('notification_messages')
      .set({
        severity: atLeast.includes(open.severity) ? open.severity : notification.severity,
        send_after: sql<Date>`least(send_after, ${sendAfter})`,
      })
      .where('organization_id', '=', organizationId)
      .where('id', '=', id)
      .execute();
  }
  await trx
    .insertInto('notification_message_items')
    .values({ organization_id: organizationId, message_id: id, notification_id: notification.id, recipient })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
