import { setTimeout as sleep } from 'node:timers/promises';
import type { WebSocket } from '@fastify/websocket';

/** A client that does not say goodbye in this time is cut off; waiting longer would hold up the whole shutdown. */
const GOODBYE_MS = 500;

/** Tells the clients that the server goes away, so that they come back to the next one. */
export async function closeSockets(sockets: ReadonlySet<WebSocket>): Promise<void> {
  for (const socket of sockets) socket.close(1001, 'the server is closing');
  const deadline = performance.now() + GOODBYE_MS;
  while (sockets.size > 0 && performance.now() < deadline) await sleep(10);
  for (const socket of sockets) socket.terminate();
}
