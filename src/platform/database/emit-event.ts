import { sql } from 'kysely';
import type { OrganizationEvent } from '#contracts/events';
import type { OrganizationId } from '../ids.ts';
import type { MetadataTransaction } from './database.ts';

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
export type NewEvent = DistributiveOmit<Exclude<OrganizationEvent, { type: 'progress' }>, 'id' | 'at'>;

/** Channel that wakes the servers; the payload is an organization id, and the events themselves are read from the table. */
export const EVENTS_CHANNEL = 'dalgo_events';

/**
 * Keeps an event and wakes the listeners, in the transaction of what it tells about: nobody hears of a thing that
 * was rolled back. The organization's row of events is locked by a transaction-level advisory lock first, so that
 * ids become visible in order and a reader that asks `since` never skips one that committed late.
 */
export async function emitEvent(
  trx: MetadataTransaction,
  organizationId: OrganizationId,
  event: NewEvent,
): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`events:${organizationId}`}, 0))`.execute(trx);
  await trx
    .insertInto('events')
    .values({ organization_id: organizationId, payload: JSON.stringify(event) })
    .execute();
  await sql`SELECT pg_notify(${EVENTS_CHANNEL}, ${organizationId})`.execute(trx);
}
