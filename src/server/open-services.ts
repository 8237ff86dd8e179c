import { systemClock } from '#platform/clock';
import type { Config } from '#platform/config';
import { connectDatabase } from '#platform/database/database';
import { newId } from '#platform/ids';
import type { Log } from '#platform/log';
import { closePreviews } from '#transforms';
import type { WarehouseServices } from '#warehouse';
import { openWarehouse } from '#warehouse';

/** What every command stands on, connected. Release it to close its connections. */
export type OpenServices = WarehouseServices & AsyncDisposable;

/** @param appUrl connection string of the program's login, from `openDatabase`. */
export function openServices(config: Config, appUrl: string, log: Log): OpenServices {
  const database = connectDatabase(appUrl);
  const warehouse = openWarehouse({ config, database });
  return {
    config,
    log,
    clock: systemClock,
    newId,
    database,
    warehouse,
    async [Symbol.asyncDispose]() {
      await closePreviews(warehouse);
      await warehouse.close();
      await database.close();
    },
  };
}
