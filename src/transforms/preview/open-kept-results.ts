import type { OrganizationId } from '#platform/ids';
import type { OrganizationWarehouse, Warehouse, WarehouseServices } from '#warehouse';
import { syntaxes } from '../emit/syntaxes.ts';
import { KeptResults } from './kept-results.ts';

const ofWarehouses = new WeakMap<object, Map<OrganizationId, KeptResults>>();

/** The kept results of an organization in this process; null when its engine keeps none. */
export function keptResultsOf(
  services: WarehouseServices,
  warehouse: OrganizationWarehouse,
): KeptResults | null {
  const { keeping } = syntaxes[warehouse.capabilities.dialect.name];
  if (keeping === null) return null;
  const opened = ofWarehouses.get(services.warehouse) ?? new Map<OrganizationId, KeptResults>();
  ofWarehouses.set(services.warehouse, opened);
  const found = opened.get(warehouse.organizationId) ?? new KeptResults(warehouse, keeping, services);
  opened.set(warehouse.organizationId, found);
  return found;
}

/** Drops what previews keep in this process; before the warehouse is closed. */
export async function closePreviews(warehouse: Warehouse): Promise<void> {
  const opened = ofWarehouses.get(warehouse);
  ofWarehouses.delete(warehouse);
  await Promise.all([...(opened?.values() ?? [])].map((each) => each.close()));
}
