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
  publishOnce,
  publishTable,
  publishTables,
  stagingPrefix,
  type Publication,
  type PublishedRun,
} from './publish-table.ts';
export { dropRelation, dropTables, putViewsBack, relationKind, takeViewsAway } from './dependent-views.ts';
export { BinaryCopyWriter } from './postgres/binary-copy.ts';
export { profileTable } from './profile-table.ts';
export { PROFILE_SAMPLE_ROWS, profileColumns } from './profile-columns.ts';
export { findTable } from './queries.ts';
export { forgetTables, recordTable, tableSize, type TableRecord } from './record-table.ts';
export { registerWarehouseRoutes } from './routes.ts';
export type { Dialect, SqlLiteral, TableName } from './sql/dialect.ts';
export { identifierBytes } from './sql/dialect.ts';
export { dialects } from './sql/dialects.ts';
export { foldIdentifier, shortenIdentifier } from './sql/shorten-identifier.ts';
