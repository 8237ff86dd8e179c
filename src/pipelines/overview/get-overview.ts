import { sql } from 'kysely';
import type { Overview } from '#contracts/overview';
import type { Actor } from '#platform/actor';
import type { MetadataTransaction } from '#platform/database/database';
import { AppError } from '#platform/errors';
import type { OrganizationId, PipelineId } from '#platform/ids';
import type { RunQueue } from '../engine/run-engine.ts';
import { getGraph } from '../graph/get-graph.ts';
import { nextRuns } from '../schedule/next-runs.ts';
import type { PipelineServices } from '../services.ts';
import { presentExternalRun } from '../webhooks/report-run.ts';

/** Runs of a pipeline that are shown as bars. */
const SHOWN_RUNS = 14;
/** Coming times that are shown, of all pipelines. */
const SHOWN_TIMES = 20;
const DAY_MS = 86_400_000;

/** How all pipelines of an organization are doing, in a few statements for any number of them. */
export async function getOverview(services: PipelineServices, actor: Actor): Promise<Overview> {
  const { organizationId } = actor;
  const [graph, live, rest] = await Promise.all([
    getGraph(services, actor),
    countWorkers(services),
    services.database.withOrganization(organizationId, async (trx) => ({
      pipelines: await readPipelines(trx, organizationId),
      upcoming: await readUpcoming(trx, organizationId, services.clock.now()),
      queue: await readQueue(trx, organizationId),
      external: await trx
        .selectFrom('external_runs')
        .distinctOn('job')
        .selectAll()
        .where('organization_id', '=', organizationId)
        .orderBy('job')
        .orderBy('reported_at', 'desc')
        .limit(100)
        .execute(),
    })),
  ]);
  return {
    ...rest,
    external: rest.external.map(presentExternalRun),
    workers: { live },
    stale: graph.nodes.flatMap((node) => {
      if (node.kind !== 'source' && node.kind !== 'transformation') return [];
      const reason =
        node.status === 'failed'
          ? (node.error?.message ?? 'Its last run failed.')
          : node.status === 'skipped'
            ? 'It was skipped, since something that it reads was not made.'
            : node.stale
              ? 'Something that it is made from is newer than itself.'
              : undefined;
      if (reason === undefined) return [];
      const { kind, ref_id, name, updated_at } = node;
      return [{ kind, ref_id, name, updated_at, reason }];
    }),
  };
}

async function readPipelines(
  trx: MetadataTransaction,
  organizationId: OrganizationId,
): Promise<Overview['pipelines']> {
  const { rows } = await sql<{
    id: PipelineId;
    name: string;
    next_run_at: Date | null;
    last_success_at: Date | null;
    runs: Overview['pipelines'][number]['runs'];
  }>`
    SELECT pipeline.id, pipeline.name, schedule.next_run_at, good.finished_at AS last_success_at,
      coalesce(last.runs, '[]') AS runs
    FROM pipelines pipeline
    LEFT JOIN schedules schedule ON schedule.pipeline_id = pipeline.id AND schedule.is_active
    LEFT JOIN LATERAL (
      SELECT run.finished_at FROM pipeline_runs run
       WHERE run.organization_id = ${organizationId} AND run.pipeline_id = pipeline.id AND run.status = 'succeeded'
         AND run.part IS NULL
       ORDER BY run.queued_at DESC LIMIT 1
    ) good ON true
    LEFT JOIN LATERAL (
      SELECT jsonb_agg(jsonb_build_object(
        'run_id', run.id, 'status', run.status, 'trigger', run.trigger,
        'queued_at', to_char(run.queued_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
        'duration_ms', round(extract(epoch FROM run.finished_at - run.started_at) * 1000)::bigint,
        'rows', (SELECT sum(step.rows)::bigint FROM run_steps step
                  WHERE step.organization_id = ${organizationId} AND step.run_id = run.id)
      ) ORDER BY run.queued_at, run.id) AS runs
      FROM (SELECT * FROM pipeline_runs
             WHERE organization_id = ${organizationId} AND pipeline_id = pipeline.id
             ORDER BY queued_at DESC LIMIT ${SHOWN_RUNS}) run
    ) last ON true
    WHERE pipeline.organization_id = ${organizationId}
    ORDER BY pipeline.name, pipeline.id`.execute(trx);
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    next_run_at: row.next_run_at?.toISOString() ?? null,
    last_success_at: row.last_success_at?.toISOString() ?? null,
    runs: row.runs,
  }));
}

