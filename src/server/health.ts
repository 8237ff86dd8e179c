import type { FastifyInstance } from 'fastify';
import { sql } from 'kysely';
import type { MetadataTransaction } from '#platform/database/database';
import { latestMigration } from '#platform/database/migrate';
import type { Services } from '#platform/services';
import { findLiveWorker } from './find-live-worker.ts';

export interface Readiness {
  readonly status: 'ready' | 'not_ready';
  readonly checks: { readonly database: boolean; readonly migrations: boolean; readonly worker: boolean };
}

/** An answer serves everybody who asks within a second: a flood of probes is no flood of queries. */
const FRESH_MS = 1000;

async function readAppliedMigration(trx: MetadataTransaction): Promise<number | undefined> {
  const { rows } = await sql<{ version: number | null }>`
    SELECT max(version) AS version FROM public.schema_migrations`.execute(trx);
  return rows[0]?.version ?? undefined;
}

async function checkReadiness(services: Services): Promise<Readiness> {
  const latest = await latestMigration();
  const [database, worker] = await Promise.all([
    services.database.withSystem(readAppliedMigration).then(
      (version) => ({ answers: true, version }),
      (error: unknown) => {
        services.log.warn({ err: error }, 'the database does not answer');
        return { answers: false, version: undefined };
      },
    ),
    findLiveWorker(services).then(
      (found) => found !== undefined,
      () => false,
    ),
  ]);
  const checks = { database: database.answers, migrations: database.version === latest, worker };
  return { status: Object.values(checks).every(Boolean) ? 'ready' : 'not_ready', checks };
}

/** /healthz: this process answers. /readyz: its database, its migrations and a worker do too. No details leave. */
export function registerHealth(app: FastifyInstance, services: Services): void {
  let latest: { readonly at: number; readonly readiness: Promise<Readiness> } | undefined;

  app.get('/healthz', () => ({ status: 'ok' }));
  app.get('/readyz', async (_request, reply) => {
    const now = services.clock.now();
    if (latest === undefined || now - latest.at >= FRESH_MS || now < latest.at) {
      latest = { at: now, readiness: checkReadiness(services) };
    }
    const readiness = await latest.readiness;
    return reply
      .code(readiness.status === 'ready' ? 200 : 503)
      .header('cache-control', 'no-store')
      .send(readiness);
  });
}
