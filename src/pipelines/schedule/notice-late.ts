import { sql } from 'kysely';
import type { OrganizationId, PipelineId, RunId } from '#platform/ids';
import type { Services } from '#platform/services';
import { notify } from '../notifications/notify.ts';
import { MISSED_AFTER_MS, tellOfMissedTimes } from './tell-of-missed-times.ts';

/** Minutes for which a run may wait, or go on, before anybody is told, however short it usually is. */
const PATIENCE_MINUTES = 15;
/** A run that takes so many times as long as usual is late. */
const TIMES_USUAL = 3;
/** Hours, for a pipeline that has not succeeded three times yet. */
const UNKNOWN_HOURS = 6;

interface LateRun {
  readonly id: RunId;
  readonly organization_id: OrganizationId;
  readonly pipeline_id: PipelineId;
  readonly name: string;
  readonly status: 'queued' | 'running';
  readonly minutes: number;
  readonly usual_minutes: number | null;
}

/**
 * Tells of runs that wait for long or take much longer than usual, once for each, and of schedules whose time has
 * passed without anybody firing them. Any number of processes may look at once, and a server does too: when no worker
 * lives, somebody must say so.
 */
export async function noticeLate(services: Pick<Services, 'database' | 'clock'>): Promise<void> {
  for (const run of await lateRuns(services)) {
    await services.database.withOrganization(run.organization_id, (trx) =>
      notify(trx, run.organization_id, {
        occurrence: `late ${run.id}`,
        kind: 'late',
        severity: 'warning',
        title: `“${run.name}” is late`,
        content: {
          reason:
            run.status === 'queued'
              ? `Its run has been waiting for ${minutes(run.minutes)} and has not begun.`
              : `Its run has been going on for ${minutes(run.minutes)}${run.usual_minutes === null ? '' : `; usually it takes ${minutes(run.usual_minutes)}`}.`,
          affected: [run.name],
          advice:
            run.status === 'queued'
              ? 'See what else is running; if nothing is, ask your administrator whether a worker is running.'
              : 'Look at the step that it is at; you can cancel it and run it again.',
        },
        path: `/pipelines/${run.pipeline_id}?run=${run.id}`,
        pipelineId: run.pipeline_id,
        runId: run.id,
      }),
    );
  }
  const overdue = await services.database.withSystem((trx) =>
    trx
      .selectFrom('schedules')
      .innerJoin('pipelines', 'pipelines.id', 'schedules.pipeline_id')
      .select([
        'schedules.organization_id',
        'schedules.timezone',
        'schedules.next_run_at',
        'pipelines.id',
        'pipelines.name',
      ])
      .where('schedules.is_active', '=', true)
      .where('schedules.next_run_at', '<', new Date(services.clock.now() - MISSED_AFTER_MS))
      .orderBy('schedules.next_run_at')
      .limit(100)
      .execute(),
  );
  for (const row of overdue) {
    const { next_run_at: due } = row;
    if (due === null) continue;
    await services.database.withOrganization(row.organization_id, (trx) =>
      tellOfMissedTimes(trx, row.organization_id, {
        pipeline: row,
        timezone: row.timezone,
        times: [due.getTime()],
        outcome: 'nobody',
      }),
    );
  }
}

function minutes(count: number): string {
  if (count < 90) return count === 1 ? '1 minute' : `${count} minutes`;
  return `${Math.round(count / 60)} hours`;
}

async function lateRuns(services: Pick<Services, 'database'>): Promise<readonly LateRun[]> {
  const { rows } = await services.database.withSystem((trx) =>
    sql<LateRun>`
      SELECT run.id, run.organization_id, run.pipeline_id, coalesce(run.pipeline_name, 'Pipeline') AS name, run.status,
        round(extract(epoch FROM now() - coalesce(run.started_at, run.queued_at)) / 60)::int AS minutes,
        CASE WHEN usual.runs >= 3 THEN greatest(1, round(usual.seconds / 60))::int END AS usual_minutes
      FROM pipeline_runs run
      CROSS JOIN LATERAL (
        SELECT count(*) AS runs,
          percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM past.finished_at - past.started_at)) AS seconds
        FROM (SELECT started_at, finished_at FROM pipeline_runs
               WHERE pipeline_id = run.pipeline_id AND organization_id = run.organization_id AND status = 'succeeded' AND part IS NULL
               ORDER BY queued_at DESC LIMIT 20) past
      ) usual
      WHERE run.status IN ('queued', 'running') AND run.pipeline_id IS NOT NULL
        AND coalesce(run.started_at, run.queued_at) < now() - make_interval(mins => ${PATIENCE_MINUTES})
        AND CASE run.status
          -- One that waits behind another run of its pipeline is not late by itself.
          WHEN 'queued' THEN NOT EXISTS (
            SELECT FROM pipeline_runs other WHERE other.pipeline_id = run.pipeline_id
              AND other.organization_id = run.organization_id AND other.status = 'running')
          ELSE extract(epoch FROM now() - run.started_at) > CASE WHEN usual.runs >= 3
            THEN usual.seconds * ${TIMES_USUAL} ELSE ${UNKNOWN_HOURS} * 3600 END
        END
        AND NOT EXISTS (SELECT FROM notifications told
          WHERE told.organization_id = run.organization_id AND told.occurrence = 'late ' || run.id)
      LIMIT 100`.execute(trx),
  );
  return rows;
}
