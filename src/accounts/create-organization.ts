import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import type { Organization, Role, User } from '#contracts/accounts';
import type { MetadataTransaction } from '#platform/database/database';
import { AppError } from '#platform/errors';
import type { OrganizationId, UserId } from '#platform/ids';
import { createDataKey, ROLE_PASSWORD_PURPOSE } from '#platform/secrets';
import type { Services } from '#platform/services';
import { recordAudit } from './audit.ts';
import { checkLocale, checkTimezone } from './check-region.ts';
import { hashPassword } from './hash-password.ts';
import { newOneTimePassword } from './one-time-password.ts';
import { organizationColumns, presentOrganization, presentUser } from './present.ts';

/** Any fixed number; see below. */
const PROVISION_LOCK = 7_263_402;

/**
 * An organization with its data key, its schema and its login role, all or nothing. Needs a system transaction.
 */
export async function insertOrganization(
  trx: MetadataTransaction,
  services: Services,
  fields: {
    readonly name: string;
    readonly timezone?: string | undefined;
    readonly locale?: string | undefined;
  },
): Promise<{ readonly id: OrganizationId; readonly organization: Organization }> {
  const id = services.newId<OrganizationId>();
  const { encryptedDataKey, secrets } = createDataKey(services.config, id);
  const rolePassword = randomBytes(24).toString('base64url');
  const row = await trx
    .insertInto('organizations')
    .values({
      id,
      name: fields.name,
      encrypted_data_key: encryptedDataKey,
      encrypted_role_password: secrets.encrypt(rolePassword, ROLE_PASSWORD_PURPOSE),
      ...(fields.timezone === undefined ? {} : { timezone: checkTimezone(fields.timezone) }),
      ...(fields.locale === undefined ? {} : { locale: checkLocale(fields.locale) }),
    })
    .returning(organizationColumns)
    .executeTakeFirstOrThrow();
  // Rights on the database are one row of pg_database; two at once would fail with "tuple concurrently updated".
  await sql`SELECT pg_advisory_xact_lock(${PROVISION_LOCK})`.execute(trx);
  await sql`SELECT public.provision_organization(${id}, ${rolePassword})`.execute(trx);
  return { id, organization: presentOrganization(row) };
}

/** A person with a password. Needs a system transaction. @throws AppError email_taken */
export async function insertUser(
  trx: MetadataTransaction,
  services: Services,
  fields: { readonly email: string; readonly name: string; readonly passwordHash: string },
): Promise<{ readonly id: UserId; readonly user: User }> {
  const row = await trx
    .insertInto('users')
    .values({
      id: services.newId<UserId>(),
      email: fields.email,
      name: fields.name,
      password_hash: fields.passwordHash,
    })
    // Not a look before the insert: two sign-ups at once would both see nothing.
    .onConflict((conflict) => conflict.column('email').doNothing())
    .returning(['id', 'email', 'name'])
    .executeTakeFirst();
  if (row === undefined) {
    const message = 'An account with this e-mail exists already.';
    throw new AppError('email_taken', message, { errors: [{ path: 'email', message }] });
  }
  return { id: row.id, user: presentUser(row) };
}

export interface CreatedOrganization {
  readonly organization: Organization;
  readonly user: User;
  /** Shown once; null when the person had an account already. */
  readonly oneTimePassword: string | null;
}

/**
 * For the command line: an organization with its first member, who gets a one-time password unless they have an
 * account.
 */
export async function createOrganization(
  services: Services,
  input: {
    readonly name: string;
    readonly email: string;
    /** Name of the person; the part before the @ unless said. */
    readonly userName?: string;
    /** owner unless said. */
    readonly role?: Role;
    readonly timezone?: string;
    readonly locale?: string;
  },
): Promise<CreatedOrganization> {
  const email = input.email.trim().toLowerCase();
  const oneTimePassword = newOneTimePassword();
  const passwordHash = await hashPassword(oneTimePassword);
  return services.database.withSystem(async (trx) => {
    const existing = await trx
      .selectFrom('users')
      .select(['id', 'email', 'name', 'is_system'])
      .where('email', '=', email)
      .executeTakeFirst();
    if (existing?.is_system === true)
      throw new AppError('email_taken', 'This is the account of the program itself.');
    const person =
      existing === undefined
        ? await insertUser(trx, services, {
            email,
            name: input.userName ?? email.split('@', 1)[0] ?? email,
            passwordHash,
          })
        : { id: existing.id, user: presentUser(existing) };
    const { id, organization } = await insertOrganization(trx, services, input);
    await trx
      .insertInto('organization_members')
      .values({ organization_id: id, user_id: person.id, role: input.role ?? 'owner' })
      .execute();
    await recordAudit(trx, {
      organizationId: id,
      userId: person.id,
      action: 'organization_created',
      details: { by: 'command line', role: input.role ?? 'owner' },
    });
    return {
      organization,
      user: person.user,
      oneTimePassword: existing === undefined ? oneTimePassword : null,
    };
  });
}
