import type { NotificationKind, NotificationPreferences } from '#contracts/notifications';
import type { Actor } from '#platform/actor';
import type { MetadataTransaction } from '#platform/database/database';
import { AppError, type ErrorDetail } from '#platform/errors';
import type { PipelineId, UserId } from '#platform/ids';
import type { Services } from '#platform/services';
import { defaultWishes } from './wishes.ts';

interface WishesInput {
  readonly in_app: readonly NotificationKind[];
  readonly email: readonly NotificationKind[];
}
export interface PreferencesInput extends WishesInput {
  readonly pipelines: readonly (WishesInput & { readonly pipeline_id: string })[];
}

/** Preferences are a person's: the program itself has none. */
function personOf(actor: Actor): UserId {
  if (actor.userId === null) throw new AppError('forbidden', 'Only a person has preferences.');
  return actor.userId;
}

async function readPreferences(
  services: Pick<Services, 'config'>,
  trx: MetadataTransaction,
  actor: Actor,
): Promise<NotificationPreferences> {
  const rows = await trx
    .selectFrom('notification_preferences')
    .select(['pipeline_id', 'in_app', 'email'])
    .where('organization_id', '=', actor.organizationId)
    .where('user_id', '=', personOf(actor))
    .orderBy('pipeline_id')
    .execute();
  const own = rows.find((row) => row.pipeline_id === null);
  const usual = defaultWishes(actor.role);
  return {
    in_app: own?.in_app ?? [...usual.inApp],
    email: own?.email ?? [...usual.email],
    pipelines: rows.flatMap((row) =>
      row.pipeline_id === null
        ? []
        : [{ pipeline_id: row.pipeline_id, in_app: row.in_app, email: row.email }],
    ),
    email_available: services.config.smtpUrl !== undefined,
  };
}

export function getPreferences(
  services: Pick<Services, 'config' | 'database'>,
  actor: Actor,
): Promise<NotificationPreferences> {
  return services.database.withOrganization(actor.organizationId, (trx) =>
    readPreferences(services, trx, actor),
  );
}

/** Replaces what a person wants to hear of. @throws AppError invalid_input naming pipelines that do not exist */
export function setPreferences(
  services: Pick<Services, 'config' | 'database'>,
  actor: Actor,
  input: PreferencesInput,
): Promise<NotificationPreferences> {
  const { organizationId } = actor;
  const userId = personOf(actor);
  return services.database.withOrganization(organizationId, async (trx) => {
    await requirePipelines(
      trx,
      actor,
      input.pipelines.map((each) => each.pipeline_id),
      (index) => `pipelines.${index}.pipeline_id`,
    );
    await trx
      .deleteFrom('notification_preferences')
      .where('organization_id', '=', organizationId)
      .where('user_id', '=', userId)
      .execute();
    const unique = new Map(input.pipelines.map((each) => [each.pipeline_id, each]));
    const rows = [
      { pipeline_id: null, ...input },
      // Ids lose their brand in JSON; they were looked up above.
      ...[...unique.values()].map((each) => ({ ...each, pipeline_id: each.pipeline_id as PipelineId })),
    ];
    await trx
      .insertInto('notification_preferences')
      .values(
        rows.map((row) => ({
          organization_id: organizationId,
          user_id: userId,
          pipeline_id: row.pipeline_id,
          in_app: [...new Set(row.in_app)],
          email: [...new Set(row.email)],
        })),
      )
      .execute();
    return readPreferences(services, trx, actor);
  });
}

/** @throws AppError invalid_input naming the ids that are no pipelines of the organization */
export async function requirePipelines(
  trx: MetadataTransaction,
  actor: Actor,
  ids: readonly string[],
  pathOf: (index: number) => string,
): Promise<void> {
  const found = await trx
    .selectFrom('pipelines')
    .select('id')
    .where('organization_id', '=', actor.organizationId)
    .where('id', 'in', [...ids, ''] as PipelineId[]) // '' since `IN ()` is not SQL; ids lose their brand in JSON
    .execute();
  const known = new Set<string>(found.map((row) => row.id));
  const errors = ids.flatMap((id, index): ErrorDetail[] =>
    known.has(id) ? [] : [{ path: pathOf(index), message: 'There is no pipeline with this id.' }],
  );
  if (errors.length > 0) {
    throw new AppError('invalid_input', 'Some of the pipelines do not exist.', { errors });
  }
}
