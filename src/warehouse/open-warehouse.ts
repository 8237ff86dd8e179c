import type { Services } from '#platform/services';
import { AppError } from '#platform/errors';
import { organizationSecrets, ROLE_PASSWORD_PURPOSE } from '#platform/secrets';
import { createPostgresWarehouse } from './postgres/postgres-warehouse.ts';
import type { Warehouse } from './port.ts';

/** The warehouse of this installation: PostgreSQL, in the same database as the metadata, behind the wall of roles. */
export function openWarehouse(services: Pick<Services, 'config' | 'database'>): Warehouse {
  return createPostgresWarehouse({
    url: services.database.appUrl,
    rolePassword: (organizationId) =>
      services.database.withOrganization(organizationId, async (trx) => {
        const row = await trx
          .selectFrom('organizations')
          .select('encrypted_role_password')
          .where('id', '=', organizationId)
          .executeTakeFirst();
        if (row === undefined) throw new AppError('not_found', 'There is no such organization.');
        const secrets = await organizationSecrets(trx, services.config, organizationId);
        return secrets.decrypt(row.encrypted_role_password, ROLE_PASSWORD_PURPOSE);
      }),
  });
}
