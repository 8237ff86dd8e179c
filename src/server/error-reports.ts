import type { Config } from '#platform/config';

/** Tells whoever watches over the installation of an error that nobody expected. */
export type ReportError = (error: unknown, context: Readonly<Record<string, string>>) => void;

export interface ErrorReports extends AsyncDisposable {
  readonly report: ReportError;
}

/** Milliseconds that reports under way get to leave when the process ends. */
const FLUSH_MS = 2000;

/**
 * Sends unexpected errors to Sentry when SENTRY_DSN is set; does nothing otherwise. Only the error and our ids are sent:
 * no request, no header, no body, no address. The package is loaded only when it is wanted, it costs 150 ms.
 */
export async function openErrorReports(config: Config): Promise<ErrorReports> {
  if (config.sentryDsn === undefined) return { report: () => {}, async [Symbol.asyncDispose]() {} };
  const sentry = await import('@sentry/node');
  sentry.init({
    dsn: config.sentryDsn,
    environment: config.environment,
    // The default ones patch http, pg and the console, and collect more than we promise.
    defaultIntegrations: false,
    // The name of somebody's computer is nobody's business.
    serverName: 'dalgo-lite',
  });
  return {
    report: (error, context) => {
      sentry.captureException(error, { tags: { ...context } });
    },
    async [Symbol.asyncDispose]() {
      await sentry.close(FLUSH_MS);
    },
  };
}
