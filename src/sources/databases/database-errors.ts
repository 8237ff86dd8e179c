import { AppError } from '#platform/errors';
import { describeFailure, failed } from '#platform/outbound/describe-failure';
import type { DatabaseSettings } from './database-settings.ts';

/** What goes wrong with another's database, whatever its engine calls it. */
export type DatabaseFault =
  | 'password'
  | 'no-database'
  | 'no-entry'
  | 'no-table'
  | 'no-right'
  | 'no-encryption'
  | 'only-encrypted'
  | 'too-many-connections'
  | 'locked'
  | 'too-slow'
  /** It had something more important to do. */
  | 'busy'
  /** Not a word any more. */
  | 'silent'
  | 'other-protocol'
  | 'connection'
  /** It refused, and its own code is all that can be said. */
  | { readonly refusedWith: string };

/** A fault in our words: of what the database says itself, nothing is repeated, for it may quote rows. */
export function databaseError(
  fault: DatabaseFault,
  { host, database, username }: Pick<DatabaseSettings, 'host' | 'database' | 'username'>,
  cause: unknown,
): AppError {
  const options = { cause };
  if (typeof fault === 'object') {
    return new AppError(
      'source_unexpected_answer',
      `${host} refused to read (error ${fault.refusedWith}).`,
      options,
    );
  }
  switch (fault) {
    case 'password':
      return new AppError(
        'source_credentials_refused',
        `${host} does not accept the user “${username}” with this password.`,
        options,
      );
    case 'no-database':
      return new AppError('source_not_found', `${host} has no database “${database}”.`, options);
    case 'no-entry':
      return new AppError(
        'source_forbidden',
        `The user “${username}” may not open the database “${database}” on ${host}, or not from here.`,
        options,
      );
    case 'no-table':
      return new AppError('source_not_found', 'A table or column is no longer there.', options);
    case 'no-right':
      return new AppError(
        'source_forbidden',
        `The user “${username}” may not read a table or view that was chosen.`,
        options,
      );
    case 'no-encryption':
      return new AppError('source_unexpected_answer', `${host} offers no encryption.`, {
        ...options,
        hint: 'Switch it on there, or choose no encryption if the way to it is safe.',
      });
    case 'only-encrypted':
      return new AppError('source_unexpected_answer', `${host} only speaks over an encrypted connection.`, {
        ...options,
        hint: 'Choose an encrypted connection.',
      });
    case 'too-many-connections':
      return new AppError('outbound_failed', `${host} has too many connections at the moment.`, {
        ...options,
        where: { kind: 'service_fault' },
      });
    case 'locked':
      return new AppError('outbound_failed', 'A table is locked by somebody who is changing it.', {
        ...options,
        where: { kind: 'timeout' },
        hint: 'Load it again when that is done; nothing was changed here.',
      });
    case 'too-slow':
      return new AppError('outbound_failed', `${host} took too long to read the rows.`, {
        ...options,
        where: { kind: 'timeout' },
        hint: 'A view that computes much can be kept as a table there; or let SERVICE_TIMEOUT_SECONDS be raised.',
      });
    case 'busy':
      return new AppError('outbound_failed', `${host} broke off the reading for its own work.`, {
        ...options,
        where: { kind: 'service_fault' },
        hint: 'A copy that follows another database does so. Load again, or read the database that it follows.',
      });
    case 'other-protocol':
      return new AppError(
        'source_unexpected_answer',
        `${host} does not answer like a database of this kind.`,
        { ...options, hint: 'Check the port; something else may listen there.' },
      );
    case 'silent':
      return failed('timeout', `${host} took too long to answer.`, cause);
    case 'connection':
      return describeFailure(cause, host);
  }
}
