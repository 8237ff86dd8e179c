import * as contract from '#contracts/warehouse';
import type { RouteRegistrar } from '#platform/http-route';
import { describeTable, exportDictionary } from './describe-table.ts';
import { exportTable } from './export-table.ts';
import { profileTable } from './profile-table.ts';
import { getTable, listTables } from './queries.ts';
import type { WarehouseServices } from './services.ts';

/** Routes of tables. A page of a table's rows is a recipe of one step, so that route is in `transforms`. */
export function registerWarehouseRoutes(route: RouteRegistrar, services: WarehouseServices): void {
  route(contract.listTables, {
    authorize: 'data:read',
    handler: ({ actor, query }) => listTables(services, actor, query),
  });
  route(contract.getTable, {
    authorize: 'data:read',
    handler: ({ actor, params }) => getTable(services, actor, params.name),
  });
  route(contract.describeTable, {
    authorize: 'transformations:write',
    handler: ({ actor, params, body }) => describeTable(services, actor, params.name, body),
  });
  route(contract.exportDictionary, {
    authorize: 'data:export',
    file: ({ actor }) => exportDictionary(services, actor),
  });
  route(contract.profileTable, {
    authorize: 'data:read',
    handler: ({ actor, params, signal }) => profileTable(services, actor, params.name, signal),
  });
  route(contract.exportTable, {
    authorize: 'data:export',
    file: ({ actor, params, query, signal }) =>
      exportTable(services, actor, params.name, query.format, signal),
  });
}
