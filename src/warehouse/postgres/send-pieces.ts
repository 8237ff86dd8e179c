import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';

/**
 * Writes pieces one after the other and ends the sink. The next piece is asked for only when the one before has left
 * for the socket, so whoever makes them may use their memory again: pieces that are thrown away by the hundred have the
 * garbage collector walk the whole heap each time.
 *
 * @throws what reading the pieces or the sink throws, or that it was cancelled; the sink is destroyed then.
 */
export async function sendPieces(
  pieces: AsyncIterable<Uint8Array>,
  sink: Writable,
  signal: AbortSignal | undefined,
): Promise<void> {
  const abort = signal === undefined ? {} : { signal };
  let hasFailed = false;
  sink.once('error', () => {
    hasFailed = true;
  });
  const ended = finished(sink, abort);
  ended.catch(() => undefined); // told below, where it is waited for
  try {
    for await (const piece of pieces) await Promise.race([ended, written(sink, piece)]);
    sink.end();
    await ended;
  } catch (error) {
    if (!hasFailed) {
      const closed = finished(sink).catch(() => undefined); // the answer to our own cancelling
      sink.destroy(error instanceof Error ? error : new Error(String(error)));
      await closed;
    }
    // Without the code of an AbortError, which would be taken for one of the server's.
    throw signal?.aborted === true ? new Error('the copy was cancelled', { cause: error }) : error;
  }
}

function written(sink: Writable, piece: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    sink.write(piece, (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}
