import { sql } from 'kysely';
import type { OrganizationId, RunId } from '#platform/ids';
import type { Services } from '#platform/services';
import type { RunEngine } from '../engine/run-engine.ts';
import { startRun } from '../runs/start-run.ts';

/**
 * Starts the runs that were written but not handed to the engine: the process died between the two, or the run before
 * it of the same pipeline ended in a process that died. `handed` remembers what was already handed over by this
 * process, since a run may wait for long behind its organization's limit.
 */
export async function startForgottenRuns(
  services: Pick<Services, 'database'> & { readonly runEngine: Pick<RunEngine, 'start'> },
  handed: Set<RunId>,
): Promise<void> {
  const waiting = await services.database.withSystem((trx) =>
    trx
      .selectFrom('pipeline_runs as run')
      .select(['run.id', 'run.organization_id'])
      .where('run.status', '=', 'queued')
      .where(sql<boolean>`run.queued_at < now() - interval '1 second'`)
      .where((where) =>
        where.or([
          where('run.pipeline_id', 'is', null),
          where.not(
            where.exists(
              where
                .selectFrom('pipeline_runs as earlier')
                .select('earlier.id')
                .whereRef('earlier.pipeline_id', '=', 'run.pipeline_id')
                .where('earlier.status', 'in', ['queued', 'running'])
                .where(sql<boolean>`(earlier.queued_at, earlier.id) < (run.queued_at, run.id)`),
            ),
          ),
        ]),
      )
      .execute(),
  );
  const still = new Set<RunId>(waiting.map((run) => run.id));
  for (const id of handed) if (!still.has(id)) handed.delete(id);
  for (const run of waiting) {
    if (handed.has(run.id)) continue;
    await startRun(services, run.organization_id satisfies OrganizationId, run.id);
    handed.add(run.id);
  }
}
