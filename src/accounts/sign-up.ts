import type { signup } from '#contracts/accounts';
import type { EndpointRequest } from '#contracts/endpoint';
import type { Services } from '#platform/services';
import { recordAudit, type Client } from './audit.ts';
import { checkNewPassword } from './check-new-password.ts';
import { insertOrganization, insertUser } from './create-organization.ts';
import { hashPassword } from './hash-password.ts';
import { openSession, presentSession, type SignedIn } from './sessions.ts';

type Input = EndpointRequest<typeof signup>['body'];

/**
 * A user, an organization with its schema and login role, the membership and a session: all in one transaction.
 *
 * @throws AppError email_taken, weak_password, invalid_input (timezone, locale)
 */
export async function signUp(services: Services, input: Input, client: Client): Promise<SignedIn> {
  await checkNewPassword(input.password, [input.email, input.name, input.organization_name]);
  const passwordHash = await hashPassword(input.password);
  const role = 'owner';
  const opened = await services.database.withSystem(async (trx) => {
    const { id: userId, user } = await insertUser(trx, services, {
      email: input.email,
      name: input.name,
      passwordHash,
    });
    const { id: organizationId, organization } = await insertOrganization(trx, services, {
      name: input.organization_name,
      timezone: input.timezone,
      locale: input.locale,
    });
    await trx
      .insertInto('organization_members')
      .values({ organization_id: organizationId, user_id: userId, role })
      .execute();
    const session = await openSession(trx, services, { userId, organizationId, client });
    await recordAudit(trx, { organizationId, userId, action: 'signed_up', client });
    return { ...session, userId, user, organizationId, organization, role } as const;
  });
  return { session: await presentSession(services, opened), refreshToken: opened.refreshToken };
}
