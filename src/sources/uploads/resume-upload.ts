import { mkdir, open, rm, stat } from 'node:fs/promises';
import type { UploadState } from '#contracts/resumable-uploads';
import type { Actor } from '#platform/actor';
import type { RowOf } from '#platform/database/tables';
import { AppError } from '#platform/errors';
import type { UploadedFile } from '#platform/http-route';
import type { UploadId } from '#platform/ids';
import type { Services } from '#platform/services';
import { removeStaleUploads, removeUpload } from './remove-stale-uploads.ts';
import { safeFilename, tooLarge, translated } from './store-upload.ts';
import { shareUpload } from './share-upload.ts';
import { uploadDirectory, uploadPath } from './upload-path.ts';

/** Uploads whose next piece is being written; one server process takes all of them. */
const writing = new Set<string>();

/** Begins a file that comes in pieces. @throws AppError payload_too_large, disk_full */
export async function beginUpload(
  services: Services,
  actor: Actor,
  input: { readonly filename: string; readonly size_bytes: number },
): Promise<UploadState> {
  if (input.size_bytes > services.config.maxUploadBytes) throw tooLarge(services.config.maxUploadBytes);
  await removeStaleUploads(services, actor.organizationId);
  const id = services.newId<UploadId>();
  await mkdir(uploadDirectory(services.config, actor.organizationId), { recursive: true, mode: 0o700 });
  const path = uploadPath(services.config, actor.organizationId, id);
  const handle = await open(path, 'wx', 0o600);
  await handle.close();
  try {
    const row = await services.database.withOrganization(actor.organizationId, (trx) =>
      trx
        .insertInto('uploads')
        .values({
          id,
          organization_id: actor.organizationId,
          filename: safeFilename(input.filename),
          size_bytes: 0,
          expected_bytes: input.size_bytes,
          created_by: actor.userId,
        })
        .returningAll()
        .executeTakeFirstOrThrow(),
    );
    return present(row, 0);
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}

function present(row: RowOf<'uploads'>, offset: number): UploadState {
  return { id: row.id, filename: row.filename, size_bytes: row.expected_bytes ?? row.size_bytes, offset };
}

/** What there is of an upload that is not whole. @throws AppError not_found */
async function findPart(services: Services, actor: Actor, id: string) {
  const row = await services.database.withOrganization(actor.organizationId, (trx) =>
    trx
      .selectFrom('uploads')
      .selectAll()
      .where('id', '=', id as UploadId) // compared, never trusted
      .where('expected_bytes', 'is not', null)
      .executeTakeFirst(),
  );
  const path = row === undefined ? '' : uploadPath(services.config, actor.organizationId, row.id);
  const size = row === undefined ? null : await sizeOf(path);
  if (row === undefined || row.expected_bytes === null || size === null)
    throw new AppError('not_found', 'There is no upload under way with this id.');
  return { row, path, offset: size, expected: row.expected_bytes };
}

async function sizeOf(path: string): Promise<number | null> {
  return stat(path).then(
    ({ size }) => size,
    () => null,
  );
}

export async function getUploadState(services: Services, actor: Actor, id: string): Promise<UploadState> {
  const { row, offset } = await findPart(services, actor, id);
  return present(row, offset);
}

/**
 * Writes the next piece of a file behind what is there. A piece that is cut off counts as far as it came.
 *
 * @throws AppError not_found, conflict (the piece begins elsewhere, or another one is being written), payload_too_large,
 * disk_full, upload_incomplete
 */
export async function appendPiece(
  services: Services,
  actor: Actor,
  id: string,
  offset: number,
  piece: UploadedFile,
  signal: AbortSignal,
): Promise<UploadState> {
  if (writing.has(id)) {
    throw new AppError('conflict', 'Another piece of this file is just being written.', {
      hint: 'Ask how much is there, and send what follows.',
    });
  }
  writing.add(id);
  try {
    const part = await findPart(services, actor, id);
    if (part.offset !== offset) {
      throw new AppError('conflict', `The next piece begins at byte ${part.offset}, not at ${offset}.`, {
        hint: 'Ask how much is there, and send what follows.',
      });
    }
    const handle = await open(part.path, 'a');
    let at = offset;
    try {
      for await (const chunk of piece.stream) {
        signal.throwIfAborted();
        const bytes = chunk as Uint8Array; // a byte stream: nothing set an encoding
        if (at + bytes.length > part.expected) throw tooLarge(part.expected);
        await handle.write(bytes);
        at += bytes.length;
      }
      if (piece.wasTruncated()) throw tooLarge(part.expected);
      // The offset promises that these bytes are there: also after a power cut.
      await handle.datasync();
    } catch (error) {
      throw translated(error, signal);
    } finally {
      await handle.close();
    }
    return present(part.row, at);
  } finally {
    // What is left of a request that failed flows into nothing.
    piece.stream.resume();
    writing.delete(id);
  }
}

/** The upload once all of it is there. @throws AppError not_found, upload_incomplete */
export async function completeUpload(
  services: Services,
  actor: Actor,
  id: string,
): Promise<RowOf<'uploads'>> {
  const { row, offset, expected } = await findPart(services, actor, id);
  if (offset !== expected) {
    const there = `${offset.toLocaleString('en')} of ${expected.toLocaleString('en')} bytes`;
    throw new AppError('upload_incomplete', `Only ${there} have arrived.`);
  }
  return services.database.withOrganization(actor.organizationId, async (trx) => {
    const whole = await trx
      .updateTable('uploads')
      .set({ size_bytes: offset, expected_bytes: null })
      .where('id', '=', row.id)
      .returningAll()
      .executeTakeFirstOrThrow();
    await shareUpload(services, trx, actor.organizationId, row.id);
    return whole;
  });
}

/** Removes what is there of an upload that is not whole. @throws AppError not_found */
export async function cancelUpload(services: Services, actor: Actor, id: string): Promise<void> {
  const { row } = await findPart(services, actor, id);
  await removeUpload(services, actor.organizationId, row.id);
}
