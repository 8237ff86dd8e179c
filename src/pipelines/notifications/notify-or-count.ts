import { sql } from 'kysely';
import type { MetadataTransaction } from '#platform/database/database';
import { emitEvent } from '#platform/database/emit-event';
import type { OrganizationId } from '#platform/ids';
import { notify, type NewNotification } from './notify.ts';

/** What goes on in the same way is told of again after so long, so that nobody forgets it. */
const REMIND_HOURS = 24;

/**
 * Tells of something that goes on; for a day, the same cause again is counted where it was told of first.
 *
 * @param what.content.cause by which two are seen to be the same.
 */
export async function notifyOrCount(
  trx: MetadataTransaction,
  organizationId: OrganizationId,
  what: NewNotification & { readonly content: { readonly cause: string } },
): Promise<void> {
  const earlier = await trx
    .selectFrom('notifications')
    .select(['id', 'times', 'title', 'severity', 'content'])
    .where('organization_id', '=', organizationId)
    .where('pipeline_id', 'is not distinct from', what.pipelineId)
    .where('kind', '=', what.kind)
    .where(sql<boolean>`content ->> 'cause' = ${what.content.cause}`)
    .where(sql<boolean>`created_at > now() - make_interval(hours => ${REMIND_HOURS})`)
    .orderBy('created_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (earlier === undefined) {
    await notify(trx, organizationId, what);
    return;
  }
  await trx
    .updateTable('notifications')
    .set({
      times: earlier.times + 1,
      last_at: sql<Date>`now()`,
      content: JSON.stringify(what.content),
      path: what.path,
      run_id: what.runId,
    })
    .where('organization_id', '=', organizationId)
    .where('id', '=', earlier.id)
    .execute();
  await emitEvent(trx, organizationId, {
    type: 'notification',
    notification_id: earlier.id,
    kind: what.kind,
    severity: earlier.severity,
    title: earlier.title,
    pipeline_id: what.pipelineId,
  });
}
