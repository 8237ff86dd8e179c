import { loadConfig } from '#platform/config';
import { appLogin } from '#platform/database/app-login';
import { connectDatabase } from '#platform/database/database';
import { pendingMigrations } from '#platform/database/migrate';
import { AppError } from '#platform/errors';
import { keepHeapSmall } from '#platform/keep-heap-small';
import { createLog } from '#platform/log';
import { startTracing } from '#platform/tracing/otlp-exporter';
import { openErrorReports, type ReportError } from './error-reports.ts';
import { asConnectionError } from './open-database.ts';
import { openServices } from './open-services.ts';
import { printFailure } from './print-failure.ts';
import { assertUploadsShared } from './shared-uploads.ts';
import { listenForStop, releaseWithin } from './stop-request.ts';

/** Longer than a run's steps get to stop, shorter than the supervisor waits. */
const endPatienceMs = 7000;

// Supervised: the server started this process, ends it, and gave it the database. Otherwise it is one more worker,
// perhaps on another machine, of the installation that DATABASE_URL names.
const supervised = process.argv.includes('--supervised');
const stop = listenForStop({ ignoreInterrupt: supervised });
let reportError: ReportError = () => {};
process.on('uncaughtException', (error) => {
  printFailure(error);
  reportError(error, { process: 'worker' });
  stop.ask({ why: 'an error that nobody expected', exitCode: 1 });
});

const up = new AsyncDisposableStack();
let exitCode = 0;
try {
  await start();
  ({ exitCode } = await stop.asked);
} catch (error) {
  if (!stop.signal.aborted) {
    printFailure(error);
    exitCode = 1;
  }
}
await releaseWithin(up, endPatienceMs).catch(printFailure);
process.exit(exitCode);

async function start(): Promise<void> {
  keepHeapSmall();
  const config = loadConfig(process.env);
  const log = createLog(config.logLevel);
  up.use(startTracing(config, log, 'worker'));
  const appUrl = supervised ? process.env['DALGO_APP_URL'] : await findAppUrl();
  if (appUrl === undefined) throw new Error('A supervised worker needs DALGO_APP_URL');
  const errorReports = up.use(await openErrorReports(config));
  reportError = errorReports.report;
  const { startRunWorker, doStep, openMessageSenders } = await import('#pipelines');
  const { removeForgottenFiles } = await import('#sources');
  const services = up.use(openServices(config, appUrl, log));
  const work = doStep(services);
  const senders = up.use(openMessageSenders(config, services.clock));
  up.use(
    await startRunWorker(services, {
      doStep: async (input) => {
        try {
          return await work(input);
        } catch (error) {
          // What a person can put right is told to that person; this is the rest.
          if (!(error instanceof AppError) && !input.signal.aborted) {
            reportError(error, { process: 'worker', run_id: input.runId, step_id: input.step.id });
          }
          throw error;
        }
      },
      messages: { config, senders },
      // The server looks after its own folder.
      ...(supervised ? {} : { tidy: async () => void (await removeForgottenFiles(services)) }),
    }),
  );
  if (!supervised) console.log('The worker is ready.');
}

/** The program's login on the database that DATABASE_URL names, which a server must have prepared. */
async function findAppUrl(): Promise<string> {
  const { DATABASE_URL, SUPABASE_DB_URL, ENCRYPTION_KEY } = process.env;
  const ownerUrl = DATABASE_URL || SUPABASE_DB_URL;
  if (ownerUrl === undefined || ownerUrl === '') {
    throw new AppError('configuration_invalid', 'One more worker needs a database that it can share.', {
      hint: 'Set DATABASE_URL to the one of the server. (`npm start` brings its own worker.)',
    });
  }
  if (ENCRYPTION_KEY === undefined || ENCRYPTION_KEY === '') {
    throw new AppError('configuration_invalid', 'One more worker needs the key of the server.', {
      hint: 'Set ENCRYPTION_KEY to the same value on every machine.',
    });
  }
  const config = loadConfig(process.env);
  const { url } = appLogin(ownerUrl, config);
  await using database = connectDatabase(url, { maxConnections: 1 });
  try {
    const pending = await pendingMigrations(ownerUrl);
    if (pending.length > 0) {
      throw new AppError('configuration_invalid', 'The database is not up to date with this program.', {
        hint: 'Start the server of this version first: it prepares the database.',
      });
    }
  } catch (error) {
    throw asConnectionError(error, ownerUrl);
  }
  try {
    await database.ping();
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError('configuration_invalid', "This ENCRYPTION_KEY is not the server's.", {
      hint: 'The password of the login that they share derives from it: set the same value on every machine.',
      cause,
    });
  }
  if (!config.uploadsInDatabase) await assertUploadsShared(config);
  return url;
}
