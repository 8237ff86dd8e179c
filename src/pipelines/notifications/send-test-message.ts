import type { TestResult } from '#contracts/notifications';
import type { Actor } from '#platform/actor';
import { AppError, toRunError } from '#platform/errors';
import type { OrganizationId } from '#platform/ids';
import { organizationSecrets } from '#platform/secrets';
import type { Services } from '#platform/services';
import { findChannel, secretPurpose, urlPurpose } from './channels.ts';
import { programAddress } from './messages/compose-message.ts';
import type { Message } from './messages/message.ts';
import { openMessageSenders, type MessageSenders } from './messages/open-message-senders.ts';

type TestServices = Pick<Services, 'config' | 'database' | 'clock' | 'newId'>;

function testMessage(
  services: TestServices,
  organization: { readonly id: OrganizationId; readonly name: string },
): Message {
  const base = programAddress(services.config);
  const at = new Date(services.clock.now());
  return {
    id: services.newId<string>(),
    organization,
    items: [
      {
        id: services.newId<string>(),
        kind: 'recovery',
        severity: 'info',
        title: 'This is a test',
        reason: 'Somebody pressed the test button in the settings.',
        affected: [],
        advice: 'Nothing to do: messages arrive here.',
        url: `${base}/settings?tab=notifications`,
        pipeline_id: null,
        run_id: null,
        times: 1,
        at: at.toISOString(),
        atWords: at.toUTCString(),
      },
    ],
    settingsUrl: `${base}/settings?tab=notifications`,
    at: at.toISOString(),
  };
}

/** Says how it went instead of failing: a test that fails is an answer. */
async function attempt(
  services: TestServices,
  fn: (senders: MessageSenders) => Promise<void>,
): Promise<TestResult> {
  await using senders = openMessageSenders(services.config, services.clock);
  try {
    await fn(senders);
    return { ok: true, message: 'The test message was delivered.' };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const { code, message } = toRunError(error);
    return { ok: false, message: `${message} ${error.hint}`, code };
  }
}

/** Sends a test to a channel, and writes at it how that went. @throws AppError not_found */
export async function testChannel(
  services: TestServices,
  actor: Actor,
  channelId: string,
  signal: AbortSignal,
): Promise<TestResult> {
  const { organizationId } = actor;
  const { organization, address, id } = await services.database.withOrganization(
    organizationId,
    async (trx) => {
      const channel = await findChannel(trx, actor, channelId);
      const secrets = await organizationSecrets(trx, services.config, organizationId);
      return {
        id: channel.id,
        organization: await trx
          .selectFrom('organizations')
          .select(['id', 'name'])
          .where('id', '=', organizationId)
          .executeTakeFirstOrThrow(),
        address: {
          kind: channel.kind,
          url: secrets.decrypt(channel.encrypted_url, urlPurpose(channel.id)),
          secret:
            channel.encrypted_secret === null
              ? null
              : secrets.decrypt(channel.encrypted_secret, secretPurpose(channel.id)),
        },
      };
    },
  );
  const result = await attempt(services, (senders) =>
    senders.post(address, testMessage(services, organization), signal),
  );
  await services.database.withOrganization(organizationId, (trx) =>
    trx
      .updateTable('notification_channels')
      .set({
        last_error: result.ok
          ? null
          : JSON.stringify({ code: result.code ?? 'internal', message: result.message }),
        ...(result.ok ? { last_sent_at: new Date(services.clock.now()) } : {}),
      })
      .where('organization_id', '=', organizationId)
      .where('id', '=', id)
      .execute(),
  );
  return result;
}

/** Sends a test to the person who asks. */
export async function testEmail(
  services: TestServices,
  actor: Actor,
  signal: AbortSignal,
): Promise<TestResult> {
  const { organizationId, userId } = actor;
  if (userId === null) throw new AppError('forbidden', 'Only a person has an e-mail address.');
  const { organization, email } = await services.database.withOrganization(organizationId, async (trx) => ({
    organization: await trx
      .selectFrom('organizations')
      .select(['id', 'name'])
      .where('id', '=', organizationId)
      .executeTakeFirstOrThrow(),
    ...(await trx.selectFrom('users').select('email').where('id', '=', userId).executeTakeFirstOrThrow()),
  }));
  return attempt(services, (senders) => senders.email(email, testMessage(services, organization), signal));
}
