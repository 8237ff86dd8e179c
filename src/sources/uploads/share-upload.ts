import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { access, constants, mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ExpressionBuilder } from 'kysely';
import type { MetadataTransaction } from '#platform/database/database';
import type { RowOf, Tables } from '#platform/database/tables';
import { AppError } from '#platform/errors';
import type { OrganizationId, UploadId } from '#platform/ids';
import type { Services } from '#platform/services';
import { uploadPath } from './upload-path.ts';

/** One piece is in memory at a time, on both sides. */
const PIECE_BYTES = 1 << 20;

/**
 * Writes the bytes of an upload into the database as well, where every worker finds them; does nothing where the
 * settings say that files stay in their folder. In the transaction that makes the upload known, so that it is there
 * whole or not at all.
 *
 * @throws AppError disk_full (of the database)
 */
export async function shareUpload(
  services: Pick<Services, 'config'>,
  trx: MetadataTransaction,
  organizationId: OrganizationId,
  uploadId: UploadId,
): Promise<void> {
  if (!services.config.uploadsInDatabase) return;
  let position = 0;
  const path = uploadPath(services.config, organizationId, uploadId);
  for await (const bytes of createReadStream(path, { highWaterMark: PIECE_BYTES })) {
    await trx
      .insertInto('upload_pieces')
      .values({ organization_id: organizationId, upload_id: uploadId, position, bytes: bytes as Buffer }) // no encoding is set
      .execute();
    position += 1;
  }
}

/**
 * The path of an upload on this machine, where it is brought to from the database if it was uploaded elsewhere.
 *
 * @throws AppError upload_missing when it is neither here nor there
 */
export async function localUpload(
  services: Pick<Services, 'config' | 'database'>,
  upload: Pick<RowOf<'uploads'>, 'id' | 'organization_id' | 'filename' | 'size_bytes'>,
): Promise<string> {
  const path = uploadPath(services.config, upload.organization_id, upload.id);
  const isHere = await access(path, constants.R_OK).then(
    () => true,
    () => false,
  );
  if (isHere) return path;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  // Two steps that want it at once each bring their own; the last one stays, which is the same.
  const part = `${path}.${randomUUID()}.part`;
  try {
    const pieces = readPieces(services, upload.organization_id, upload.id);
    await pipeline(Readable.from(pieces), createWriteStream(part, { mode: 0o600, flags: 'wx' }));
    // Nothing is there when it was never shared, and less when somebody removes the upload at this moment.
    if ((await stat(part)).size !== upload.size_bytes) {
      throw new AppError('upload_missing', `The uploaded file “${upload.filename}” is no longer there.`);
    }
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
  return path;
}

async function* readPieces(
  services: Pick<Services, 'database'>,
  organizationId: OrganizationId,
  uploadId: UploadId,
): AsyncGenerator<Buffer> {
  for (let position = 0; ; position += 1) {
    const piece = await services.database.withOrganization(organizationId, (trx) =>
      trx
        .selectFrom('upload_pieces')
        .select('bytes')
        .where('upload_id', '=', uploadId)
        .where('position', '=', position)
        .executeTakeFirst(),
    );
    if (piece === undefined) return;
    yield piece.bytes;
  }
}

function hasPieces(where: ExpressionBuilder<Tables, 'uploads'>) {
  return where
    .selectFrom('upload_pieces')
    .select('upload_pieces.position')
    .whereRef('upload_pieces.upload_id', '=', 'uploads.id');
}

/**
 * Writes the bytes of those uploads of an organization into the database that are only in the folder of this server: they were made before
 * the settings said so, or come from a backup.
 *
 * @returns how many.
 */
export async function shareOlderUploads(
  services: Pick<Services, 'config' | 'database'>,
  organizationId: OrganizationId,
  signal: AbortSignal,
): Promise<number> {
  if (!services.config.uploadsInDatabase) return 0;
  const alone = await services.database.withOrganization(organizationId, (trx) =>
    trx
      .selectFrom('uploads')
      .select('id')
      .where('expected_bytes', 'is', null)
      .where((where) => where.not(where.exists(hasPieces(where))))
      .orderBy('id')
      .execute(),
  );
  let shared = 0;
  for (const { id } of alone) {
    signal.throwIfAborted();
    const isHere = await access(uploadPath(services.config, organizationId, id), constants.R_OK).then(
      () => true,
      () => false,
    );
    if (!isHere) continue;
    await services.database.withOrganization(organizationId, async (trx) => {
      const still = await trx
        .selectFrom('uploads')
        .select('id')
        .where('id', '=', id)
        .where((where) => where.not(where.exists(hasPieces(where))))
        .forUpdate()
        .executeTakeFirst();
      if (still === undefined) return;
      await shareUpload(services, trx, organizationId, id);
      shared += 1;
    });
  }
  return shared;
}
