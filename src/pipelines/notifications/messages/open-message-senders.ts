import type { createTransport } from 'nodemailer';
import type { Clock } from '#platform/clock';
import type { Config } from '#platform/config';
import type { ChannelKind } from '#contracts/notifications';
import { AppError } from '#platform/errors';
import { openOutboundHttp } from '#platform/outbound/outbound-http';
import type { Message } from './message.ts';
import { renderDiscord, renderSlack } from './render-chat.ts';
import { renderEmail } from './render-email.ts';
import { renderWebhook, signWebhook } from './render-webhook.ts';

/** Where a channel's messages go. */
export interface ChannelAddress {
  readonly kind: ChannelKind;
  readonly url: string;
  /** Key of the signature; null when the kind has none. */
  readonly secret: string | null;
}

/** The ways out. Each rejects with an AppError that says whether another try can help. */
export interface MessageSenders extends AsyncDisposable {
  readonly canEmail: boolean;
  /** @throws AppError mail_not_configured, message_refused, outbound_failed */
  email(to: string, message: Message, signal: AbortSignal): Promise<void>;
  /** @throws AppError message_refused, outbound_failed, outbound_blocked */
  post(channel: ChannelAddress, message: Message, signal: AbortSignal): Promise<void>;
}

/** Milliseconds that a mail server or a chat gets. */
const PATIENCE_MS = 20_000;

function numberOf(error: unknown, field: string): number | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const value: unknown = Object.getOwnPropertyDescriptor(error, field)?.value;
  return typeof value === 'number' ? value : undefined;
}

/** What a mail server says is for administrators; it may name the address, so it is not repeated. */
function describeMailFailure(cause: unknown): AppError {
  const status = numberOf(cause, 'responseCode');
  // 535: the password may be corrected while the message waits.
  if (status !== undefined && status >= 500 && status !== 535) {
    return new AppError('message_refused', `The mail server refused the message (${status}).`, { cause });
  }
  const why =
    status === 535
      ? 'does not accept the user and password'
      : status === undefined
        ? 'does not answer'
        : `is busy (${status})`;
  return new AppError('outbound_failed', `The mail server ${why}.`, { cause, where: { kind: 'smtp' } });
}

/** Opens the ways out: mail by SMTP_URL, everything else through the guard against reaching inside. */
export function openMessageSenders(
  config: Pick<Config, 'smtpUrl' | 'mailFrom' | 'outboundAllowedHosts'>,
  clock: Clock,
): MessageSenders {
  const http = openOutboundHttp(config);
  let opened: ReturnType<typeof createTransport> | undefined;

  /** 20 MB, for an installation that sends mail, and when it sends the first. */
  async function transportTo(url: string) {
    const mailer = await import('nodemailer');
    opened ??= mailer.createTransport({
      url,
      connectionTimeout: PATIENCE_MS,
      greetingTimeout: PATIENCE_MS,
      socketTimeout: PATIENCE_MS,
      // Nothing of a message is read from a file or an address.
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    return opened;
  }

  async function email(to: string, message: Message, signal: AbortSignal): Promise<void> {
    if (config.smtpUrl === undefined)
      throw new AppError('mail_not_configured', 'This installation sends no e-mail.');
    const { subject, text, html } = renderEmail(message);
    const domain = /@([^>\s]+)/.exec(config.mailFrom)?.[1] ?? 'localhost';
    signal.throwIfAborted();
    const transport = await transportTo(config.smtpUrl);
    try {
      await transport.sendMail({
        from: config.mailFrom,
        to: { name: '', address: to },
        subject,
        text,
        html,
        messageId: `<${message.id}@${domain}>`,
        headers: { 'Auto-Submitted': 'auto-generated' },
      });
    } catch (error) {
      throw describeMailFailure(error);
    }
  }

  async function post(channel: ChannelAddress, message: Message, signal: AbortSignal): Promise<void> {
    const body =
      channel.kind === 'slack'
        ? JSON.stringify(renderSlack(message))
        : channel.kind === 'discord'
          ? JSON.stringify(renderDiscord(message))
          : renderWebhook(message);
    const answer = await http.request(channel.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'Dalgo-Lite',
        ...(channel.secret === null ? {} : signWebhook(channel.secret, message.id, clock.now(), body)),
      },
      body,
      signal,
      timeoutMs: PATIENCE_MS,
      maxBytes: 64 * 1024,
    });
    answer.body.on('error', () => {});
    answer.body.destroy();
    const { status } = answer;
    if (status >= 200 && status < 300) return;
    const host = new URL(channel.url).host;
    if ([408, 425, 429].includes(status) || status >= 500) {
      const seconds = Number(answer.headers['retry-after']);
      throw new AppError('outbound_failed', `${host} answered ${status}.`, {
        where: { kind: 'status', status },
        ...(Number.isFinite(seconds) && seconds > 0 ? { retryAfterSeconds: seconds } : {}),
      });
    }
    throw new AppError('message_refused', `${host} refused the message (${status}).`, { where: { status } });
  }

  return {
    canEmail: config.smtpUrl !== undefined,
    email,
    post,
    async [Symbol.asyncDispose]() {
      opened?.close();
      await http[Symbol.asyncDispose]();
    },
  };
}
