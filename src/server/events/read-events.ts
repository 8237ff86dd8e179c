import type { OrganizationEvent } from '#contracts/events';
import type { OrganizationId } from '#platform/ids';
import type { Services } from '#platform/services';

/** Id of the organization's newest kept event; 0 when there is none. */
export async function newestEventId(services: Services, organizationId: OrganizationId): Promise<number> {
  const row = await services.database.withOrganization(organizationId, (trx) =>
    trx
      .selectFrom('events')
      .select('id')
      .where('organization_id', '=', organizationId)
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst(),
  );
  return row?.id ?? 0;
}

/** Kept events after an id, oldest first. They become visible in the order of their ids (see `emitEvent`). */
export async function readEvents(
  services: Services,
  organizationId: OrganizationId,
  after: number,
  limit: number,
): Promise<readonly { readonly id: number; readonly event: OrganizationEvent }[]> {
  const rows = await services.database.withOrganization(organizationId, (trx) =>
    trx
      .selectFrom('events')
      .select(['id', 'at', 'payload'])
      .where('organization_id', '=', organizationId)
      .where('id', '>', after)
      .orderBy('id')
      .limit(limit)
      .execute(),
  );
  return rows.map(({ id, at, payload }) => ({
    id,
    // The payload was typed when it was written; id and time are the row's.
    event: { ...payload, id: String(id), at: at.toISOString() } as OrganizationEvent,
  }));
}
