import { streamSettings, type LoadedStream, type StreamSettings } from '#contracts/streams';
import type { Actor } from '#platform/actor';
import type { MetadataTransaction } from '#platform/database/database';
import { emitEvent } from '#platform/database/emit-event';
import { AppError } from '#platform/errors';
import type { SourceId } from '#platform/ids';
import { connectorFor, findSource } from '#sources';
import type { WarehouseServices } from '#warehouse';
import { recallStreams, requestOfStream, type StreamMemory, type StreamRequest } from './stream-memory.ts';

/** Key under which the settings of all streams without their own are kept. */
const everyStream = '';

/** Settings of a source's streams, with what holds where nobody chose anything. */
export interface SourceStreamSettings {
  readonly defaults: StreamSettings;
  readonly own: ReadonlyMap<string, StreamSettings>;
  readonly settingsOf: (stream: string) => StreamSettings;
}

export async function readStreamSettings(
  trx: MetadataTransaction,
  sourceId: SourceId,
): Promise<SourceStreamSettings> {
  const rows = await trx
    .selectFrom('stream_settings')
    .select(['stream', 'settings'])
    .where('source_id', '=', sourceId)
    .execute();
  // Parsed, so that what was kept before a setting existed has its default.
  const kept = new Map(rows.map(({ stream, settings }) => [stream, streamSettings.parse(settings)]));
  const defaults = kept.get(everyStream) ?? streamSettings.parse({});
  kept.delete(everyStream);
  return { defaults, own: kept, settingsOf: (stream) => kept.get(stream) ?? defaults };
}

/** How a source is loaded. @throws AppError not_found */
export async function getStreamSettings(
  services: WarehouseServices,
  actor: Actor,
  id: string,
): Promise<{ defaults: StreamSettings; items: LoadedStream[] }> {
  const warehouse = await services.warehouse.forOrganization(actor.organizationId);
  const { source, settings, tables } = await services.database.withOrganization(
    actor.organizationId,
    async (trx) => {
      const found = await findSource(trx, id);
      return {
        source: found,
        settings: await readStreamSettings(trx, found.id),
        tables: await trx
          .selectFrom('warehouse_tables')
          .select(['name', 'display_name', 'row_count', 'columns'])
          .where('source_id', '=', found.id)
          .execute(),
      };
    },
  );
  const memories = await recallStreams(warehouse, source.id);
  return {
    defaults: settings.defaults,
    items: [...memories]
      .map(([stream, memory]): LoadedStream => ({
        stream,
        title: memory.title,
        settings: settings.settingsOf(stream),
        has_own_settings: settings.own.has(stream),
        tables: memory.tables.flatMap(({ name, parts }) =>
          [name, ...(parts ?? [])].flatMap((physical) => {
            const table = tables.find((one) => one.name === physical);
            return table === undefined
              ? []
              : [
                  {
                    name: physical,
                    display_name: table.display_name,
                    rows: table.row_count,
                    columns: table.columns.length,
                    continues: physical === name ? null : name,
                  },
                ];
          }),
        ),
        continues_from: placeOf(memory),
        waiting_for: memory.request ?? null,
        loaded_at: memory.updatedAt.toISOString(),
      }))
      .toSorted((a, b) => a.title.localeCompare(b.title)),
  };
}

function placeOf(memory: StreamMemory): string | null {
  const place = memory.cursor?.last ?? memory.state?.['cursor'] ?? memory.state?.['last_id'];
  return typeof place === 'string' || typeof place === 'number' ? String(place) : null;
}

/** @throws AppError not_found, invalid_input */
export async function setStreamSettings(
  services: WarehouseServices,
  actor: Actor,
  id: string,
  change: { readonly stream: string | null; readonly settings: StreamSettings | null },
) {
  const stream = change.stream ?? everyStream;
  if (change.settings !== null) assertSane(change.settings);
  await services.database.withOrganization(actor.organizationId, async (trx) => {
    const source = await findSource(trx, id);
    assertDeliversRecords(source.type);
    if (change.settings === null) {
      await trx
        .deleteFrom('stream_settings')
        .where('source_id', '=', source.id)
        .where('stream', '=', stream)
        .execute();
    } else {
      const content = {
        settings: JSON.stringify(change.settings),
        updated_by: actor.userId,
        updated_at: new Date(services.clock.now()),
      };
      await trx
        .insertInto('stream_settings')
        .values({ organization_id: actor.organizationId, source_id: source.id, stream, ...content })
        .onConflict((conflict) => conflict.columns(['source_id', 'stream']).doUpdateSet(content))
        .execute();
    }
    await emitEvent(trx, actor.organizationId, { type: 'changed', kind: 'source', ref_id: source.id });
  });
  return getStreamSettings(services, actor, id);
}

function assertDeliversRecords(type: string): void {
  if (connectorFor(type).capabilities.delivers === 'records') return;
  throw new AppError('invalid_input', 'A file is always loaded as a whole: it has no streams to set up.');
}

/** Settings that contradict each other. @throws AppError invalid_input */
function assertSane(settings: StreamSettings): void {
  const problems: { path: string; message: string }[] = [];
  if (settings.write_disposition === 'append' && (settings.cursor?.lag ?? 0) > 0) {
    problems.push({
      path: 'settings.cursor.lag',
      message: 'What is read again would be added again: merge by fields that tell records apart instead',
    });
  }
  if (settings.write_disposition === 'replace' && settings.cursor?.field !== undefined) {
    problems.push({
      path: 'settings.cursor.field',
      message: 'A table that is replaced needs all records, not only the new ones',
    });
  }
  if (problems.length > 0) {
    throw new AppError('invalid_input', 'These settings do not fit together.', { errors: problems });
  }
}

/**
 * Lets the next load of a stream read everything again. What people see stays until that load is complete.
 *
 * @throws AppError not_found, invalid_input for a stream that was never loaded, and for a backfill that would double
 * its rows.
 */
export async function resetStream(
  services: WarehouseServices,
  actor: Actor,
  id: string,
  wish: { readonly stream: string; readonly mode: StreamRequest },
) {
  const warehouse = await services.warehouse.forOrganization(actor.organizationId);
  const { source, settings } = await services.database.withOrganization(actor.organizationId, async (trx) => {
    const found = await findSource(trx, id);
    return { source: found, settings: (await readStreamSettings(trx, found.id)).settingsOf(wish.stream) };
  });
  const memory = (await recallStreams(warehouse, source.id)).get(wish.stream);
  if (memory === undefined) {
    throw new AppError('invalid_input', 'This was never loaded, so there is nothing to load anew.', {
      errors: [{ path: 'stream', message: 'Use a stream of the list of loaded ones' }],
    });
  }
  if (wish.mode === 'backfill' && (memory.method === 'append' || settings.write_disposition === 'append')) {
    throw new AppError(
      'invalid_input',
      'Its rows are added to those that are there: reading all again would double them.',
      {
        errors: [{ path: 'mode', message: 'Reset it, or merge by fields that tell records apart' }],
      },
    );
  }
  await requestOfStream(warehouse, { sourceId: source.id, stream: wish.stream }, wish.mode);
  await services.database.withOrganization(actor.organizationId, (trx) =>
    emitEvent(trx, actor.organizationId, { type: 'changed', kind: 'source', ref_id: source.id }),
  );
  return getStreamSettings(services, actor, id);
}
