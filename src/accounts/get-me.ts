import type { Me } from '#contracts/accounts';
import type { Actor } from '#platform/actor';
import { AppError } from '#platform/errors';
import type { Services } from '#platform/services';
import { permissionsOf } from './policy.ts';
import { organizationColumns, presentOrganization, presentUser } from './present.ts';

/** Who the actor is, what they may do here, and the organizations they can switch to. */
export async function getMe(services: Services, actor: Actor): Promise<Me> {
  const { userId } = actor;
  if (userId === null) return getMeOfKey(services, actor);
  // Over the wall on purpose, but only along the person's own memberships.
  return services.database.withSystem(async (trx) => {
    const user = await trx
      .selectFrom('users')
      .select(['id', 'email', 'name'])
      .where('id', '=', userId)
      .executeTakeFirstOrThrow();
    const memberships = await trx
      .selectFrom('organization_members as member')
      .innerJoin('organizations', 'organizations.id', 'member.organization_id')
      .select(organizationColumns.map((column) => `organizations.${column}` as const))
      .select('member.role')
      .where('member.user_id', '=', userId)
      .orderBy('organizations.name')
      .orderBy('organizations.id')
      .execute();
    const present = memberships.find((membership) => membership.id === actor.organizationId);
    if (present === undefined) throw new AppError('forbidden', 'You are not a member of this organization.');
    return {
      user: presentUser(user),
      organization: presentOrganization(present),
      role: actor.role,
      permissions: [...permissionsOf(actor.role)],
      organizations: memberships.map(({ id, name, role }) => ({ id, name, role })),
    };
  });
}

/** A key of the organization is nobody's: it is shown by its own name. */
function getMeOfKey(services: Services, { organizationId, apiKeyId, role }: Actor): Promise<Me> {
  if (apiKeyId === undefined) throw new AppError('unauthenticated', 'The program itself has no account.');
  return services.database.withOrganization(organizationId, async (trx) => {
    const key = await trx
      .selectFrom('api_keys')
      .select(['id', 'name'])
      .where('id', '=', apiKeyId)
      .executeTakeFirstOrThrow();
    const organization = await trx
      .selectFrom('organizations')
      .select(organizationColumns)
      .where('id', '=', organizationId)
      .executeTakeFirstOrThrow();
    return {
      user: { id: key.id, email: '', name: key.name },
      organization: presentOrganization(organization),
      role,
      permissions: [...permissionsOf(role)],
      organizations: [{ id: organization.id, name: organization.name, role }],
    };
  });
}
