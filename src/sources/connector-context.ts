import type { Config } from '#platform/config';
import type { OrganizationId, UserId } from '#platform/ids';
import { openHostShare } from '#platform/outbound/host-share';
import { openOutboundHttp, type OutboundHttp } from '#platform/outbound/outbound-http';
import type { Services } from '#platform/services';
import { openConnection } from './google/open-connection.ts';
import type { ConnectorContext } from './port.ts';
import { findUpload } from './uploads/find-upload.ts';
import { localUpload } from './uploads/share-upload.ts';

/** One door to the outside for an installation: its connections are kept for the next request of any load. */
const doors = new WeakMap<Config, OutboundHttp>();

function doorOf({ config, database }: Pick<Services, 'config' | 'database'>): OutboundHttp {
  const door =
    doors.get(config) ??
    openOutboundHttp(config, { limits: config.outboundLimits, share: openHostShare(database.appUrl) });
  doors.set(config, door);
  return door;
}

/**
 * What a connector may know of the installation.
 *
 * @param asks the person who chooses where the data comes from; undefined where that was chosen before.
 */
export function connectorContext(
  services: Pick<Services, 'config' | 'database'>,
  organizationId: OrganizationId,
  asks?: UserId | null,
): ConnectorContext {
  return {
    config: services.config,
    organizationId,
    http: doorOf(services),
    openGoogleConnection: (id) => openConnection(services, organizationId, id, asks),
    async findUpload(uploadId) {
      const upload = await findUpload(services, organizationId, uploadId);
      return { id: upload.id, filename: upload.filename, path: await localUpload(services, upload) };
    },
  };
}
