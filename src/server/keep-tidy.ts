import { forgetOldSessions } from '#accounts';
import { removeOldRecords } from '#pipelines';
import type { Services } from '#platform/services';
import { removeForgottenFiles, removeStaleUploads, shareOlderUploads } from '#sources';

const EVERY_MS = 6 * 3_600_000;

/**
 * Deletes what nobody will ask for again: sessions that ended long ago, what runs left behind and is older than the
 * settings keep it, and uploads that no source uses.
 */
export async function tidy(services: Services, signal = new AbortController().signal): Promise<void> {
  await forgetOldSessions(services);
  await removeOldRecords(services, services.config.keptDays, signal);
  const organizations = await services.database.withSystem((trx) =>
    trx.selectFrom('organizations').select('id').orderBy('id').execute(),
  );
  for (const { id } of organizations) {
    if (signal.aborted) return;
    await removeStaleUploads(services, id);
    await shareOlderUploads(services, id, signal);
  }
  await removeForgottenFiles(services);
}

/**
 * Tidies now and then for as long as the server runs; several servers do no harm to one another.
 *
 * @param tidyMore what else there is to tidy
 */
export function keepTidy(
  services: Services,
  tidyMore?: (signal: AbortSignal) => Promise<unknown>,
): Disposable {
  const stopping = new AbortController();
  const run = (): void => {
    const work = [tidy(services, stopping.signal), tidyMore?.(stopping.signal)];
    for (const each of work) {
      each?.catch((error: unknown) => services.log.warn({ err: error }, 'could not tidy up'));
    }
  };
  const timer = setInterval(run, EVERY_MS);
  timer.unref();
  run();
  return {
    [Symbol.dispose]: () => {
      stopping.abort();
      clearInterval(timer);
    },
  };
}
