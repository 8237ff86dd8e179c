import type { WebhookKey, WebhookPurpose } from '#contracts/webhooks';
import type { Actor } from '#platform/actor';
import type { RowOf } from '#platform/database/tables';
import { AppError } from '#platform/errors';
import type { PipelineId, WebhookKeyId } from '#platform/ids';
import type { Services } from '#platform/services';
import { recordAudit } from '#accounts';
import { keyIdOfToken, webhookToken } from './webhook-token.ts';

type KeyRow = RowOf<'webhook_keys'>;

function presentKey(row: KeyRow): WebhookKey {
  return {
    id: row.id,
    name: row.name,
    purpose: row.purpose,
    pipeline_id: row.pipeline_id,
    path:
      row.pipeline_id === null
        ? '/webhooks/v1/notification/'
        : `/webhooks/v1/pipelines/${row.pipeline_id}/run`,
    created_at: row.created_at.toISOString(),
    last_used_at: row.last_used_at?.toISOString() ?? null,
  };
}

export function listWebhookKeys(services: Pick<Services, 'database'>, actor: Actor): Promise<WebhookKey[]> {
  return services.database.withOrganization(actor.organizationId, async (trx) =>
    (
      await trx
        .selectFrom('webhook_keys')
        .selectAll()
        .where('organization_id', '=', actor.organizationId)
        .orderBy('created_at')
        .orderBy('id')
        .execute()
    ).map(presentKey),
  );
}

/** @returns the key, and its token: only now. @throws AppError invalid_input */
export function createWebhookKey(
  services: Pick<Services, 'config' | 'database' | 'newId'>,
  actor: Actor,
  input: {
    readonly name: string;
    readonly purpose: WebhookPurpose;
    readonly pipeline_id?: string | undefined;
  },
): Promise<{ key: WebhookKey; token: string }> {
  const { organizationId } = actor;
  const id = services.newId<WebhookKeyId>();
  return services.database.withOrganization(organizationId, async (trx) => {
    const pipeline =
      input.purpose === 'report'
        ? null
        : await trx
            .selectFrom('pipelines')
            .select('id')
            .where('organization_id', '=', organizationId)
            .where('id', '=', (input.pipeline_id ?? '') as PipelineId) // ids lose their brand in JSON
            .executeTakeFirst();
    if (pipeline === undefined) {
      throw new AppError('invalid_input', 'Say which pipeline the key may run.', {
        errors: [{ path: 'pipeline_id', message: 'There is no pipeline with this id.' }],
      });
    }
    const row = await trx
      .insertInto('webhook_keys')
      .values({
        id,
        organization_id: organizationId,
        name: input.name,
        purpose: input.purpose,
        pipeline_id: pipeline?.id ?? null,
        created_by: actor.userId,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    await recordAudit(trx, {
      organizationId,
      userId: actor.userId,
      action: 'webhook_key_created',
      target: id,
      details: { name: input.name, purpose: input.purpose },
    });
    return { key: presentKey(row), token: webhookToken(services.config, id) };
  });
}

/** @throws AppError not_found */
export async function deleteWebhookKey(
  services: Pick<Services, 'database'>,
  actor: Actor,
  id: string,
): Promise<void> {
  const { organizationId } = actor;
  await services.database.withOrganization(organizationId, async (trx) => {
    const deleted = await trx
      .deleteFrom('webhook_keys')
      .where('organization_id', '=', organizationId)
      .where('id', '=', id as WebhookKeyId) // ids lose their brand in a URL
      .returning('name')
      .executeTakeFirst();
    if (deleted === undefined) throw new AppError('not_found', 'There is no key with this id.');
    await recordAudit(trx, {
      organizationId,
      userId: actor.userId,
      action: 'webhook_key_deleted',
      target: id,
      details: { name: deleted.name },
    });
  });
}

/** The key that a request shows. @throws AppError unauthenticated when it is none of ours, or was taken back */
export async function findWebhookKey(
  services: Pick<Services, 'config' | 'database'>,
  token: string | undefined,
  purpose: WebhookPurpose,
): Promise<KeyRow> {
  const keyId = token === undefined ? undefined : keyIdOfToken(services.config, token);
  const row =
    keyId === undefined
      ? undefined
      : await services.database.withSystem((trx) =>
          trx
            .updateTable('webhook_keys')
            .set({ last_used_at: new Date() })
            .where('id', '=', keyId as WebhookKeyId) // its signature is ours
            .where('purpose', '=', purpose)
            .returningAll()
            .executeTakeFirst(),
        );
  if (row === undefined) {
    throw new AppError('unauthenticated', 'This needs the token of a webhook key.', {
      hint: 'Make a key in Settings → Webhooks and send it as “Authorization: Bearer <token>”.',
    });
  }
  return row;
}
