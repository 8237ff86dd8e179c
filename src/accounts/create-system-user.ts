import type { User } from '#contracts/accounts';
import type { UserId } from '#platform/ids';
import type { Services } from '#platform/services';
import { recordAudit } from './audit.ts';
import { presentUser } from './present.ts';

/** Cannot be an address of a person: .invalid is reserved by RFC 2606. */
const SYSTEM_EMAIL = 'system@dalgo.invalid';

/**
 * The user in whose name the program itself acts. It has no password and cannot log in. Does nothing when it exists.
 */
export async function createSystemUser(
  services: Services,
): Promise<{ readonly user: User; readonly created: boolean }> {
  return services.database.withSystem(async (trx) => {
    const created = await trx
      .insertInto('users')
      .values({
        id: services.newId<UserId>(),
        email: SYSTEM_EMAIL,
        name: 'System',
        password_hash: null,
        is_system: true,
      })
      .onConflict((conflict) => conflict.column('email').doNothing())
      .returning(['id', 'email', 'name'])
      .executeTakeFirst();
    if (created !== undefined) {
      await recordAudit(trx, { organizationId: null, userId: created.id, action: 'system_user_created' });
      return { user: presentUser(created), created: true };
    }
    const existing = await trx
      .selectFrom('users')
      .select(['id', 'email', 'name'])
      .where('email', '=', SYSTEM_EMAIL)
      .executeTakeFirstOrThrow();
    return { user: presentUser(existing), created: false };
  });
}
