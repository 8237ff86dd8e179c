import { AppError } from '#platform/errors';
import type { GoogleConnectionId, OrganizationId, UserId } from '#platform/ids';
import { organizationSecrets } from '#platform/secrets';
import type { Services } from '#platform/services';
import { mayWrite } from './google-scopes.ts';

export const tokenPurpose = (id: GoogleConnectionId): string => `google connection ${id}`;

export interface OpenedConnection {
  readonly account: string;
  readonly refreshToken: string;
  readonly mayWrite: boolean;
}

/**
 * A sign-in with its token.
 *
 * @param asks the person who chooses what is read or written with it, which only its owner may; undefined where what
 *   was chosen before is done again.
 * @throws AppError source_credentials_refused when it is gone, forbidden when it is somebody else's.
 */
export function openConnection(
  services: Pick<Services, 'config' | 'database'>,
  organizationId: OrganizationId,
  id: string,
  asks: UserId | null | undefined,
): Promise<OpenedConnection> {
  return services.database.withOrganization(organizationId, async (trx) => {
    const row = await trx
      .selectFrom('google_connections')
      .selectAll()
      .where('organization_id', '=', organizationId)
      .where('id', '=', id as GoogleConnectionId) // compared, never trusted
      .executeTakeFirst();
    if (row === undefined) {
      throw new AppError('source_credentials_refused', 'This sign-in with Google is no longer there.', {
        hint: 'Sign in with Google again.',
      });
    }
    if (asks !== undefined && asks !== row.user_id) {
      throw new AppError(
        'forbidden',
        `Only the person who signed in as ${row.account} may choose what it reads.`,
        {
          hint: 'Sign in with your own account of Google.',
        },
      );
    }
    const secrets = await organizationSecrets(trx, services.config, organizationId);
    return {
      account: row.account,
      refreshToken: secrets.decrypt(row.encrypted_refresh_token, tokenPurpose(row.id)),
      mayWrite: mayWrite(row.scopes),
    };
  });
}
