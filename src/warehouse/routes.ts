import * as google from '#contracts/google';
import * as contract from '#contracts/warehouse';
import type { RouteRegistrar } from '#platform/http-route';
import { describeTable, exportDictionary } from './describe-table.ts';
import { exportTable } from './export/export-table.ts';
import { profileTable } from './profile-table.ts';
import { getTable, listTables } from './queries.ts';
import { cancelSheetExport, listSheetExports } from './sheet-exports/queries.ts';
import { startSheetExport } from './sheet-exports/start-sheet-export.ts';
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
    handler: ({ actor, params, query, signal }) => profileTable(services, actor, params.name, query, signal),
  });
  route(contract.exportTable, {
    authorize: 'data:export',
    file: ({ actor, params, query, signal }) =>
      exportTable(services, actor, params.name, query.format, signal),
  });
  route(google.startSheetExport, {
    // With the right to export, which the command asks for: whoever sends also leaves a sign-in here.
    authorize: 'sources:write',
    handler: ({ actor, params, body }) => startSheetExport(services, actor, params.name, body),
  });
  route(google.listSheetExports, {
    authorize: 'data:read',
    handler: async ({ actor, params }) => ({
      items: await listSheetExports(services, actor, params.name),
      next_cursor: null,
    }),
  });
  route(google.cancelSheetExport, {
    authorize: 'sources:write',
    handler: ({ actor, params }) => cancelSheetExport(services, actor, params.id),
  });
}
