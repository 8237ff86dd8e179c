import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import type { Actor } from '#platform/actor';
import type { RowOf } from '#platform/database/tables';
import { AppError } from '#platform/errors';
import type { UploadedFile } from '#platform/http-route';
import type { UploadId } from '#platform/ids';
import type { Services } from '#platform/services';
import { removeStaleUploads } from './remove-stale-uploads.ts';
import { shareUpload } from './share-upload.ts';
import { uploadDirectory, uploadPath } from './upload-path.ts';

/** Written in pieces of about this size: fewer, larger writes. */
const writeBytes = 1 << 20;
/** The disk begins to write while the rest still arrives, so that little is left to wait for at the end. */
const syncBytes = 32 << 20;

/**
 * Streams a file to disk and keeps a row about it; memory stays flat whatever its size.
 *
 * @throws AppError payload_too_large, upload_incomplete, file_empty, disk_full; nothing is left on disk then.
 */
export async function storeUpload(
  services: Services,
  actor: Actor,
  file: UploadedFile,
  signal?: AbortSignal,
): Promise<RowOf<'uploads'>> {
  await removeStaleUploads(services, actor.organizationId);
  const id = services.newId<UploadId>();
  await mkdir(uploadDirectory(services.config, actor.organizationId), { recursive: true, mode: 0o700 });
  const path = uploadPath(services.config, actor.organizationId, id);
  try {
    const size = await writeFile(path, file, services.config.maxUploadBytes, signal);
    if (size === 0) throw new AppError('file_empty', 'The file is empty.');
    return await services.database.withOrganization(actor.organizationId, async (trx) => {
      const row = await trx
        .insertInto('uploads')
        .values({
          id,
          organization_id: actor.organizationId,
          filename: safeFilename(file.filename),
          size_bytes: size,
          created_by: actor.userId,
        })
        .returningAll()
        .executeTakeFirstOrThrow();
      await shareUpload(services, trx, actor.organizationId, id);
      return row;
    });
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}

async function writeFile(
  path: string,
  file: UploadedFile,
  maxBytes: number,
  signal: AbortSignal | undefined,
): Promise<number> {
  const handle = await open(path, 'wx', 0o600);
  let size = 0;
  let syncedTo = 0;
  let syncing: Promise<void> | undefined;
  let writing: Promise<void> = Promise.resolve();
  try {
    let pending: Uint8Array[] = [];
    let pendingBytes = 0;
    // While one piece is written the next one arrives.
    const flush = async () => {
      await writing;
      if (pendingBytes === 0) return;
      writing = writeWhole(handle, pending, pendingBytes);
      writing.catch(() => undefined); // told by the next flush
      pending = [];
      pendingBytes = 0;
      if (syncing !== undefined || size - syncedTo < syncBytes) return;
      syncedTo = size;
      syncing = handle.datasync().finally(() => {
        syncing = undefined;
      });
      // Its failure is met again by the last sync, which is awaited.
      syncing.catch(() => undefined);
    };
    for await (const chunk of file.stream) {
      signal?.throwIfAborted();
      const bytes = chunk as Uint8Array; // a byte stream: nothing set an encoding
      size += bytes.length;
      if (size > maxBytes) throw tooLarge(maxBytes);
      pending.push(bytes);
      pendingBytes += bytes.length;
      if (pendingBytes >= writeBytes) await flush();
    }
    await flush();
    await writing;
    if (file.wasTruncated()) throw tooLarge(maxBytes);
    // The answer promises that the file is there: also after a power cut.
    await handle.sync();
  } catch (error) {
    throw translated(error, signal);
  } finally {
    await writing.catch(() => undefined);
    await syncing?.catch(() => undefined);
    await handle.close();
  }
  return size;
}

async function writeWhole(handle: FileHandle, pieces: readonly Uint8Array[], bytes: number): Promise<void> {
  const { bytesWritten } = await handle.writev(pieces);
  if (bytesWritten !== bytes) throw new AppError('disk_full', 'There is no space left for this file.');
}

export function tooLarge(maxBytes: number): AppError {
  return new AppError(
    'payload_too_large',
    `The file is larger than ${Math.round(maxBytes / 1024 ** 2).toLocaleString('en')} MiB.`,
  );
}

export function translated(error: unknown, signal: AbortSignal | undefined): unknown {
  if (error instanceof AppError) return error;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new AppError('disk_full', 'There is no space left for this file.', { cause: error });
  }
  if (signal?.aborted === true || code === 'ERR_STREAM_PREMATURE_CLOSE' || code === 'ECONNRESET') {
    return new AppError('upload_incomplete', 'The upload did not arrive whole.', { cause: error });
  }
  return error;
}

/** For showing only. Control characters and direction marks could make one name look like another. */
export function safeFilename(filename: string): string {
  const plain = filename
    .toWellFormed()
    .replace(/^.*[\\/]/, '')
    // oxlint-disable-next-line no-control-regex -- control characters are what is removed
    .replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '')
    .trim()
    .slice(0, 255);
  return plain === '' ? 'file.csv' : plain;
}
