import type { Services } from '#platform/services';
import { openMessageSenders } from '../notifications/messages/open-message-senders.ts';
import { sendDueMessages } from '../notifications/messages/send-due-messages.ts';
import { noticeLate } from '../schedule/notice-late.ts';
import { repeat } from '../worker/repeat.ts';

/** Longer than a worker needs to come up and fire what was missed meanwhile. */
const EVERY_MS = 60_000;

/**
 * Watches over the workers from a server: when none of them lives, somebody must notice that nothing runs, and tell.
 * Workers do the same, more often; what one has told of, the others leave alone.
 */
export function keepWatch(
  services: Pick<Services, 'config' | 'database' | 'log' | 'clock'>,
): AsyncDisposable {
  const stopping = new AbortController();
  const senders = openMessageSenders(services.config, services.clock);
  let isFirst = true;
  const watching = repeat(
    { name: 'watching over the workers', everyMs: EVERY_MS, log: services.log, signal: stopping.signal },
    async () => {
      if (isFirst) {
        isFirst = false;
        return;
      }
      await noticeLate(services);
      await sendDueMessages(services, senders, stopping.signal);
    },
  );
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await watching;
      await senders[Symbol.asyncDispose]();
    },
  };
}
