import { sql } from 'kysely';
import type { Source } from '#contracts/sources';
import type { Actor } from '#platform/actor';
import { emitEvent } from '#platform/database/emit-event';
import type { Services } from '#platform/services';
import { asConfig, completeConfig, encryptSecrets, splitSecrets, whoChooses } from './config-secrets.ts';
import { connectorContext } from './connector-context.ts';
import { connectorFor } from './connectors/registry.ts';
import { findSource, presentOne } from './queries.ts';

export interface SourceChange {
  readonly name?: string | undefined;
  /** Replaces the whole config. It counts from the next sync on. */
  readonly config?: Readonly<Record<string, unknown>> | undefined;
}

/** Renames a source, or gives it a new file or other options. @throws AppError not_found, source_config_invalid */
export async function updateSource(
  services: Services,
  actor: Actor,
  id: string,
  change: SourceChange,
  signal: AbortSignal,
): Promise<Source> {
  const { before, config } = await services.database.withOrganization(actor.organizationId, async (trx) => {
    const source = await findSource(trx, id);
    if (change.config === undefined) return { before: source, config: undefined };
    return { before: source, config: await completeConfig(trx, services.config, source, change.config) };
  });
  const connector = connectorFor(before.type);
  let changed: ReturnType<typeof splitSecrets> | undefined;
  if (config !== undefined) {
    const settings = connector.parseConfig(config);
    const asks = whoChooses(before.type, before.config, config, actor);
    await connector.check(connectorContext(services, actor.organizationId, asks), settings, signal);
    changed = splitSecrets(before.type, asConfig(settings));
  }
  return services.database.withOrganization(actor.organizationId, async (trx) => {
    const row = await trx
      .updateTable('sources')
      .set({
        ...(change.name === undefined ? {} : { name: change.name }),
        ...(changed === undefined
          ? {}
          : {
              config: JSON.stringify(changed.open),
              encrypted_secrets: await encryptSecrets(
                trx,
                services.config,
                { id: before.id, organizationId: actor.organizationId },
                changed.secrets,
              ),
            }),
        updated_at: new Date(services.clock.now()),
      })
      .where('id', '=', before.id)
      .returningAll()
      .executeTakeFirst();
    const source = row ?? (await findSource(trx, id));
    if (change.name !== undefined) {
      await trx
        .updateTable('warehouse_tables')
        // Tables of its lists and further streams carry the name in front of their own.
        .set({
          display_name: sql<string>`${change.name} || CASE WHEN starts_with(display_name, ${before.name}) THEN substr(display_name, length(${before.name}) + 1) ELSE '' END`,
        })
        .where('source_id', '=', before.id)
        .execute();
      await emitEvent(trx, actor.organizationId, {
        type: 'changed',
        kind: 'table',
        ref_id: source.warehouse_table_name,
      });
    }
    await emitEvent(trx, actor.organizationId, { type: 'changed', kind: 'source', ref_id: source.id });
    return presentOne(trx, source);
  });
}
