import { z } from 'zod';
import { SESSION_ENDED_CHANNEL } from '#accounts';
import { EVENTS_CHANNEL } from '#platform/database/emit-event';
import { PROGRESS_CHANNEL, type ProgressEvent } from '#platform/database/publish-progress';
import type { OrganizationId } from '#platform/ids';
import type { Services } from '#platform/services';
import { listen } from './listen.ts';

/** One open web socket, as the hub sees it. */
export interface Subscriber {
  readonly organizationId: OrganizationId;
  /** Of the session, or the API key. */
  readonly credentialId: string;
  /** There may be new events in the table. */
  wake(): void;
  progress(event: ProgressEvent): void;
  /** The session or key, or the membership, may have ended. */
  recheck(): void;
}

export interface EventHub extends AsyncDisposable {
  /** @returns a function that ends the subscription. */
  subscribe(subscriber: Subscriber): () => void;
  /** Open sockets of a session or key. */
  countOf(credentialId: string): number;
}

// Any login of this database may notify, so the shape is checked; the web checks the fields that it uses.
const progressMessage = z.object({
  organization_id: z.string(),
  event: z.looseObject({ type: z.literal('progress') }),
});

function parseProgress(payload: string): z.output<typeof progressMessage> | undefined {
  try {
    return progressMessage.safeParse(JSON.parse(payload)).data;
  } catch {
    return undefined;
  }
}

/** Hands what the database tells this process on to its open sockets: one connection, whatever their number. */
export function openEventHub(services: Services): EventHub {
  const subscribers = new Set<Subscriber>();

  function tell(
    isMeant: (subscriber: Subscriber) => boolean,
    tellOne: (subscriber: Subscriber) => void,
  ): void {
    for (const subscriber of subscribers) if (isMeant(subscriber)) tellOne(subscriber);
  }

  const listening = listen({
    url: services.database.appUrl,
    channels: [EVENTS_CHANNEL, PROGRESS_CHANNEL, SESSION_ENDED_CHANNEL],
    log: services.log,
    onConnect: () =>
      tell(
        () => true,
        (subscriber) => {
          subscriber.wake();
          subscriber.recheck();
        },
      ),
    onNotification: (channel, payload) => {
      if (channel === EVENTS_CHANNEL) {
        tell(
          (subscriber) => subscriber.organizationId === payload,
          (subscriber) => subscriber.wake(),
        );
      } else if (channel === SESSION_ENDED_CHANNEL) {
        tell(
          (subscriber) => subscriber.credentialId === payload,
          (subscriber) => subscriber.recheck(),
        );
      } else {
        const message = parseProgress(payload);
        if (message === undefined) return;
        // Published by `publishProgress`, which is typed.
        const event = message.event as unknown as ProgressEvent;
        tell(
          (subscriber) => subscriber.organizationId === message.organization_id,
          (subscriber) => subscriber.progress(event),
        );
      }
    },
  });

  return {
    subscribe(subscriber) {
      subscribers.add(subscriber);
      return () => {
        subscribers.delete(subscriber);
      };
    },
    countOf: (credentialId) => {
      let count = 0;
      for (const subscriber of subscribers) if (subscriber.credentialId === credentialId) count += 1;
      return count;
    },
    [Symbol.asyncDispose]: () => listening[Symbol.asyncDispose](),
  };
}
