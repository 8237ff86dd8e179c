import type { RunStatus } from '#contracts/primitives';
import { runReport, type ExternalRun, type RunReport } from '#contracts/webhooks';
import type { Actor } from '#platform/actor';
import type { RowOf } from '#platform/database/tables';
import { AppError } from '#platform/errors';
import type { ExternalRunId, OrganizationId } from '#platform/ids';
import type { Services } from '#platform/services';
import { tellOfExternalRun } from '../notifications/tell-of-external-run.ts';

export function presentExternalRun(row: RowOf<'external_runs'>): ExternalRun {
  return {
    id: row.id,
    job: row.job,
    external_id: row.external_id,
    status: row.status,
    message: row.message,
    url: row.url,
    rows: row.rows,
    started_at: row.started_at?.toISOString() ?? null,
    finished_at: row.finished_at?.toISOString() ?? null,
    reported_at: row.reported_at.toISOString(),
  };
}

const words: readonly (readonly [pattern: RegExp, status: RunStatus])[] = [
  [/complet|success|succeed/i, 'succeeded'],
  [/cancel/i, 'cancelled'],
  [/fail|crash|error|timed?\s?out/i, 'failed'],
  [/running|retry/i, 'running'],
  [/schedul|pending|late|queued|paused/i, 'queued'],
];

/** What Prefect's notifications say in a sentence: "Flow run daily-visits with id 1f… entered state `Failed` …". */
function readSentence(text: string): RunReport | undefined {
  const job = /flow run\s+["'`]?([^\s"'`]+)/i.exec(text)?.[1];
  const state = /(?:entered|observed in|in)\s+state\s+["'`]?([A-Za-z ]+?)["'`]?(?=[\s.,]|$)/i.exec(text)?.[1];
  const runId = /(?:with id|flow run id:)\s*["'`]?([0-9a-f-]{8,64})/i.exec(text)?.[1];
  const status = words.find(([pattern]) => state !== undefined && pattern.test(state))?.[1];
  if (job === undefined || status === undefined || runId === undefined) return undefined;
  const url = /https?:\/\/[^\s"'`<>)]+/.exec(text)?.[0];
  return {
    job,
    run_id: runId,
    status,
    message: text.slice(0, 4000),
    ...(url === undefined ? {} : { url }),
  };
}

/** A report as it came: ours, or Prefect's `{body: "sentence"}`. @throws AppError invalid_input */
export function readRunReport(body: unknown): RunReport {
  const parsed = runReport.safeParse(body);
  if (parsed.success) return parsed.data;
  if (typeof body === 'object' && body !== null && 'body' in body && typeof body.body === 'string') {
    const report = readSentence(body.body);
    if (report !== undefined) return report;
  }
  throw new AppError('invalid_input', 'This is not a report of a run.', {
    hint: 'Send {"job", "run_id", "status": "running" | "succeeded" | "failed" | …, "message"?, "url"?}.',
    errors: parsed.error.issues.map((issue) => ({
      path: issue.path.map(String).join('.'),
      message: issue.message,
    })),
  });
}

const hasEnded = (status: RunStatus): boolean => status !== 'queued' && status !== 'running';

/**
 * Keeps what another job system tells of a run. The same may arrive again, and late: an end is never taken back by news
 * from before it, and is told of once.
 */
export function reportRun(
  services: Pick<Services, 'database' | 'newId' | 'clock'>,
  organizationId: OrganizationId,
  report: RunReport,
): Promise<ExternalRun> {
  const now = new Date(services.clock.now());
  const ended = hasEnded(report.status);
  return services.database.withOrganization(organizationId, async (trx) => {
    const inserted = await trx
      .insertInto('external_runs')
      .values({
        id: services.newId<ExternalRunId>(),
        organization_id: organizationId,
        job: report.job,
        external_id: report.run_id,
        status: 'queued',
      })
      .onConflict((conflict) => conflict.columns(['organization_id', 'job', 'external_id']).doNothing())
      .returning('id')
      .executeTakeFirst();
    const before = await trx
      .selectFrom('external_runs')
      .selectAll()
      .where('organization_id', '=', organizationId)
      .where('job', '=', report.job)
      .where('external_id', '=', report.run_id)
      .forUpdate()
      .executeTakeFirstOrThrow();
    if (inserted === undefined && hasEnded(before.status)) return presentExternalRun(before);
    const row = await trx
      .updateTable('external_runs')
      .set({
        status: report.status,
        message: report.message ?? before.message,
        url: report.url ?? before.url,
        rows: report.rows ?? before.rows,
        started_at: report.started_at ?? before.started_at ?? (report.status === 'running' ? now : null),
        finished_at: ended ? (report.finished_at ?? now) : null,
        reported_at: now,
      })
      .where('organization_id', '=', organizationId)
      .where('id', '=', before.id)
      .returningAll()
      .executeTakeFirstOrThrow();
    if (ended) await tellOfExternalRun(trx, organizationId, row);
    return presentExternalRun(row);
  });
}

/** The newest first. */
export function listExternalRuns(
  services: Pick<Services, 'database'>,
  actor: Actor,
  limit: number,
): Promise<ExternalRun[]> {
  return services.database.withOrganization(actor.organizationId, async (trx) =>
    (
      await trx
        .selectFrom('external_runs')
        .selectAll()
        .where('organization_id', '=', actor.organizationId)
        .orderBy('reported_at', 'desc')
        .orderBy('id')
        .limit(limit)
        .execute()
    ).map(presentExternalRun),
  );
}
