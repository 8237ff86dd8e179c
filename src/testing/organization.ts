import { sql } from 'kysely';
import type { Actor } from '#platform/actor';
import type { Config } from '#platform/config';
import type { Database } from '#platform/database/database';
import { newId, type OrganizationId, type UserId } from '#platform/ids';
import { createDataKey, ROLE_PASSWORD_PURPOSE } from '#platform/secrets';

/** An organization with its schema, its login and an owner, made without the cost of hashing a password. */
export async function createTestOrganization(database: Database, config: Config): Promise<Actor> {
  const organizationId = newId<OrganizationId>();
  const userId = newId<UserId>();
  const { encryptedDataKey, secrets } = createDataKey(config, organizationId);
  const password = newId<string>();
  await database.withSystem(async (trx) => {
    await trx
      .insertInto('users')
      .values({ id: userId, email: `${userId}@example.org`, name: 'Asha', password_hash: null })
      .execute();
    await trx
      .insertInto('organizations')
      .values({
        id: organizationId,
        name: `Organization ${organizationId}`,
        encrypted_data_key: encryptedDataKey,
        encrypted_role_password: secrets.encrypt(password, ROLE_PASSWORD_PURPOSE),
      })
      .execute();
    await trx
      .insertInto('organization_members')
      .values({ organization_id: organizationId, user_id: userId, role: 'owner' })
      .execute();
    await sql`SELECT public.provision_organization(${organizationId}, ${password})`.execute(trx);
  });
  return { organizationId, userId, role: 'owner' };
}
