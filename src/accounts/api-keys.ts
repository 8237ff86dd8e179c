import { createHash, randomBytes } from 'node:crypto';
import type { ApiKey, ApiKeyRole, createApiKey as createContract } from '#contracts/api-keys';
import type { EndpointRequest } from '#contracts/endpoint';
import type { Actor } from '#platform/actor';
import type { MetadataTransaction } from '#platform/database/database';
import { AppError } from '#platform/errors';
import type { ApiKeyId } from '#platform/ids';
import type { Services } from '#platform/services';
import { recordAudit } from './audit.ts';
import { may, permissionsOf, requirePermission } from './policy.ts';
import { presentUser } from './present.ts';

/** Told from an access token by how it begins, and by programs that look for keys which were published by mistake. */
const PREFIX = 'dalgo_';
const DAY = 86_400_000;

export const isApiKey = (token: string): boolean => token.startsWith(PREFIX);

/** A plain hash is enough: 256 random bits cannot be guessed, so there is nothing to slow down. */
export const hashApiKey = (token: string): Buffer => createHash('sha256').update(token).digest();

/** Whether the one role includes all that the other does. */
export function includesRole(role: Actor['role'], other: ApiKeyRole): boolean {
  const mine = new Set(permissionsOf(role));
  return permissionsOf(other).every((permission) => mine.has(permission));
}

function keysOf(trx: MetadataTransaction, actor: Actor) {
  const keys = trx
    .selectFrom('api_keys as key')
    .leftJoin('users', 'users.id', 'key.user_id')
    .select([
      'key.id',
      'key.name',
      'key.role',
      'key.created_at',
      'key.expires_at',
      'key.last_used_at',
      'users.id as user_id',
      'users.email as user_email',
      'users.name as user_name',
    ])
    .where('key.organization_id', '=', actor.organizationId)
    .orderBy('key.created_at')
    .orderBy('key.id');
  return may(actor, 'organization:manage') ? keys : keys.where('key.user_id', '=', actor.userId);
}

type KeyRow = Awaited<ReturnType<ReturnType<typeof keysOf>['executeTakeFirstOrThrow']>>;

function presentKey(row: KeyRow): ApiKey {
  const { user_id: id, user_email: email, user_name: name } = row;
  return {
    id: row.id,
    name: row.name,
    kind: id === null ? 'organization' : 'personal',
    role: row.role,
    user: id === null || email === null || name === null ? null : presentUser({ id, email, name }),
    created_at: row.created_at.toISOString(),
    expires_at: row.expires_at?.toISOString() ?? null,
    last_used_at: row.last_used_at?.toISOString() ?? null,
  };
}

/** One's own keys; for those who manage the organization, everybody's. */
export function listApiKeys(services: Pick<Services, 'database'>, actor: Actor): Promise<ApiKey[]> {
  return services.database.withOrganization(actor.organizationId, async (trx) =>
    (await keysOf(trx, actor).execute()).map(presentKey),
  );
}

/**
 * @param actor who is logged in: a key makes no keys.
 * @returns the key, and its token: only now.
 * @throws AppError forbidden for a role that the person does not have, or a key of the organization by one who does not
 *   manage it
 */
export function createApiKey(
  services: Pick<Services, 'clock' | 'database' | 'newId'>,
  actor: Actor,
  input: EndpointRequest<typeof createContract>['body'],
): Promise<{ key: ApiKey; token: string }> {
  const { organizationId, userId } = actor;
  if (input.kind === 'organization') requirePermission(actor, 'organization:manage');
  if (!includesRole(actor.role, input.role)) {
    throw new AppError('forbidden', `Your role (${actor.role}) is less than “${input.role}”.`, {
      errors: [{ path: 'role', message: 'A key can do no more than you.' }],
    });
  }
  const id = services.newId<ApiKeyId>();
  const token = `${PREFIX}${randomBytes(32).toString('base64url')}`;
  const now = services.clock.now();
  return services.database.withOrganization(organizationId, async (trx) => {
    await trx
      .insertInto('api_keys')
      .values({
        id,
        organization_id: organizationId,
        user_id: input.kind === 'personal' ? userId : null,
        name: input.name,
        role: input.role,
        token_hash: hashApiKey(token),
        created_by: userId,
        created_at: new Date(now),
        expires_at: input.expires_in_days === null ? null : new Date(now + input.expires_in_days * DAY),
      })
      .execute();
    await recordAudit(trx, {
      organizationId,
      userId,
      action: 'api_key_created',
      target: id,
      details: { name: input.name, kind: input.kind, role: input.role },
    });
    const row = await keysOf(trx, actor).where('key.id', '=', id).executeTakeFirstOrThrow();
    return { key: presentKey(row), token };
  });
}

/** One's own, or any for those who manage the organization. @throws AppError not_found */
export async function deleteApiKey(
  services: Pick<Services, 'database'>,
  actor: Actor,
  id: string,
): Promise<void> {
  const { organizationId, userId } = actor;
  await services.database.withOrganization(organizationId, async (trx) => {
    const row = await keysOf(trx, actor)
      .where('key.id', '=', id as ApiKeyId) // ids lose their brand in a URL
      .executeTakeFirst();
    if (row === undefined) throw new AppError('not_found', 'There is no key with this id.');
    await trx.deleteFrom('api_keys').where('id', '=', row.id).execute();
    await recordAudit(trx, {
      organizationId,
      userId,
      action: 'api_key_deleted',
      target: row.id,
      details: { name: row.name },
    });
  });
}
