import type { Clock } from './clock.ts';
import type { Config } from './config.ts';
import type { Database } from './database/database.ts';
import type { NewId } from './ids.ts';
import type { Log } from './log.ts';

/**
 * What every command stands on, passed as its first argument. Domains that need more extend it
 * (`WarehouseServices` in `#warehouse` adds the warehouse).
 */
export interface Services {
  readonly config: Config;
  readonly log: Log;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly database: Database;
}
