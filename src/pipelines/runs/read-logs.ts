import type { LogLine } from '#contracts/pipelines';
import type { Actor } from '#platform/actor';
import type { RunId } from '#platform/ids';
import type { Services } from '#platform/services';
import { getRun } from './queries.ts';

/** Lines that are read at a time. */
const BATCH = 500;

/**
 * The log of a run as it stands, one JSON object a line, oldest first.
 *
 * @throws AppError not_found, before the first line.
 */
export async function readLogs(
  services: Pick<Services, 'database'>,
  actor: Actor,
  id: string,
  signal: AbortSignal,
): Promise<AsyncIterable<string>> {
  await getRun(services, actor, id);
  return lines(services, actor, id as RunId, signal); // the run exists
}

async function* lines(
  services: Pick<Services, 'database'>,
  actor: Actor,
  runId: RunId,
  signal: AbortSignal,
): AsyncGenerator<string> {
  for (let after = 0; !signal.aborted;) {
    const rows = await services.database.withOrganization(actor.organizationId, (trx) =>
      trx
        .selectFrom('run_logs')
        .selectAll()
        .where('organization_id', '=', actor.organizationId)
        .where('run_id', '=', runId)
        .where('id', '>', after)
        .orderBy('id')
        .limit(BATCH)
        .execute(),
    );
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
    if (rows.length < BATCH) return;
  }
}
