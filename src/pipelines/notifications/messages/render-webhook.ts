import { createHmac } from 'node:crypto';
import type { Message } from './message.ts';

/** Body of a generic webhook. */
export function renderWebhook(message: Message): string {
  return JSON.stringify({
    type: 'notifications',
    id: message.id,
    timestamp: message.at,
    organization: message.organization,
    notifications: message.items.map(({ atWords: _atWords, ...item }) => item),
  });
}

/**
 * Headers that prove where a webhook comes from, as standardwebhooks.com has them: HMAC-SHA256 over id, time and body.
 * The receiver compares, refuses what is older than some minutes, and an id that it has seen.
 *
 * @param secret `whsec_` and base64.
 * @param now milliseconds since 1970, of this try.
 */
export function signWebhook(
  secret: string,
  id: string,
  now: number,
  body: string,
): Readonly<Record<string, string>> {
  const seconds = String(Math.floor(now / 1000));
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': seconds, 'webhook-signature': `v1,${signature}` };
}
