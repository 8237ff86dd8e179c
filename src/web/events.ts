'use client';

import { useEffect, useRef } from 'react';
import { create } from 'zustand';
import type { OrganizationEvent } from '#contracts/events';
import { refreshSession } from './api.ts';
import { useSession } from './session.ts';

/**
 * The organization's live events over one WebSocket for the whole page. A browser cannot put a token into the headers of
 * a WebSocket, so the first message is `{"type":"auth","access_token":…}` and events follow. After a break we
 * reconnect with `?since=` the last event seen and miss nothing.
 */
type Listener = (event: OrganizationEvent) => void;

const listeners = new Set<Listener>();
let socket: WebSocket | undefined;
let lastEventId: string | undefined;
let attempts = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Close codes of the server: get a new token and come back; do not come back. */
const unauthorized = 4401;
const forbidden = 4403;

/** Whether live events arrive; a view that must be right while they don't polls instead. */
export const useConnection = create<{ readonly isLive: boolean }>()(() => ({ isLive: false }));

/**
 * Calls `listener` for every event while the component is on the page.
 * @example useEvents((event) => { if (event.type === 'run' && event.pipeline_id === id) void mutate(); });
 */
export function useEvents(listener: Listener): void {
  const latest = useRef(listener);
  useEffect(() => {
    latest.current = listener;
  });
  useEffect(() => {
    const listen: Listener = (event) => latest.current(event);
    listeners.add(listen);
    return () => void listeners.delete(listen);
  }, []);
}

/** Opens the connection and keeps it; the shell of the logged-in pages calls it once. */
export function connectEvents(): () => void {
  attempts = 0;
  open();
  const wake = () => {
    if (document.visibilityState === 'visible' && !socket) open();
  };
  document.addEventListener('visibilitychange', wake);
  window.addEventListener('online', wake);
  return () => {
    document.removeEventListener('visibilitychange', wake);
    window.removeEventListener('online', wake);
    clearTimeout(timer);
    const closing = socket;
    socket = undefined;
    lastEventId = undefined;
    closing?.close();
    useConnection.setState({ isLive: false });
  };
}

function open(): void {
  clearTimeout(timer);
  const { accessToken, chosenOrganizationId } = useSession.getState();
  if (!accessToken) return;
  const url = new URL('/api/v1/events', window.location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  if (lastEventId !== undefined) url.searchParams.set('since', lastEventId);
  const mine = new WebSocket(url);
  socket = mine;
  mine.addEventListener('open', () => {
    mine.send(
      JSON.stringify({
        type: 'auth',
        access_token: accessToken,
        ...(chosenOrganizationId ? { organization_id: chosenOrganizationId } : {}),
      }),
    );
  });
  mine.addEventListener('message', ({ data }) => {
    attempts = 0;
    useConnection.setState({ isLive: true });
    lastEventId ??= readyAt(data);
    const event = parseEvent(data);
    if (!event) return;
    lastEventId = event.id;
    for (const listener of listeners) listener(event);
  });
  mine.addEventListener('close', ({ code }) => {
    if (socket !== mine) return;
    socket = undefined;
    useConnection.setState({ isLive: false });
    if (code === forbidden) return;
    if (code === unauthorized) void refreshSession().then(retry, retry);
    else retry();
  });
}

function retry(): void {
  clearTimeout(timer);
  timer = setTimeout(open, reconnectDelay(attempts, Math.random()));
  attempts += 1;
}

/**
 * Milliseconds before the next attempt: 1, 2, 4 … 30 s, each between half and all of it, so that after a restart of the
 * server not all pages come at the same moment.
 * @param random 0–1
 */
export function reconnectDelay(attempt: number, random: number): number {
  return Math.min(1000 * 2 ** attempt, 30_000) * (0.5 + random / 2);
}

const types: ReadonlySet<string> = new Set<OrganizationEvent['type']>([
  'run',
  'step',
  'progress',
  'changed',
  'notification',
]);

/** The greeting `{"type":"ready","last_event_id":…}` says where we begin; a break before the first event loses nothing then. */
export function readyAt(data: unknown): string | undefined {
  const match = typeof data === 'string' ? /^\{"type":"ready","last_event_id":"?(\d+)"?/.exec(data) : null;
  return match?.[1];
}

/** undefined for what is no event: the server's greeting, or a kind that this page is too old to know. */
export function parseEvent(data: unknown): OrganizationEvent | undefined {
  if (typeof data !== 'string') return undefined;
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    return undefined;
  }
  const isEvent =
    typeof value === 'object' &&
    value !== null &&
    'id' in value &&
    'type' in value &&
    typeof value.type === 'string' &&
    types.has(value.type);
  // The contract fixes the fields of each type; checking each again would cost more than a wrong one could harm.
  return isEvent ? (value as OrganizationEvent) : undefined;
}
