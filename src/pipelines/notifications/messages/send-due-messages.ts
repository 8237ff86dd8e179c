import { sql } from 'kysely';
import type { RunError } from '#contracts/primitives';
import type { RowOf } from '#platform/database/tables';
import { AppError, toRunError } from '#platform/errors';
import type { NotificationChannelId, UserId } from '#platform/ids';
import { organizationSecrets } from '#platform/secrets';
import type { Services } from '#platform/services';
import { secretPurpose, urlPurpose } from '../channels.ts';
import { composeMessage } from './compose-message.ts';
import type { Message } from './message.ts';
import type { ChannelAddress, MessageSenders } from './open-message-senders.ts';

/** Messages that one worker sends at the same time. */
const AT_ONCE = 4;
/** Messages of one organization that are being sent, by all workers: one whose receiver hangs does not hold up others. */
const AT_ONCE_PER_ORGANIZATION = 2;
/** Any fixed number: claims are made one after the other, so that the limit holds. */
const CLAIM_LOCK = 7_263_405;
/** Seconds after which a message that a worker has taken is taken by another: longer than any way out takes. */
const CLAIM_SECONDS = 120;
/** Seconds before the next try; the last is repeated. */
const RETRY_SECONDS = [10, 30, 120, 600, 1_800, 3_600] as const;
/** A message that could not be delivered for so long is old news. */
const GIVE_UP_HOURS = 24;

type MessageRow = RowOf<'notification_messages'>;
type SendServices = Pick<Services, 'config' | 'database' | 'log' | 'clock'>;

/** The message and where it goes, or why there is nothing to send. */
type Prepared =
  | { readonly message: Message; readonly to: string; readonly channel?: undefined }
  | { readonly message: Message; readonly channel: ChannelAddress; readonly to?: undefined }
  | { readonly skip: string };

/**
 * Sends what is due in the outbox. Any number of workers may do this at once: each message is taken by one of them. A
 * message is sent again only when its receiver did not confirm it, or the worker died between sending and writing so
 * down; it carries the same id then.
 *
 * @returns how many were sent.
 */
export async function sendDueMessages(
  services: SendServices,
  senders: MessageSenders,
  signal: AbortSignal,
): Promise<number> {
  let sent = 0;
  async function sendUntilNone(): Promise<void> {
    while (!signal.aborted) {
      const row = await claimOne(services);
      if (row === undefined) return;
      if (await sendOne(services, senders, row, signal)) sent += 1;
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, sendUntilNone));
  return sent;
}

async function claimOne(services: SendServices): Promise<MessageRow | undefined> {
  return services.database.withSystem(async (trx) => {
    await sql`SELECT pg_advisory_xact_lock(${CLAIM_LOCK})`.execute(trx);
    return trx
      .updateTable('notification_messages')
      .set({
        status: 'sending',
        attempts: sql<number>`attempts + 1`,
        claimed_until: sql<Date>`now() + make_interval(secs => ${CLAIM_SECONDS})`,
      })
      .where('id', '=', (eb) =>
        eb
          .selectFrom('notification_messages')
          .select('id')
          .where('status', 'in', ['collecting', 'sending'])
          .where(sql<boolean>`send_after <= now()`)
          .where(sql<boolean>`(claimed_until IS NULL OR claimed_until < now())`)
          .where(
            sql<boolean>`(SELECT count(*) FROM notification_messages sending
              WHERE sending.organization_id = notification_messages.organization_id
                AND sending.status = 'sending' AND sending.claimed_until >= now()) < ${AT_ONCE_PER_ORGANIZATION}`,
          )
          .orderBy('send_after')
          .limit(1)
          .forUpdate()
          .skipLocked(),
      )
      .returningAll()
      .executeTakeFirst();
  });
}

async function sendOne(
  services: SendServices,
  senders: MessageSenders,
  row: MessageRow,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    const prepared = await prepare(services, senders, row);
    if ('skip' in prepared) {
      services.log.debug({ message: row.id, why: prepared.skip }, 'a message is not sent');
      await settle(services, row, { status: 'skipped', error: null });
      return false;
    }
    if (prepared.to === undefined) await senders.post(prepared.channel, prepared.message, signal);
    else await senders.email(prepared.to, prepared.message, signal);
  } catch (error) {
    // The worker stops: another one takes the message when the claim has run out, or this one did arrive.
    if (signal.aborted) return false;
    services.log.warn({ err: error, message: row.id, attempt: row.attempts }, 'a message was not delivered');
    await settleFailure(services, row, error);
    return false;
  }
  await settle(services, row, { status: 'sent', error: null });
  return true;
}