async function readUpcoming(
  trx: MetadataTransaction,
  organizationId: OrganizationId,
  now: number,
): Promise<Overview['upcoming']> {
  const schedules = await trx
    .selectFrom('schedules')
    .innerJoin('pipelines', 'pipelines.id', 'schedules.pipeline_id')
    .selectAll('schedules')
    .select('pipelines.name')
    .where('schedules.organization_id', '=', organizationId)
    .where('schedules.is_active', '=', true)
    .where('schedules.next_run_at', 'is not', null)
    .orderBy('schedules.next_run_at')
    .limit(200)
    .execute();
  return schedules
    .flatMap((schedule) => {
      try {
        return nextRuns(schedule, now, 3)
          .filter((time) => time <= now + DAY_MS)
          .map((time) => ({ pipeline_id: schedule.pipeline_id, name: schedule.name, time }));
      } catch (error) {
        // Its zone left the runtime's database, for instance.
        if (error instanceof AppError) return [];
        throw error;
      }
    })
    .toSorted((a, b) => a.time - b.time)
    .slice(0, SHOWN_TIMES)
    .map(({ time, ...rest }) => ({ ...rest, at: new Date(time).toISOString() }));
}

async function readQueue(
  trx: MetadataTransaction,
  organizationId: OrganizationId,
): Promise<Overview['queue']> {
  const rows = await trx
    .selectFrom('pipeline_runs')
    .select((select) => [
      'queue',
      'status',
      select.fn.countAll<number>().as('count'),
      select.fn.min('queued_at').as('oldest'),
    ])
    .where('organization_id', '=', organizationId)
    .where('status', 'in', ['queued', 'running'])
    .groupBy(['queue', 'status'])
    .execute();
  const of = (queue: RunQueue, status: string) =>
    rows.find((row) => row.queue === queue && row.status === status)?.count ?? 0;
  const load = (queue: RunQueue) => ({ queued: of(queue, 'queued'), running: of(queue, 'running') });
  const messages = await trx
    .selectFrom('notification_messages')
    .select((select) => [
      select.fn.countAll<number>().filterWhere('status', '=', 'collecting').as('queued'),
      select.fn.countAll<number>().filterWhere('status', '=', 'sending').as('running'),
    ])
    .where('organization_id', '=', organizationId)
    .where('status', 'in', ['collecting', 'sending'])
    .executeTakeFirstOrThrow();
  const oldest = rows
    .filter((row) => row.status === 'queued')
    .map((row) => row.oldest.getTime())
    .toSorted((a, b) => a - b)[0];
  return {
    manual: load('manual'),
    sync: load('sync'),
    transform: load('transform'),
    notify: messages,
    oldest_queued_at: oldest === undefined ? null : new Date(oldest).toISOString(),
  };
}

/** Of the whole installation: only how many, since they serve everybody. */
async function countWorkers(services: Pick<PipelineServices, 'database'>): Promise<number> {
  const row = await services.database.withSystem((trx) =>
    trx
      .selectFrom('workers')
      .select((select) => select.fn.countAll<number>().as('count'))
      .where('stopped_at', 'is', null)
      .where(sql<boolean>`heartbeat_at > now() - interval '15 seconds'`)
      .executeTakeFirstOrThrow(),
  );
  return row.count;
}
