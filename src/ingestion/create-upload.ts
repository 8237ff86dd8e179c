import type { CsvOptions, Upload } from '#contracts/sources';
import type { Actor } from '#platform/actor';
import { AppError } from '#platform/errors';
import type { UploadedFile } from '#platform/http-route';
import type { Services } from '#platform/services';
import { findUpload, prepareFile, removeUpload, storeUpload, uploadPath } from '#sources';
import { previewCsv } from './csv/preview-csv.ts';

/** Keeps a file and says what is in it. A file that cannot be read is not kept. */
export async function createUpload(
  services: Services,
  actor: Actor,
  file: UploadedFile,
  signal: AbortSignal,
): Promise<Upload> {
  const stored = await storeUpload(services, actor, file, signal);
  try {
    const path = uploadPath(services.config, actor.organizationId, stored.id);
    return { id: stored.id, filename: stored.filename, ...(await previewFile(path, {}, signal)) };
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
  const path = uploadPath(services.config, actor.organizationId, stored.id);
  try {
    return { id: stored.id, filename: stored.filename, ...(await previewFile(path, options, signal)) };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      throw new AppError('upload_missing', `The uploaded file “${stored.filename}” is no longer there.`, {
        cause: error,
      });
    }
    throw error;
  }
}

async function previewFile(
  path: string,
  options: CsvOptions,
  signal: AbortSignal,
): Promise<Omit<Upload, 'id' | 'filename'>> {
  const { format, compression, sheets, sheet, ...prepared } = await prepareFile(path, options, signal);
  const preview = await previewCsv(prepared.path, prepared.options, signal);
  return { ...preview, format, compression, sheets: [...sheets], sheet };
}
