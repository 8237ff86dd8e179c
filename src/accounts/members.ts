import type { Member, Role } from '#contracts/accounts';
import type { Actor } from '#platform/actor';
import type { MetadataTransaction } from '#platform/database/database';
import { emitEvent } from '#platform/database/emit-event';
import { AppError } from '#platform/errors';
import type { OrganizationId, UserId } from '#platform/ids';
import type { Services } from '#platform/services';
import { recordAudit } from './audit.ts';
import { insertUser } from './create-organization.ts';
import { hashPassword } from './hash-password.ts';
import { newOneTimePassword } from './one-time-password.ts';
import { mayChangeRole, requirePermission } from './policy.ts';
import { presentUser } from './present.ts';
import { endSessions } from './sessions.ts';

const memberColumns = [
  'users.id',
  'users.email',
  'users.name',
  'organization_members.role',
  'organization_members.joined_at',
] as const;

function membersOf(trx: MetadataTransaction, organizationId: OrganizationId) {
  return trx
    .selectFrom('organization_members')
    .innerJoin('users', 'users.id', 'organization_members.user_id')
    .where('organization_members.organization_id', '=', organizationId)
    .select(memberColumns);
}

function presentMember(row: {
  readonly id: UserId;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly joined_at: Date;
}): Member {
  return { user: presentUser(row), role: row.role, joined_at: row.joined_at.toISOString() };
}

export async function listMembers(services: Services, actor: Actor): Promise<readonly Member[]> {
  requirePermission(actor, 'organization:read');
  const rows = await services.database.withOrganization(actor.organizationId, (trx) =>
    membersOf(trx, actor.organizationId).orderBy('users.name').orderBy('users.id').execute(),
  );
  return rows.map(presentMember);
}

/** The member, locked together with all owners, so that two owners cannot both leave at once. */
async function lockMember(trx: MetadataTransaction, actor: Actor, userId: string): Promise<Member> {
  await trx
    .selectFrom('organization_members')
    .select('user_id')
    .where('organization_id', '=', actor.organizationId)
    .orderBy('user_id')
    .forUpdate()
    .execute();
  const row = await membersOf(trx, actor.organizationId)
    // Compared as text; any other text matches nothing.
    .where('users.id', '=', userId as UserId)
    .executeTakeFirst();
  if (row === undefined) throw new AppError('not_found', 'There is no such person in this organization.');
  return presentMember(row);
}

async function requireAnotherOwner(trx: MetadataTransaction, actor: Actor, member: Member): Promise<void> {
  if (member.role !== 'owner') return;
  const other = await trx
    .selectFrom('organization_members')
    .select('user_id')
    .where('organization_id', '=', actor.organizationId)
    .where('role', '=', 'owner')
    .where('user_id', '!=', member.user.id as UserId)
    .executeTakeFirst();
  if (other === undefined)
    throw new AppError('last_owner', 'This person is the only owner of the organization.');
}

function requireRoleChange(actor: Actor, from: Role | null, to: Role | null): void {
  requirePermission(actor, 'members:manage');
  if (!mayChangeRole(actor, from, to)) {
    throw new AppError('forbidden', 'Only an owner may give or take the role of an owner.');
  }
}

/**
 * Adds a person to the actor's organization. Somebody without an account gets one, with a one-time password that is
 * returned once and stored only as a hash.
 *
 * @throws AppError forbidden, conflict (already a member)
 */
export async function addMember(
  services: Services,
  actor: Actor,
  input: { readonly email: string; readonly name: string; readonly role: Role },
): Promise<{ readonly member: Member; readonly one_time_password: string | null }> {
  requireRoleChange(actor, null, input.role);
  const password = newOneTimePassword();
  const passwordHash = await hashPassword(password);
  return services.database.withSystem(async (trx) => {
    const existing = await trx
      .selectFrom('users')
      .select(['id', 'email', 'name', 'is_system'])
      .where('email', '=', input.email)
      .executeTakeFirst();
    if (existing?.is_system === true)
      throw new AppError('conflict', 'This is the account of the program itself.');
    const person =
      existing === undefined
        ? await insertUser(trx, services, { email: input.email, name: input.name, passwordHash })
        : { id: existing.id, user: presentUser(existing) };
    const membership = await trx
      .insertInto('organization_members')
      .values({ organization_id: actor.organizationId, user_id: person.id, role: input.role })
      .onConflict((conflict) => conflict.columns(['organization_id', 'user_id']).doNothing())
      .returning('joined_at')
      .executeTakeFirst();
    if (membership === undefined) throw new AppError('conflict', 'This person is a member already.');
    await recordAudit(trx, {
      organizationId: actor.organizationId,
      userId: actor.userId,
      action: 'member_added',
      target: person.id,
      details: { role: input.role },
    });
    await emitMembersChanged(trx, actor);
    return {
      member: { user: person.user, role: input.role, joined_at: membership.joined_at.toISOString() },
      one_time_password: existing === undefined ? password : null,
    };
  });
}

/** Takes effect on the person's next request. @throws AppError forbidden, not_found, last_owner */
export async function changeMemberRole(
  services: Services,
  actor: Actor,
  userId: string,
  role: Role,
): Promise<Member> {
  return services.database.withSystem(async (trx) => {
    const member = await lockMember(trx, actor, userId);
    requireRoleChange(actor, member.role, role);
    if (member.role === role) return member;
    await requireAnotherOwner(trx, actor, member);
    await trx
      .updateTable('organization_members')
      .set({ role })
      .where('organization_id', '=', actor.organizationId)
      .where('user_id', '=', member.user.id as UserId)
      .execute();
    await recordAudit(trx, {
      organizationId: actor.organizationId,
      userId: actor.userId,
      action: 'member_role_changed',
      target: member.user.id,
      details: { from: member.role, to: role },
    });
    await emitMembersChanged(trx, actor);
    return { ...member, role };
  });
}

/** The person's account stays, their sessions in this organization end. @throws AppError forbidden, not_found, last_owner */
export async function removeMember(services: Services, actor: Actor, userId: string): Promise<void> {
  await services.database.withSystem(async (trx) => {
    const member = await lockMember(trx, actor, userId);
    requireRoleChange(actor, member.role, null);
    await requireAnotherOwner(trx, actor, member);
    const removedId = member.user.id as UserId;
    await trx
      .deleteFrom('organization_members')
      .where('organization_id', '=', actor.organizationId)
      .where('user_id', '=', removedId)
      .execute();
    await endSessions(
      trx,
      services,
      { userId: removedId, organizationId: actor.organizationId },
      'member_removed',
    );
    await recordAudit(trx, {
      organizationId: actor.organizationId,
      userId: actor.userId,
      action: 'member_removed',
      target: member.user.id,
      details: { role: member.role },
    });
    await emitMembersChanged(trx, actor);
  });
}

async function emitMembersChanged(trx: MetadataTransaction, actor: Actor): Promise<void> {
  await emitEvent(trx, actor.organizationId, {
    type: 'changed',
    kind: 'organization',
    ref_id: actor.organizationId,
  });
}
