import { rm } from 'node:fs/promises';
import { sql } from 'kysely';
import type { OrganizationId } from '#platform/ids';
import type { Services } from '#platform/services';
import { removePrepared } from '../files/prepare-file.ts';
import { uploadPath } from './upload-path.ts';

/** An upload that no source uses is kept this long: time enough to finish the dialog after the weekend. */
export const UPLOAD_KEPT_DAYS = 7;

/** Removes files that were uploaded and never became a source, or that a source has replaced since. */
export async function removeStaleUploads(services: Services, organizationId: OrganizationId): Promise<void> {
  const before = new Date(services.clock.now() - UPLOAD_KEPT_DAYS * 86_400_000);
  const removed = await services.database.withOrganization(organizationId, (trx) =>
    trx
      .deleteFrom('uploads')
      .where('created_at', '<', before)
      .where((where) =>
        where.not(
          where.exists(
            where
              .selectFrom('sources')
              .select('sources.id')
              .where(
                sql<boolean>`sources.config ->> 'upload_id' = uploads.id OR sources.config -> 'additions' @> jsonb_build_array(jsonb_build_object('upload_id', uploads.id))`,
              ),
          ),
        ),
      )
      .returning('id')
      .execute(),
  );
  for (const { id } of removed) await removeFiles(uploadPath(services.config, organizationId, id));
}

/** Removes one upload: the row, then the file, so that no row ever names a file that is gone. */
export async function removeUpload(
  services: Services,
  organizationId: OrganizationId,
  uploadId: Parameters<typeof uploadPath>[2],
): Promise<void> {
  await services.database.withOrganization(organizationId, (trx) =>
    trx.deleteFrom('uploads').where('id', '=', uploadId).execute(),
  );
  await removeFiles(uploadPath(services.config, organizationId, uploadId));
}

async function removeFiles(path: string): Promise<void> {
  await rm(path, { force: true });
  await removePrepared(path);
}
