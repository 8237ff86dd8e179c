import type { MetadataTransaction } from '#platform/database/database';
import { AppError } from '#platform/errors';
import type { UserId } from '#platform/ids';
import type { Services } from '#platform/services';
import { recordAudit, type Client } from './audit.ts';
import { verifyPassword } from './hash-password.ts';
import { organizationColumns, presentOrganization, presentUser } from './present.ts';
import { endSessions, openSession, presentSession, type SignedIn } from './sessions.ts';
import { sessionOfRefreshToken } from './refresh-session.ts';

/** The organization to begin in: that of the last session, or else the one joined first. */
async function startingOrganization(trx: MetadataTransaction, userId: UserId) {
  return trx
    .selectFrom('organization_members as member')
    .innerJoin('organizations', 'organizations.id', 'member.organization_id')
    .select(organizationColumns.map((column) => `organizations.${column}` as const))
    .select('member.role')
    .where('member.user_id', '=', userId)
    .orderBy(
      (eb) =>
        eb
          .selectFrom('sessions')
          .select((inner) => inner.fn.max('sessions.created_at').as('latest'))
          .whereRef('sessions.organization_id', '=', 'member.organization_id')
          .where('sessions.user_id', '=', userId),
      (order) => order.desc().nullsLast(),
    )
    .orderBy('member.joined_at')
    .limit(1)
    .executeTakeFirst();
}

/**
 * Opens a session for an e-mail and a password. The answer, and the time it takes, are the same for a wrong password
 * and for an e-mail without an account.
 *
 * @param options.replaces refresh token of the browser's present session, which this one replaces.
 * @throws AppError invalid_credentials, account_disabled, forbidden (member of no organization)
 */
export async function logIn(
  services: Services,
  input: { readonly email: string; readonly password: string },
  client: Client,
  options: { readonly replaces?: string | undefined } = {},
): Promise<SignedIn> {
  const { database } = services;
  const found = await database.withSystem((trx) =>
    trx
      .selectFrom('users')
      .select(['id', 'password_hash'])
      .where('email', '=', input.email)
      .executeTakeFirst(),
  );
  // No transaction is open meanwhile: hashing takes longer than everything else here together.
  const isRight = await verifyPassword(input.password, found?.password_hash);
  if (found === undefined || !isRight) {
    await database.withSystem((trx) =>
      recordAudit(trx, { organizationId: null, userId: found?.id ?? null, action: 'login_failed', client }),
    );
    throw new AppError('invalid_credentials', 'The e-mail or the password is wrong.');
  }
  const opened = await database.withSystem(async (trx) => {
    const user = await trx
      .selectFrom('users')
      .select(['id', 'email', 'name', 'disabled_at', 'password_hash'])
      .where('id', '=', found.id)
      .forShare()
      .executeTakeFirst();
    // Deleted, or given another password, while we were hashing.
    if (user === undefined || user.password_hash !== found.password_hash) {
      throw new AppError('invalid_credentials', 'The e-mail or the password is wrong.');
    }
    if (user.disabled_at !== null) throw new AppError('account_disabled', 'This account is disabled.');
    const organization = await startingOrganization(trx, user.id);
    if (organization === undefined) {
      throw new AppError('forbidden', 'You are not a member of any organization.');
    }
    if (options.replaces !== undefined) {
      const present = await sessionOfRefreshToken(trx, options.replaces);
      if (present !== undefined && present.userId === user.id) {
        await endSessions(trx, services, { sessionId: present.sessionId }, 'new_login');
      }
    }
    const session = await openSession(trx, services, {
      userId: user.id,
      organizationId: organization.id,
      client,
    });
    await recordAudit(trx, { organizationId: organization.id, userId: user.id, action: 'logged_in', client });
    return {
      ...session,
      userId: user.id,
      user: presentUser(user),
      organizationId: organization.id,
      organization: presentOrganization(organization),
      role: organization.role,
    };
  });
  return { session: await presentSession(services, opened), refreshToken: opened.refreshToken };
}
