import type { Source } from '#contracts/sources';
import type { Actor } from '#platform/actor';
import { emitEvent } from '#platform/database/emit-event';
import type { SourceId } from '#platform/ids';
import type { Services } from '#platform/services';
import { asConfig, encryptSecrets, splitSecrets } from './config-secrets.ts';
import { connectorContext } from './connector-context.ts';
import { connectorFor } from './connectors/registry.ts';
import { presentOne } from './queries.ts';

export interface NewSource {
  readonly name: string;
  readonly type: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/**
 * Adds a source; nothing is loaded yet.
 *
 * @throws AppError source_config_invalid, upload_missing, or what the connector says is wrong.
 */
export async function createSource(
  services: Services,
  actor: Actor,
  input: NewSource,
  signal: AbortSignal,
): Promise<Source> {
  const connector = connectorFor(input.type);
  const settings = connector.parseConfig(input.config);
  await connector.check(connectorContext(services, actor.organizationId, actor.userId), settings, signal);
  const { open, secrets } = splitSecrets(connector.type, asConfig(settings));
  const id = services.newId<SourceId>();
  return services.database.withOrganization(actor.organizationId, async (trx) => {
    const row = await trx
      .insertInto('sources')
      .values({
        id,
        organization_id: actor.organizationId,
        name: input.name,
        type: connector.type,
        config: JSON.stringify(open),
        encrypted_secrets: await encryptSecrets(
          trx,
          services.config,
          { id, organizationId: actor.organizationId },
          secrets,
        ),
        warehouse_table_name: `source_${id}`,
        created_by: actor.userId,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    await emitEvent(trx, actor.organizationId, { type: 'changed', kind: 'source', ref_id: id });
    return presentOne(trx, row);
  });
}
