import type { GoogleConnection } from '#contracts/google';
import { requirePermission } from '#accounts';
import type { Actor } from '#platform/actor';
import type { RowOf } from '#platform/database/tables';
import { AppError } from '#platform/errors';
import type { GoogleConnectionId } from '#platform/ids';
import { organizationSecrets } from '#platform/secrets';
import type { Services } from '#platform/services';
import { connectorContext } from '../connector-context.ts';
import { mayWrite } from './google-scopes.ts';
import { tokenPurpose } from './open-connection.ts';

export function presentConnection(
  row: Pick<RowOf<'google_connections'>, 'id' | 'account' | 'scopes' | 'user_id' | 'created_at'>,
  actor: Actor,
): GoogleConnection {
  return {
    id: row.id,
    account: row.account,
    may_write: mayWrite(row.scopes),
    is_mine: row.user_id === actor.userId,
    created_at: row.created_at.toISOString(),
  };
}

export function listConnections(services: Services, actor: Actor): Promise<GoogleConnection[]> {
  return services.database.withOrganization(actor.organizationId, async (trx) => {
    const rows = await trx
      .selectFrom('google_connections')
      .select(['id', 'account', 'scopes', 'user_id', 'created_at'])
      .where('organization_id', '=', actor.organizationId)
      .orderBy('account')
      .orderBy('id')
      .execute();
    return rows.map((row) => presentConnection(row, actor));
  });
}

/** Forgets a sign-in, and tells Google. One's own, or as somebody who manages members. @throws AppError not_found */
export async function deleteConnection(
  services: Services,
  actor: Actor,
  id: string,
  signal: AbortSignal,
): Promise<void> {
  const token = await services.database.withOrganization(actor.organizationId, async (trx) => {
    const row = await trx
      .selectFrom('google_connections')
      .selectAll()
      .where('organization_id', '=', actor.organizationId)
      .where('id', '=', id as GoogleConnectionId) // compared, never trusted
      .executeTakeFirst();
    if (row === undefined) throw new AppError('not_found', 'There is no sign-in with this id.');
    if (row.user_id !== actor.userId) requirePermission(actor, 'members:manage');
    await trx.deleteFrom('google_connections').where('id', '=', row.id).execute();
    const secrets = await organizationSecrets(trx, services.config, actor.organizationId);
    return secrets.decrypt(row.encrypted_refresh_token, tokenPurpose(row.id));
  });
  try {
    const { http } = connectorContext(services, actor.organizationId);
    const answer = await http.request(`${services.config.googleOauthUrl}/revoke`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ token }).toString(),
      timeoutMs: 10_000,
      signal,
    });
    answer.body.destroy();
  } catch (error) {
    // We have forgotten it, which is what counts; the person can take the access back at Google too.
    services.log.warn({ err: error }, 'Google could not be told that a sign-in is over');
  }
}
