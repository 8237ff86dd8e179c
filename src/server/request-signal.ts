import type { FastifyReply } from 'fastify';

/** A signal that aborts when the client goes away before its answer was sent, or when the server shuts down. */
export function requestSignal(reply: FastifyReply, shutdown: AbortSignal): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort(new Error('the client went away'));
  });
  return AbortSignal.any([gone.signal, shutdown]);
}