async function prepare(services: SendServices, senders: MessageSenders, row: MessageRow): Promise<Prepared> {
  const organizationId = row.organization_id;
  const [kind, id = ''] = row.recipient.split(' ');
  return services.database.withOrganization(organizationId, async (trx): Promise<Prepared> => {
    const message = await composeMessage(trx, services.config, organizationId, row.id, services.clock.now());
    if (message === null) return { skip: 'what it tells of was deleted' };
    if (kind === 'user') {
      if (!senders.canEmail) return { skip: 'there is no mail server' };
      const user = await trx
        .selectFrom('organization_members as member')
        .innerJoin('users', 'users.id', 'member.user_id')
        .select(['users.email', 'users.disabled_at'])
        .where('member.organization_id', '=', organizationId)
        .where('member.user_id', '=', id as UserId) // as it was written by `notify`
        .executeTakeFirst();
      if (user === undefined || user.disabled_at !== null) return { skip: 'the person has left' };
      return { message, to: user.email };
    }
    const channel = await trx
      .selectFrom('notification_channels')
      .selectAll()
      .where('organization_id', '=', organizationId)
      .where('id', '=', id as NotificationChannelId) // as above
      .executeTakeFirst();
    if (channel?.is_active !== true) return { skip: 'the channel is gone or paused' };
    const secrets = await organizationSecrets(trx, services.config, organizationId);
    return {
      message,
      channel: {
        kind: channel.kind,
        url: secrets.decrypt(channel.encrypted_url, urlPurpose(channel.id)),
        secret:
          channel.encrypted_secret === null
            ? null
            : secrets.decrypt(channel.encrypted_secret, secretPurpose(channel.id)),
      },
    };
  });
}

async function settleFailure(services: SendServices, row: MessageRow, error: unknown): Promise<void> {
  const known = toRunError(error);
  const age = services.clock.now() - row.created_at.getTime();
  const mayHelp = !(error instanceof AppError) || error.isTransient;
  if (!mayHelp || age > GIVE_UP_HOURS * 3_600_000) {
    await settle(services, row, { status: 'failed', error: known });
    return;
  }
  const delay = RETRY_SECONDS[Math.min(row.attempts, RETRY_SECONDS.length) - 1] ?? 3_600;
  const asked = error instanceof AppError ? (error.retryAfterSeconds ?? 0) : 0;
  await settle(services, row, {
    status: 'sending',
    error: known,
    retrySeconds: Math.max(delay, Math.min(asked, 3_600)),
  });
}

/** Writes how a try ended, if the message is still this worker's; and at the channel how it fares. */
async function settle(
  services: SendServices,
  row: MessageRow,
  end: {
    readonly status: 'sent' | 'failed' | 'skipped' | 'sending';
    readonly error: RunError | null;
    readonly retrySeconds?: number;
  },
): Promise<void> {
  const error = end.error === null ? null : JSON.stringify(end.error);
  await services.database.withOrganization(row.organization_id, async (trx) => {
    const mine = await trx
      .updateTable('notification_messages')
      .set({
        status: end.status,
        error,
        claimed_until: null,
        ...(end.status === 'sent' ? { sent_at: sql<Date>`now()` } : {}),
        ...(end.retrySeconds === undefined
          ? {}
          : { send_after: sql<Date>`now() + make_interval(secs => ${end.retrySeconds})` }),
      })
      .where('organization_id', '=', row.organization_id)
      .where('id', '=', row.id)
      .where('attempts', '=', row.attempts)
      .where('status', '=', 'sending')
      .returning('id')
      .executeTakeFirst();
    const [kind, id = ''] = row.recipient.split(' ');
    if (mine === undefined || kind !== 'channel' || end.status === 'skipped') return;
    await trx
      .updateTable('notification_channels')
      .set(
        end.status === 'sent' ? { last_sent_at: sql<Date>`now()`, last_error: null } : { last_error: error },
      )
      .where('organization_id', '=', row.organization_id)
      .where('id', '=', id as NotificationChannelId) // as it was written by `notify`
      .execute();
  });
}
