import type { Actor } from '#platform/actor';
import { AppError } from '#platform/errors';
import type { SessionId } from '#platform/ids';
import type { Services } from '#platform/services';
import { recordAudit, type Client } from './audit.ts';
import { checkNewPassword } from './check-new-password.ts';
import { hashPassword, verifyPassword } from './hash-password.ts';
import { endSessions } from './sessions.ts';

/**
 * Gives the actor another password and ends all their other sessions, in every organization.
 *
 * @throws AppError invalid_input (the current password is wrong), weak_password
 */
export async function changePassword(
  services: Services,
  actor: Actor,
  input: { readonly current_password: string; readonly new_password: string },
  context: { readonly sessionId: SessionId; readonly client: Client },
): Promise<void> {
  const { userId } = actor;
  if (userId === null) throw new AppError('unauthenticated', 'The program itself has no account.');
  const user = await services.database.withSystem((trx) =>
    trx
      .selectFrom('users')
      .select(['email', 'name', 'password_hash'])
      .where('id', '=', userId)
      .executeTakeFirstOrThrow(),
  );
  if (!(await verifyPassword(input.current_password, user.password_hash))) {
    // Not 401: the session is good, and a client that got 401 would try to renew it.
    const message = 'The current password is wrong.';
    throw new AppError('invalid_input', message, { errors: [{ path: 'current_password', message }] });
  }
  await checkNewPassword(input.new_password, [user.email, user.name]).catch((error: unknown) => {
    if (!(error instanceof AppError)) throw error;
    throw new AppError(error.code, error.message, {
      cause: error,
      errors: [{ path: 'new_password', message: error.message }],
    });
  });
  const passwordHash = await hashPassword(input.new_password);
  await services.database.withSystem(async (trx) => {
    const updated = await trx
      .updateTable('users')
      .set({ password_hash: passwordHash })
      .where('id', '=', userId)
      // Somebody with the same current password may have been quicker.
      .where('password_hash', '=', user.password_hash)
      .returning('id')
      .executeTakeFirst();
    if (updated === undefined) throw new AppError('conflict', 'The password was changed meanwhile.');
    await endSessions(trx, services, { userId, exceptSessionId: context.sessionId }, 'password_changed');
    await recordAudit(trx, {
      organizationId: actor.organizationId,
      userId,
      action: 'password_changed',
      client: context.client,
    });
  });
}
