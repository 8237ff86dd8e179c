import type { CsvOptions, Upload } from '#contracts/sources';
import type { Actor } from '#platform/actor';
import type { RowOf } from '#platform/database/tables';
import { AppError } from '#platform/errors';
import type { UploadedFile } from '#platform/http-route';
import type { Services } from '#platform/services';
import { completeUpload, findUpload, localUpload, prepareFile, removeUpload, storeUpload } from '#sources';
import { previewCsv } from './csv/preview-csv.ts';
import { previewJson } from './preview-json.ts';

/** Keeps a file and says what is in it. A file that cannot be read is not kept. */
export async function createUpload(
  services: Services,
  actor: Actor,
  file: UploadedFile,
  signal: AbortSignal,
): Promise<Upload> {
  return describeUpload(services, actor, await storeUpload(services, actor, file, signal), signal);
}

/** The same of a file that came in pieces. @throws AppError not_found, upload_incomplete */
export async function finishUpload(
  services: Services,
  actor: Actor,
  id: string,
  signal: AbortSignal,
): Promise<Upload> {
  return describeUpload(services, actor, await completeUpload(services, actor, id), signal);
}

async function describeUpload(
  services: Services,
  actor: Actor,
  stored: RowOf<'uploads'>,
  signal: AbortSignal,
): Promise<Upload> {
  try {
    return present(stored, await previewFile(await localUpload(services, stored), {}, signal));
  } catch (error) {
    await removeUpload(services, actor.organizationId, stored.id);
    throw error;
  }
}

/** The same file read with other options. @throws AppError not_found, upload_missing (its file is gone) */
export async function previewUpload(
  services: Services,
  actor: Actor,
  uploadId: string,
  options: CsvOptions,
  signal: AbortSignal,
): Promise<Upload> {
  const stored = await findUpload(services, actor.organizationId, uploadId).catch((error: unknown) => {
    // Here it is the thing that the address names, and no part of a source's settings.
    if (!(error instanceof AppError) || error.code !== 'upload_missing') throw error;
    throw new AppError('not_found', error.message, { cause: error });
  });
  return present(stored, await previewFile(await localUpload(services, stored), options, signal));
}

function present(
  { id, filename }: { readonly id: string; readonly filename: string },
  preview: Omit<Upload, 'id' | 'filename'>,
): Upload {
  const said = saidFormat(filename);
  const isOther = said !== undefined && said !== formatNames[preview.format] && preview.compression === null;
  const message = `The name says ${said ?? ''}, the content is ${formatNames[preview.format]}; it is read as what it is.`;
  const about = isOther ? [{ code: 'format_by_content', message }] : [];
  return { id, filename, ...preview, warnings: [...about, ...preview.warnings] };
}

const formatNames: Readonly<Record<Upload['format'], string>> = {
  csv: 'text',
  xlsx: 'Excel',
  json: 'JSON',
  ndjson: 'JSON',
  parquet: 'Parquet',
};

function saidFormat(filename: string): string | undefined {
  const extension = /\.([a-z]+)$/i.exec(filename)?.[1]?.toLowerCase() ?? '';
  if (['csv', 'tsv', 'tab'].includes(extension)) return 'text';
  if (['xlsx', 'xls'].includes(extension)) return 'Excel';
  return ['json', 'ndjson', 'jsonl'].includes(extension) ? 'JSON' : undefined;
}

async function previewFile(
  path: string,
  options: CsvOptions,
  signal: AbortSignal,
): Promise<Omit<Upload, 'id' | 'filename'>> {
  const { format, compression, sheets, sheet, ...prepared } = await prepareFile(path, options, signal);
  const preview =
    prepared.records === null
      ? await previewCsv(prepared.path, prepared.options, signal)
      : await previewJson(prepared.path, prepared.records, prepared.options, signal);
  return { ...preview, format, compression, sheets: [...sheets], sheet };
}
