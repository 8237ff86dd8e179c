import type { OrganizationId } from '#platform/ids';
import type { Services } from '#platform/services';
import type { ConnectorContext } from './port.ts';
import { findUpload } from './uploads/find-upload.ts';

/** What a connector may know of the installation. */
export function connectorContext(
  services: Pick<Services, 'config' | 'database'>,
  organizationId: OrganizationId,
): ConnectorContext {
  return {
    config: services.config,
    organizationId,
    findUpload: (uploadId) => findUpload(services, organizationId, uploadId),
  };
}
