import type { Role } from '#contracts/accounts';
import { notificationKinds, type NotificationKind } from '#contracts/notifications';
import type { MetadataTransaction } from '#platform/database/database';
import type { OrganizationId, PipelineId, UserId } from '#platform/ids';

/** What a person wants to hear of, by each way. */
export interface Wishes {
  readonly inApp: readonly NotificationKind[];
  readonly email: readonly NotificationKind[];
}

/** Who builds pipelines is written to when one needs somebody; who only reads sees it in the program. */
export function defaultWishes(role: Role): Wishes {
  return {
    inApp: notificationKinds,
    email:
      role === 'viewer' ? [] : ['failure', 'recovery', 'first_success', 'late', 'did_not_run', 'data_test'],
  };
}

/** The wishes of every member of the organization about a pipeline (null: about what belongs to none). */
export async function wishesOfMembers(
  trx: MetadataTransaction,
  organizationId: OrganizationId,
  pipelineId: PipelineId | null,
): Promise<ReadonlyMap<UserId, Wishes>> {
  const members = await trx
    .selectFrom('organization_members as member')
    .innerJoin('users', 'users.id', 'member.user_id')
    .select(['member.user_id', 'member.role'])
    .where('member.organization_id', '=', organizationId)
    .where('users.disabled_at', 'is', null)
    .orderBy('member.user_id')
    .execute();
  const rows = await trx
    .selectFrom('notification_preferences')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .where((where) =>
      pipelineId === null
        ? where('pipeline_id', 'is', null)
        : where.or([where('pipeline_id', 'is', null), where('pipeline_id', '=', pipelineId)]),
    )
    .execute();
  return new Map(
    members.map(({ user_id: userId, role }) => {
      const own = rows.filter((row) => row.user_id === userId);
      const row = own.find((each) => each.pipeline_id !== null) ?? own[0];
      return [userId, row === undefined ? defaultWishes(role) : { inApp: row.in_app, email: row.email }];
    }),
  );
}
