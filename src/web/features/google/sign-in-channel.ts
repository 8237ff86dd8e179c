import type { GoogleConnection } from '#contracts/google';

/** The window that comes back from Google tells the page that waits; they cannot reach each other otherwise. */
const name = 'dalgo-google-sign-in';

export function announceSignIn(connection: GoogleConnection): void {
  const channel = new BroadcastChannel(name);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has no other origin
  channel.postMessage(connection);
  channel.close();
}

/** @returns what stops listening. */
export function onSignIn(listener: (connection: GoogleConnection) => void): () => void {
  const channel = new BroadcastChannel(name);
  // Only pages of our own origin speak here, and only in the way above.
  channel.addEventListener('message', ({ data }: MessageEvent<GoogleConnection>) => listener(data));
  return () => channel.close();
}
