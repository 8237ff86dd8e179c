import { setTimeout as sleep } from 'node:timers/promises';
import type { LogLine } from '#contracts/pipelines';
import type { Actor } from '#platform/actor';
import type { RunId } from '#platform/ids';
import type { Services } from '#platform/services';
import { hasEnded } from './lock-run.ts';
import { getRun } from './queries.ts';

/** Lines that are read at a time. */
const BATCH = 500;
/** Milliseconds between looks for new lines of a run that goes on. */
const LOOK_MS = 400;

/**
 * The log of a run, one JSON object a line, oldest first.
 *
 * @param follow keep sending new lines until the run ends.
 * @throws AppError not_found, before the first line.
 */
export async function readLogs(
  services: Pick<Services, 'database'>,
  actor: Actor,
  id: string,
  options: { readonly follow: boolean; readonly signal: AbortSignal },
): Promise<AsyncIterable<string>> {
  await getRun(services, actor, id);
  return lines(services, actor, id as RunId, options); // the run exists
}

async function* lines(
  services: Pick<Services, 'database'>,
  actor: Actor,
  runId: RunId,
  options: { readonly follow: boolean; readonly signal: AbortSignal },
): AsyncGenerator<string> {
  let after = 0;
  while (!options.signal.aborted) {
    // The status first: lines that were written before the end are then among those that are read.
    const { status, rows } = await services.database.withOrganization(actor.organizationId, async (trx) => ({
      status: (
        await trx
          .selectFrom('pipeline_runs')
          .select('status')
          .where('organization_id', '=', actor.organizationId)
          .where('id', '=', runId)
          .executeTakeFirst()
      )?.status,
      rows: await trx
        .selectFrom('run_logs')
        .selectAll()
        .where('organization_id', '=', actor.organizationId)
        .where('run_id', '=', runId)
        .where('id', '>', after)
        .orderBy('id')
        .limit(BATCH)
        .execute(),
    }));
    for (const row of rows) {
      after = row.id;
      const line: LogLine = {
        at: row.at.toISOString(),
        level: row.level,
        step_id: row.step_id,
        message: row.message,
      };
      yield `${JSON.stringify(line)}\n`;
    }
    if (rows.length === BATCH) continue;
    if (!options.follow || status === undefined || hasEnded(status)) return;
    await sleep(LOOK_MS, undefined, { signal: options.signal }).catch(() => undefined);
  }
}
