import { forgetOldSessions } from '#accounts';
import type { Services } from '#platform/services';

const EVERY_MS = 6 * 3_600_000;
/** A client that was away for longer reads everything anew. */
const EVENTS_KEPT_MS = 30 * 86_400_000;

/** Deletes what nobody will ask for again: sessions that ended long ago, and old events. */
export async function tidy(services: Services): Promise<void> {
  await forgetOldSessions(services);
  const before = new Date(services.clock.now() - EVENTS_KEPT_MS);
  await services.database.withSystem((trx) => trx.deleteFrom('events').where('at', '<', before).execute());
}

/** Tidies now and then for as long as the server runs; several servers do no harm to one another. */
export function keepTidy(services: Services): Disposable {
  const run = (): void => {
    tidy(services).catch((error: unknown) => services.log.warn({ err: error }, 'could not tidy up'));
  };
  const timer = setInterval(run, EVERY_MS);
  timer.unref();
  run();
  return {
    [Symbol.dispose]: () => {
      clearInterval(timer);
    },
  };
}
