import type { Config } from '#platform/config';

/** Tells whoever watches over the installation of an error that nobody expected. */
export type ReportError = (error: unknown, context: Readonly<Record<string, string>>) => void;

/**
 * Sends unexpected errors to Sentry when SENTRY_DSN is set; does nothing otherwise. Only the error and our ids are sent:
 * no request, no header, no body, no address. The package is loaded only when it is wanted, it costs 150 ms.
 */
export async function openErrorReports(config: Config): Promise<ReportError> {
  if (config.sentryDsn === undefined) return () => {};
  const sentry = await import('@sentry/node');
  sentry.init({
    dsn: config.sentryDsn,
    environment: config.environment,
    // The default ones patch http, pg and the console, and collect more than we promise.
    defaultIntegrations: false,
  });
  return (error, context) => {
    sentry.captureException(error, { tags: { ...context } });
  };
}
