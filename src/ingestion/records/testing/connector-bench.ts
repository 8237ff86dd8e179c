import { systemClock } from '#platform/clock';
import type { Config } from '#platform/config';
import { connectDatabase } from '#platform/database/database';
import { newId, type RunId, type SourceId, type StepId } from '#platform/ids';
import { createLog, type Log } from '#platform/log';
import { createSource } from '#sources';
import { createTestDatabase } from '#testing/database';
import { createTestOrganization } from '#testing/organization';
import { openWarehouse, type WarehouseServices } from '#warehouse';
import { runSync } from '../../run-sync.ts';

/** An installation in which connectors can be tried from their settings to the rows of a table. */
export async function openConnectorBench(
  allowedHosts: readonly string[],
  settings: Partial<Config> = {},
  log: Log = createLog('silent'),
) {
  const installation = await createTestDatabase();
  const config = {
    ...installation.config,
    // More requests in a minute than a service would bear.
    outboundLimits: { atOnce: 8, perMinute: 100_000 },
    ...settings,
    outboundAllowedHosts: allowedHosts,
  };
  const database = connectDatabase(installation.appUrl);
  const warehouse = openWarehouse({ config, database });
  const services: WarehouseServices = {
    config,
    log,
    clock: systemClock,
    newId,
    database,
    warehouse,
  };
  const actor = await createTestOrganization(database, config);
  const ours = await warehouse.forOrganization(actor.organizationId);
  const { signal } = new AbortController();
  return {
    services,
    actor,
    installation,
    signal,
    add: (type: string, settings: Readonly<Record<string, unknown>>) =>
      createSource(services, actor, { name: 'Field data', type, config: settings }, signal),
    /** @param other settings under which this one load happens. */
    sync: (sourceId: string, other: Partial<Config> = {}, until: AbortSignal = signal) =>
      runSync(Object.keys(other).length === 0 ? services : { ...services, config: { ...config, ...other } }, {
        organizationId: actor.organizationId,
        // An id that createSource gave.
        sourceId: sourceId as SourceId,
        runId: newId<RunId>(),
        stepId: newId<StepId>(),
        trigger: 'manual',
        signal: until,
      }),
    rows: async (sourceId: string, columns = '*', suffix = '', order = '"_dlt_id"') =>
      (await ours.read(`SELECT ${columns} FROM "source_${sourceId}${suffix}" ORDER BY ${order}`)).rows,
    async [Symbol.asyncDispose]() {
      await warehouse.close();
      await database.close();
      await installation[Symbol.asyncDispose]();
    },
  };
}
