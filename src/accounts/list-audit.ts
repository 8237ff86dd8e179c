import type { AuditEntry } from '#contracts/administration';
import type { Actor } from '#platform/actor';
import { AppError } from '#platform/errors';
import type { UserId } from '#platform/ids';
import type { Services } from '#platform/services';
import { requirePermission } from './policy.ts';
import { presentUser } from './present.ts';

/** Who did what in the organization, newest first. @throws AppError forbidden, invalid_input */
export async function listAudit(
  services: Pick<Services, 'database'>,
  actor: Actor,
  query: {
    readonly limit: number;
    readonly cursor?: string | undefined;
    readonly user_id?: string | undefined;
    readonly action?: string | undefined;
  },
): Promise<{ items: AuditEntry[]; next_cursor: string | null }> {
  requirePermission(actor, 'organization:manage');
  const before = query.cursor === undefined ? undefined : Number(query.cursor);
  if (before !== undefined && !Number.isSafeInteger(before)) {
    throw new AppError('invalid_input', 'This cursor is not one that a list gave.', {
      errors: [{ path: 'cursor', message: 'Leave it out to begin at the first page.' }],
    });
  }
  const rows = await services.database.withOrganization(actor.organizationId, (trx) => {
    let select = trx
      .selectFrom('audit_log as entry')
      // Those who have left are not visible any more; their id would say nothing to anybody.
      .leftJoin('users', 'users.id', 'entry.user_id')
      .select([
        'entry.id',
        'entry.at',
        'entry.action',
        'entry.target',
        'entry.details',
        'users.id as user_id',
        'users.email',
        'users.name',
      ])
      .where('entry.organization_id', '=', actor.organizationId)
      .orderBy('entry.id', 'desc')
      .limit(query.limit + 1);
    if (before !== undefined) select = select.where('entry.id', '<', before);
    // Compared as text; any other text matches nothing.
    if (query.user_id !== undefined) select = select.where('entry.user_id', '=', query.user_id as UserId);
    if (query.action !== undefined) {
      select = select.where((where) =>
        where(where.fn('starts_with', ['entry.action', where.val(query.action)]), '=', true),
      );
    }
    return select.execute();
  });
  const shown = rows.slice(0, query.limit);
  const last = shown.at(-1);
  return {
    items: shown.map((row) => ({
      id: String(row.id),
      at: row.at.toISOString(),
      user:
        row.user_id === null || row.email === null || row.name === null
          ? null
          : presentUser({ id: row.user_id, email: row.email, name: row.name }),
      action: row.action,
      target: row.target,
      details: row.details,
    })),
    next_cursor: rows.length > query.limit && last !== undefined ? String(last.id) : null,
  };
}
