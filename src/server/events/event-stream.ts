import type { WebSocket } from '@fastify/websocket';
import type { OrganizationEvent } from '#contracts/events';
import { actorOf, type Authenticated } from '#accounts';
import { AppError } from '#platform/errors';
import type { ProgressEvent } from '#platform/database/publish-progress';
import type { Services } from '#platform/services';
import { closeCode } from './close-codes.ts';
import type { EventHub } from './event-hub.ts';
import { newestEventId, readEvents } from './read-events.ts';

const PAGE = 500;
/** Beyond this many unsent bytes progress is left out: the next one replaces it. */
const BUSY_BYTES = 64 * 1024;
/** Beyond this many, reading on waits until the client has taken some. */
const FULL_BYTES = 1024 * 1024;
/** A client that takes nothing for so long is cut off; it comes back and asks for what it missed. */
const STALLED_MS = 30_000;
const PING_MS = 30_000;

/**
 * Sends an organization's events to one authenticated socket until it closes: what was kept after `since`, then live.
 *
 * @param since id of the last event that the client has; undefined for a client that wants only what comes.
 */
export async function streamEvents(
  services: Services,
  hub: EventHub,
  socket: WebSocket,
  who: Authenticated,
  since: number | undefined,
): Promise<void> {
  const { credential } = who;
  const { organizationId } = who.actor;
  /** Id of the last event that was sent. */
  let last = 0;
  let isReady = false;
  let isReading = false;
  let isStale = true;

  const isOpen = (): boolean => socket.readyState === socket.OPEN;

  function send(value: unknown): Promise<void> {
    return new Promise((resolve, reject) => {
      socket.send(JSON.stringify(value), (error) => (error == null ? resolve() : reject(error)));
    });
  }

  /** Sends, and waits only when much is unsent. */
  async function sendInTime(event: OrganizationEvent): Promise<void> {
    const sent = send(event);
    if (socket.bufferedAmount < FULL_BYTES) {
      // A failed send closes the socket, which is how it is heard of.
      sent.catch(() => {});
      return;
    }
    const timer = setTimeout(() => socket.terminate(), STALLED_MS);
    try {
      await sent;
    } finally {
      clearTimeout(timer);
    }
  }

  async function recheck(): Promise<boolean> {
    try {
      await actorOf(services, credential, organizationId);
      return true;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      // The database is away: the session has not ended by that, and the next check will tell.
      if (error.isTransient) return true;
      socket.close(closeCode(error), error.code);
      return false;
    }
  }

  async function readOn(): Promise<void> {
    if (isReading || !isReady) return;
    isReading = true;
    try {
      while (isStale && isOpen()) {
        isStale = false;
        const events = await readEvents(services, organizationId, last, PAGE);
        for (const { id, event } of events) {
          // Somebody's membership may have changed: look before telling more.
          if (event.type === 'changed' && event.kind === 'organization' && !(await recheck())) return;
          if (!isOpen()) return;
          await sendInTime(event);
          last = id;
        }
        if (events.length === PAGE) isStale = true;
      }
    } finally {
      isReading = false;
    }
  }

  function fail(error: unknown): void {
    if (!isOpen()) return;
    services.log.warn({ err: error }, 'a stream of events broke');
    socket.close(closeCode(error), 'internal');
  }

  const unsubscribe = hub.subscribe({
    organizationId,
    credentialId: credential.id,
    wake: () => {
      isStale = true;
      readOn().catch(fail);
    },
    progress: (event: ProgressEvent) => {
      if (!isReady || !isOpen() || socket.bufferedAmount > BUSY_BYTES) return;
      const at = new Date(services.clock.now()).toISOString();
      send({ ...event, id: String(last), at }).catch(() => {});
    },
    recheck: () => {
      recheck().catch(fail);
    },
  });

  let isAlive = true;
  socket.on('pong', () => {
    isAlive = true;
  });
  const heartbeat = setInterval(() => {
    if (!isAlive) {
      socket.terminate();
      return;
    }
    isAlive = false;
    socket.ping();
    recheck().catch(fail);
  }, PING_MS);
  socket.on('close', () => {
    clearInterval(heartbeat);
    unsubscribe();
  });

  try {
    const newest = await newestEventId(services, organizationId);
    // An id of the future is from before a restore of an older backup: there is nothing to replay.
    last = Math.min(since ?? newest, newest);
    await send({ type: 'ready', last_event_id: String(newest) });
    isReady = true;
    await readOn();
  } catch (error) {
    fail(error);
  }
}
