/** The way from a source into the warehouse: detect, scan, name, load. */
export { addFile, suggestAddition } from './add-file.ts';
export { createUpload } from './create-upload.ts';
export { deleteSource } from './delete-source.ts';
export { nameColumns, type ColumnName } from './naming/name-columns.ts';
export { registerIngestionRoutes } from './routes.ts';
export { runSync, type LoadedTableToExamine, type SyncOutcome, type SyncRequest } from './run-sync.ts';
