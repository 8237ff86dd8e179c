import type { Source } from '#contracts/sources';
import type { Actor } from '#platform/actor';
import { emitEvent } from '#platform/database/emit-event';
import type { Services } from '#platform/services';
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
  const before = await services.database.withOrganization(actor.organizationId, (trx) => findSource(trx, id));
  const connector = connectorFor(before.type);
  let settings: unknown;
  if (change.config !== undefined) {
    settings = connector.parseConfig(change.config);
    await connector.check(connectorContext(services, actor.organizationId), settings, signal);
  }
  return services.database.withOrganization(actor.organizationId, async (trx) => {
    const row = await trx
      .updateTable('sources')
      .set({
        ...(change.name === undefined ? {} : { name: change.name }),
        ...(settings === undefined ? {} : { config: JSON.stringify(settings) }),
        updated_at: new Date(services.clock.now()),
      })
      .where('id', '=', before.id)
      .returningAll()
      .executeTakeFirst();
    const source = row ?? (await findSource(trx, id));
    if (change.name !== undefined) {
      await trx
        .updateTable('warehouse_tables')
        .set({ display_name: change.name })
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
