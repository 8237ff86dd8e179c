import { sql } from 'kysely';
import type { OrganizationEvent } from '#contracts/events';
import type { OrganizationId } from '../ids.ts';
import type { Database } from './database.ts';

/** Channel of progress: the payload is the event itself, since progress is not kept. */
export const PROGRESS_CHANNEL = 'dalgo_progress';

/** A notification of PostgreSQL carries less than 8,000 bytes; an event of progress is some 400. */
const MAX_PAYLOAD_BYTES = 7_900;

export type ProgressEvent = Omit<Extract<OrganizationEvent, { type: 'progress' }>, 'id' | 'at'>;
export interface ProgressMessage {
  readonly organization_id: OrganizationId;
  readonly event: ProgressEvent;
}

/**
 * Tells the servers how far a step is. Nothing is kept, and a lost message does no harm: the next one, or the event
 * of the step's end, replaces it. Call it a few times a second at most, outside of the step's own transaction
 * (a notification leaves only with its commit).
 */
export async function publishProgress(
  database: Database,
  organizationId: OrganizationId,
  event: ProgressEvent,
): Promise<void> {
  const message: ProgressMessage = { organization_id: organizationId, event };
  const payload = JSON.stringify(message);
  if (Buffer.byteLength(payload) > MAX_PAYLOAD_BYTES) return;
  await database.withOrganization(organizationId, (trx) =>
    sql`SELECT pg_notify(${PROGRESS_CHANNEL}, ${payload})`.execute(trx),
  );
}
