import { randomBytes } from 'node:crypto';
import type { ChannelKind, NotificationChannel, NotificationKind } from '#contracts/notifications';
import type { Actor } from '#platform/actor';
import type { MetadataTransaction } from '#platform/database/database';
import type { RowOf } from '#platform/database/tables';
import { AppError } from '#platform/errors';
import type { NotificationChannelId, PipelineId } from '#platform/ids';
import { organizationSecrets } from '#platform/secrets';
import type { Services } from '#platform/services';
import { requirePipelines } from './preferences.ts';

/** Purposes under which a channel's secrets are encrypted. */
export const urlPurpose = (id: NotificationChannelId): string => `notification channel ${id} address`;
export const secretPurpose = (id: NotificationChannelId): string => `notification channel ${id} secret`;

function presentChannel(row: RowOf<'notification_channels'>): NotificationChannel {
  return {
    id: row.id,
    kind: row.kind,
    name: row.name,
    url_host: row.url_host,
    kinds: row.kinds,
    pipeline_ids: row.pipeline_ids,
    is_active: row.is_active,
    last_sent_at: row.last_sent_at?.toISOString() ?? null,
    last_error: row.last_error,
    created_at: row.created_at.toISOString(),
  };
}

export function listChannels(
  services: Pick<Services, 'database'>,
  actor: Actor,
): Promise<NotificationChannel[]> {
  return services.database.withOrganization(actor.organizationId, async (trx) =>
    (
      await trx
        .selectFrom('notification_channels')
        .selectAll()
        .where('organization_id', '=', actor.organizationId)
        .orderBy('created_at')
        .orderBy('id')
        .execute()
    ).map(presentChannel),
  );
}

function hostOf(url: string): string {
  if (!URL.canParse(url)) {
    throw new AppError('invalid_input', 'This is not a complete web address.', {
      errors: [{ path: 'url', message: 'Paste the whole address, beginning with https://' }],
    });
  }
  return new URL(url).host;
}

/** @returns the channel, and for a webhook the key with which its messages are signed: only now. */
export function createChannel(
  services: Pick<Services, 'config' | 'database' | 'newId'>,
  actor: Actor,
  input: {
    readonly kind: ChannelKind;
    readonly name: string;
    readonly url: string;
    readonly kinds: readonly NotificationKind[];
    readonly pipeline_ids: readonly string[] | null;
  },
): Promise<{ channel: NotificationChannel; secret: string | null }> {
  const { organizationId } = actor;
  const id = services.newId<NotificationChannelId>();
  // In the form of standardwebhooks.com, whose libraries verify it.
  const secret = input.kind === 'webhook' ? `whsec_${randomBytes(32).toString('base64')}` : null;
  return services.database.withOrganization(organizationId, async (trx) => {
    await requirePipelines(trx, actor, input.pipeline_ids ?? [], (index) => `pipeline_ids.${index}`);
    const secrets = await organizationSecrets(trx, services.config, organizationId);
    const row = await trx
      .insertInto('notification_channels')
      .values({
        id,
        organization_id: organizationId,
        kind: input.kind,
        name: input.name,
        encrypted_url: secrets.encrypt(input.url, urlPurpose(id)),
        url_host: hostOf(input.url),
        encrypted_secret: secret === null ? null : secrets.encrypt(secret, secretPurpose(id)),
        kinds: [...new Set(input.kinds)],
        // Ids lose their brand in JSON; they were looked up above.
        pipeline_ids: input.pipeline_ids === null ? null : ([...new Set(input.pipeline_ids)] as PipelineId[]),
        created_by: actor.userId,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    return { channel: presentChannel(row), secret };
  });
}

/** The row of a channel, in the caller's transaction. @throws AppError not_found */
export async function findChannel(
  trx: MetadataTransaction,
  actor: Pick<Actor, 'organizationId'>,
  id: string,
): Promise<RowOf<'notification_channels'>> {
  const row = await trx
    .selectFrom('notification_channels')
    .selectAll()
    .where('organization_id', '=', actor.organizationId)
    .where('id', '=', id as NotificationChannelId) // ids lose their brand in a URL
    .executeTakeFirst();
  if (row === undefined) throw new AppError('not_found', 'There is no channel with this id.');
  return row;
}

/** Changes what is given. @throws AppError not_found, invalid_input */
export function updateChannel(
  services: Pick<Services, 'config' | 'database'>,
  actor: Actor,
  channelId: string,
  input: {
    readonly name?: string | undefined;
    readonly url?: string | undefined;
    readonly kinds?: readonly NotificationKind[] | undefined;
    readonly pipeline_ids?: readonly string[] | null | undefined;
    readonly is_active?: boolean | undefined;
  },
): Promise<NotificationChannel> {
  const { organizationId } = actor;
  return services.database.withOrganization(organizationId, async (trx) => {
    const before = await findChannel(trx, actor, channelId);
    await requirePipelines(trx, actor, input.pipeline_ids ?? [], (index) => `pipeline_ids.${index}`);
    const secrets = await organizationSecrets(trx, services.config, organizationId);
    const row = await trx
      .updateTable('notification_channels')
      .set({
        name: input.name ?? before.name,
        ...(input.url === undefined
          ? {}
          : {
              encrypted_url: secrets.encrypt(input.url, urlPurpose(before.id)),
              url_host: hostOf(input.url),
              last_error: null,
            }),
        kinds: input.kinds === undefined ? before.kinds : [...new Set(input.kinds)],
        // As at creation.
        ...(input.pipeline_ids === undefined
          ? {}
          : {
              pipeline_ids:
                input.pipeline_ids === null ? null : ([...new Set(input.pipeline_ids)] as PipelineId[]),
            }),
        is_active: input.is_active ?? before.is_active,
      })
      .where('organization_id', '=', organizationId)
      .where('id', '=', before.id)
      .returningAll()
      .executeTakeFirstOrThrow();
    return presentChannel(row);
  });
}

/** @throws AppError not_found */
export async function deleteChannel(
  services: Pick<Services, 'database'>,
  actor: Actor,
  channelId: string,
): Promise<void> {
  await services.database.withOrganization(actor.organizationId, async (trx) => {
    const { id } = await findChannel(trx, actor, channelId);
    await trx
      .deleteFrom('notification_channels')
      .where('organization_id', '=', actor.organizationId)
      .where('id', '=', id)
      .execute();
  });
}
