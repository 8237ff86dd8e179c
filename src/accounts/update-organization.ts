import type { Organization, updateOrganization as contract } from '#contracts/accounts';
import type { EndpointRequest } from '#contracts/endpoint';
import type { Actor } from '#platform/actor';
import { emitEvent } from '#platform/database/emit-event';
import type { Services } from '#platform/services';
import { recordAudit } from './audit.ts';
import { checkLocale, checkTimezone } from './check-region.ts';
import { requirePermission } from './policy.ts';
import { organizationColumns, presentOrganization } from './present.ts';

/** @throws AppError forbidden, invalid_input (timezone, locale) */
export async function updateOrganization(
  services: Services,
  actor: Actor,
  input: EndpointRequest<typeof contract>['body'],
): Promise<Organization> {
  requirePermission(actor, 'organization:manage');
  const changes = {
    ...(input.name === undefined ? {} : { name: input.name }),
    ...(input.timezone === undefined ? {} : { timezone: checkTimezone(input.timezone) }),
    ...(input.locale === undefined ? {} : { locale: checkLocale(input.locale) }),
    ...(input.fiscal_year_start_month === undefined
      ? {}
      : { fiscal_year_start_month: input.fiscal_year_start_month }),
  };
  const { organizationId } = actor;
  return services.database.withOrganization(organizationId, async (trx) => {
    if (Object.keys(changes).length > 0) {
      await trx.updateTable('organizations').set(changes).where('id', '=', organizationId).execute();
      await recordAudit(trx, {
        organizationId,
        userId: actor.userId,
        action: 'organization_updated',
        details: changes,
      });
      await emitEvent(trx, organizationId, { type: 'changed', kind: 'organization', ref_id: organizationId });
    }
    const row = await trx
      .selectFrom('organizations')
      .select(organizationColumns)
      .where('id', '=', organizationId)
      .executeTakeFirstOrThrow();
    return presentOrganization(row);
  });
}
