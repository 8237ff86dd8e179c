import { join } from 'node:path';
import type { Config } from '#platform/config';
import type { OrganizationId, UploadId } from '#platform/ids';

/** Where the uploads of an organization lie. */
export function uploadDirectory(config: Config, organizationId: OrganizationId): string {
  return join(config.dataDirectory, 'uploads', organizationId);
}

/** Path of an upload: made of ids of ours only, never of the name that the file came with. */
export function uploadPath(config: Config, organizationId: OrganizationId, uploadId: UploadId): string {
  if (!/^[a-z][a-z0-9]*$/.test(uploadId)) throw new Error('not an upload id');
  return join(uploadDirectory(config, organizationId), uploadId);
}
