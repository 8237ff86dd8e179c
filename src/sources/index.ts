/** Where data comes from: uploads, connectors and the sources that people made of them. */
export { isLeftOut } from './choose-columns.ts';
export { chooseStreams } from './choose-streams.ts';
export { completeConfig, hostOfSource, openConfig, whoChooses } from './config-secrets.ts';
export { connectorContext } from './connector-context.ts';
export { connectorFor, sourceTypes } from './connectors/registry.ts';
export { createSource, type NewSource } from './create-source.ts';
export type {
  AddedFile,
  Connector,
  FieldHint,
  OpenedStream,
  RecordStream,
  SourceRecord,
  StreamInfo,
  StreamState,
} from './port.ts';
export { presentSync } from './present-source.ts';
export { findSource, getSource, listSources } from './queries.ts';
export { registerGoogleRoutes } from './google/routes.ts';
export { spreadsheetId } from './connectors/google-sheets/sheets-settings.ts';
export { openSheetWriter, type SheetCell, type SheetWriter } from './google/write-sheet.ts';
export { registerSourceRoutes } from './routes.ts';
export { updateSource } from './update-source.ts';
export { keySeparator, openRecords } from './files/open-records.ts';
export { prepareFile, type PreparedFile } from './files/prepare-file.ts';
export { findUpload } from './uploads/find-upload.ts';
export { removeUpload } from './uploads/remove-stale-uploads.ts';
export { completeUpload } from './uploads/resume-upload.ts';
export { storeUpload } from './uploads/store-upload.ts';
export { removeForgottenFiles } from './uploads/remove-forgotten-files.ts';
export { localUpload, shareOlderUploads } from './uploads/share-upload.ts';
export { uploadPath } from './uploads/upload-path.ts';
export { removeStaleUploads, UPLOAD_KEPT_DAYS } from './uploads/remove-stale-uploads.ts';
