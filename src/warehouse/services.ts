import type { Services } from '#platform/services';
import type { Warehouse } from './port.ts';

/** `Services` with the warehouse, for the domains that work on people's data. */
export interface WarehouseServices extends Services {
  readonly warehouse: Warehouse;
}
