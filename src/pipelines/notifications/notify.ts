import type { NotificationKind, NotificationSeverity } from '#contracts/notifications';
import type { MetadataTransaction } from '#platform/database/database';
import { emitEvent } from '#platform/database/emit-event';
import { newId, type NotificationId, type OrganizationId, type PipelineId, type RunId } from '#platform/ids';
import { queueMessage } from './queue-message.ts';
import { wishesOfMembers } from './wishes.ts';

export interface NewNotification {
  /** Names what happened: the same name is told of once. */
  readonly occurrence: string;
  readonly kind: NotificationKind;
  readonly severity: NotificationSeverity;
  readonly title: string;
  readonly content: {
    readonly reason: string;
    readonly affected: readonly string[];
    readonly advice: string;
    /** By which two failures are seen to be the same one. */
    readonly cause?: string;
  };
  readonly path: string;
  readonly pipelineId: PipelineId | null;
  readonly runId: RunId | null;
}

/**
 * Tells of something, in the transaction in which it happened: the people who want to hear of it find it in the program
 * at once, and messages to those who want them, and to the channels, are in the outbox.
 *
 * @returns false when it was told of before.
 */
export async function notify(
  trx: MetadataTransaction,
  organizationId: OrganizationId,
  what: NewNotification,
): Promise<boolean> {
  const id = newId<NotificationId>();
  const inserted = await trx
    .insertInto('notifications')
    .values({
      id,
      organization_id: organizationId,
      occurrence: what.occurrence,
      kind: what.kind,
      severity: what.severity,
      title: what.title,
      content: JSON.stringify(what.content),
      path: what.path,
      pipeline_id: what.pipelineId,
      run_id: what.runId,
    })
    .onConflict((conflict) => conflict.columns(['organization_id', 'occurrence']).doNothing())
    .returning('id')
    .executeTakeFirst();
  if (inserted === undefined) return false;
  const wishes = await wishesOfMembers(trx, organizationId, what.pipelineId);
  const readers = [...wishes].filter(([, wish]) => wish.inApp.includes(what.kind)).map(([userId]) => userId);
  if (readers.length > 0) {
    await trx
      .insertInto('notification_receipts')
      .values(
        readers.map((userId) => ({
          organization_id: organizationId,
          notification_id: id,
          user_id: userId,
          read_at: null,
        })),
      )
      .execute();
  }
  // Takes the lock under which messages are opened.
  await emitEvent(trx, organizationId, {
    type: 'notification',
    notification_id: id,
    kind: what.kind,
    severity: what.severity,
    title: what.title,
    pipeline_id: what.pipelineId,
  });
  const channels = await trx
    .selectFrom('notification_channels')
    .select(['id', 'kinds', 'pipeline_ids'])
    .where('organization_id', '=', organizationId)
    .where('is_active', '=', true)
    .orderBy('id')
    .execute();
  const recipients = [
    ...channels
      .filter(
        (channel) =>
          channel.kinds.includes(what.kind) &&
          (channel.pipeline_ids === null ||
            (what.pipelineId !== null && channel.pipeline_ids.includes(what.pipelineId))),
      )
      .map((channel) => `channel ${channel.id}`),
    ...[...wishes].filter(([, wish]) => wish.email.includes(what.kind)).map(([userId]) => `user ${userId}`),
  ];
  for (const recipient of recipients) {
    await queueMessage(trx, organizationId, recipient, { id, severity: what.severity });
  }
  return true;
}
