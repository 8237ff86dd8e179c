import { setTimeout as sleep } from 'node:timers/promises';
import type { Actor } from '#platform/actor';
import type { RunId } from '#platform/ids';
import type { Services } from '#platform/services';
import { hasEnded } from './lock-run.ts';

/** Resolves when the run has ended, or when the signal aborts. */
export async function waitForRun(
  services: Pick<Services, 'database'>,
  actor: Actor,
  runId: RunId,
  signal: AbortSignal,
): Promise<void> {
  // Most runs that somebody waits for are short: looks are close together at first, then four a second.
  for (let pause = 30; !signal.aborted; pause = Math.min(pause * 1.5, 250)) {
    const run = await services.database.withOrganization(actor.organizationId, (trx) =>
      trx
        .selectFrom('pipeline_runs')
        .select('status')
        .where('organization_id', '=', actor.organizationId)
        .where('id', '=', runId)
        .executeTakeFirst(),
    );
    if (run === undefined || hasEnded(run.status)) return;
    await sleep(pause, undefined, { signal }).catch(() => undefined);
  }
}
