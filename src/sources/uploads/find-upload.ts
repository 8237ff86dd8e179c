import type { RowOf } from '#platform/database/tables';
import { AppError } from '#platform/errors';
import type { OrganizationId, UploadId } from '#platform/ids';
import type { Services } from '#platform/services';

/** An upload of the organization. @throws AppError upload_missing */
export async function findUpload(
  services: Pick<Services, 'database'>,
  organizationId: OrganizationId,
  uploadId: string,
): Promise<RowOf<'uploads'>> {
  const upload = await services.database.withOrganization(organizationId, (trx) =>
    trx
      .selectFrom('uploads')
      .selectAll()
      .where('id', '=', uploadId as UploadId) // compared, never trusted
      .where('expected_bytes', 'is', null) // what is not whole is no file yet
      .executeTakeFirst(),
  );
  if (upload === undefined) throw new AppError('upload_missing', 'There is no upload with this id.');
  return upload;
}
