export type {
  OrganizationWarehouse,
  QueryResult,
  StatementOptions,
  Warehouse,
  WarehouseCapabilities,
  WarehouseSession,
} from './port.ts';
export type { WarehouseServices } from './services.ts';
export { openWarehouse } from './open-warehouse.ts';
export {
  dropStagingTables,
  findPublishedRun,
  publishTable,
  publishTables,
  stagingPrefix,
  type PublishedRun,
} from './publish-table.ts';
export { findTable } from './queries.ts';
export { recordTable, tableSize, type TableRecord } from './record-table.ts';
export { registerWarehouseRoutes } from './routes.ts';
export type { Dialect, SqlLiteral, TableName } from './sql/dialect.ts';
export { identifierBytes } from './sql/dialect.ts';
export { dialects } from './sql/dialects.ts';
export { foldIdentifier, shortenIdentifier } from './sql/shorten-identifier.ts';
