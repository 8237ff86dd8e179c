import { isDeepStrictEqual } from 'node:util';
import type { ChaosSite } from './chaos-site.ts';
import type { Fault } from './faults.ts';
import { peopleOf, type FieldService } from './field-service.ts';
import { districtOf, FILE_ROWS, type Requests, type Tenant } from './workload.ts';

/** What came of it. `wrong` is empty when everything happened exactly once. */
export interface Verdict {
  readonly runs: number;
  readonly byStatus: Readonly<Record<string, number>>;
  readonly faults: Readonly<Record<string, number>>;
  /** Steps that were begun more than once. */
  readonly repeatedSteps: number;
  /** Seconds from a kill until another worker went on with a step, longest first; kills after which the database was hurt too are left out. */
  readonly takeOverSeconds: readonly number[];
  /** Of take-overs that took long: what the run's log says from the kill on. */
  readonly slowTakeOvers: readonly string[];
  readonly scheduledRuns: number;
  readonly wrong: readonly string[];
}

/** After the last run has ended, and one more of each pipeline went through in peace. */
export async function judge(
  site: ChaosSite,
  tenants: readonly Tenant[],
  requests: Requests,
  field: FieldService,
  faults: readonly Fault[],
): Promise<Verdict> {
  const wrong: string[] = [];
  const runs = await site.ask<{ id: string; status: string; error: unknown; scheduled: string | null }>(
    `SELECT id, status, error, pipeline_id || ' ' || to_char(scheduled_for AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS scheduled FROM pipeline_runs`,
  );
  const seen = new Set<string>(runs.map((run) => run.id));
  for (const id of requests.runs) if (!seen.has(id)) wrong.push(`run ${id} was asked for and is gone`);
  const mayBeCancelled = new Set<string>(requests.cancelled);
  for (const run of runs) {
    if (run.status === 'succeeded') continue;
    if (run.status === 'cancelled' && mayBeCancelled.has(run.id)) continue;
    wrong.push(`run ${run.id} ended as ${run.status}: ${JSON.stringify(run.error)}`);
  }
  wrong.push(...(await judgeSchedules(runs, requests)));
  wrong.push(...(await judgeLeftovers(site)));
  for (const tenant of tenants) wrong.push(...(await judgeTables(site, tenant, field)));
  if (site.serverPid() === undefined) wrong.push('the server ended');
  const ready = await fetch(`${site.address}/readyz`).catch(() => undefined);
  if (ready?.ok !== true) wrong.push('the server is not ready');
  const [repeated] = await site.ask<{ steps: number }>(
    `SELECT count(*)::int AS steps FROM run_steps WHERE attempt > 1`,
  );
  return {
    runs: runs.length,
    byStatus: countBy(runs.map((run) => run.status)),
    faults: countBy(faults.map((fault) => fault.kind)),
    repeatedSteps: repeated?.steps ?? 0,
    ...(await takeOvers(site, faults)),
    scheduledRuns: runs.filter((run) => run.scheduled !== null).length,
    wrong,
  };
}

function countBy(items: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const item of items) counts[item] = (counts[item] ?? 0) + 1;
  return counts;
}

/** Each time fires at most once, and nothing fires that was not due, whatever the clock of a worker says. */
async function judgeSchedules(
  runs: readonly { readonly scheduled: string | null }[],
  requests: Requests,
): Promise<string[]> {
  const fired = countBy(runs.flatMap((run) => (run.scheduled === null ? [] : [run.scheduled])));
  return Object.entries(fired).flatMap(([time, times]) => {
    if (times > 1) return [`${time} fired ${times} times`];
    // Every 30 minutes, on the half hour: the schedule's own times.
    const isOwn = /:[03]0:00\.000Z$/.test(time) && Date.parse(time.split(' ')[1] ?? '') <= Date.now();
    return requests.due.has(time) || isOwn ? [] : [`${time} fired and was not due`];
  });
}

async function judgeLeftovers(site: ChaosSite): Promise<string[]> {
  const left = async (what: string, sql: string) => {
    const [row] = await site.ask<{ n: number }>(sql);
    return row?.n === 0 ? [] : [`${row?.n} ${what}`];
  };
  return [
    ...(await left(
      'steps have not ended',
      `SELECT count(*)::int AS n FROM run_steps WHERE status IN ('queued', 'running')`,
    )),
    ...(await left(
      'records of loads have not ended',
      `SELECT count(*)::int AS n FROM sync_runs WHERE status IN ('queued', 'running')`,
    )),
    ...(await left(
      'records of transformations have not ended',
      `SELECT count(*)::int AS n FROM transformation_runs WHERE status IN ('queued', 'running')`,
    )),
    ...(await left(
      'workflows are open in the engine',
      `SELECT count(*)::int AS n FROM dbos.workflow_status WHERE status IN ('PENDING', 'ENQUEUED')`,
    )),
    ...(await left(
      'staging tables were left',
      `SELECT count(*)::int AS n FROM pg_class WHERE relkind = 'r' AND relname LIKE '\\_staging%'`,
    )),
  ];
}

/** The tables are what follows from the file and from what the service served, and every step took effect once. */
async function judgeTables(site: ChaosSite, tenant: Tenant, field: FieldService): Promise<string[]> {
  const { schema } = tenant;
  const table = (name: string) => `${schema}."${name}"`;
  const wrong: string[] = [];
  const expect = (what: string, found: unknown, expected: unknown) => {
    if (!isDeepStrictEqual(found, expected)) {
      wrong.push(`${schema}: ${what}: ${JSON.stringify(found)} instead of ${JSON.stringify(expected)}`);
    }
  };
  expect(
    'the file',
    await site.ask(`SELECT visit::int, district::int FROM ${table(tenant.fileTable)} ORDER BY visit`),
    Array.from({ length: FILE_ROWS }, (_, row) => ({ visit: row, district: districtOf(row) })),
  );
  const expectedGroups = new Map<number, number>();
  for (let row = 0; row < FILE_ROWS; row += 1) {
    expectedGroups.set(districtOf(row), (expectedGroups.get(districtOf(row)) ?? 0) + 1);
  }
  expect(
    'visits by district',
    await site.ask(
      `SELECT district::int, visits::int FROM ${table(tenant.byDistrictTable)} ORDER BY district`,
    ),
    [...expectedGroups].toSorted(([a], [b]) => a - b).map(([district, visits]) => ({ district, visits })),
  );
  const served = field.served(tenant.actor.organizationId);
  const visits = await site.ask<{ id: number; people: number }>(
    `SELECT id::int, people::int FROM ${table(tenant.visitsTable)} ORDER BY id`,
  );
  expect(
    'visits of the service',
    visits,
    Array.from({ length: served }, (_, index) => ({ id: index + 1, people: peopleOf(index + 1) })),
  );
  expect('people', await site.ask(`SELECT visits::int, people::int FROM ${table(tenant.totalTable)}`), [
    { visits: served, people: visits.reduce((sum, { people }) => sum + people, 0) },
  ]);
  const [effects] = await site.ask(
    `SELECT
       (SELECT count(*)::int FROM run_steps step WHERE organization_id = $1 AND status = 'succeeded'
          AND NOT EXISTS (SELECT FROM ${schema}._dalgo_runs WHERE run_token = step.id)) AS succeeded_without_effect,
       (SELECT count(*)::int FROM ${schema}._dalgo_runs effect
         WHERE NOT EXISTS (SELECT FROM run_steps step WHERE step.id = effect.run_token)) AS effects_of_nobody,
       (SELECT count(*)::int FROM ${schema}._dalgo_runs effect JOIN run_steps step ON step.id = effect.run_token
         WHERE step.kind = 'sync') - (SELECT count(*)::int FROM ${schema}._dlt_loads) AS loads_missing`,
    [tenant.actor.organizationId],
  );
  expect('effects', effects, { succeeded_without_effect: 0, effects_of_nobody: 0, loads_missing: 0 });
  return wrong;
}

/** Faults after which a run cannot go on for a reason of its own. */
const hurtsTheDatabase = new Set(['restart the database', 'fill the disk', 'reset connections']);

/** Seconds from which on it is said why. */
const SLOW = 5;

async function takeOvers(
  site: ChaosSite,
  faults: readonly Fault[],
): Promise<Pick<Verdict, 'takeOverSeconds' | 'slowTakeOvers'>> {
  const seconds: number[] = [];
  const slow: string[] = [];
  for (const fault of faults) {
    const near = faults.filter((other) => other !== fault && Math.abs(other.at - fault.at) < 10_000);
    if (near.some((other) => hurtsTheDatabase.has(other.kind))) continue;
    const rows = await site.ask<{ run_id: string; seconds: number }>(
      `SELECT run_id, extract(epoch FROM min(at) - $2::timestamptz)::float8 AS seconds FROM run_logs
        WHERE step_id = ANY($1) AND at > $2 AND message LIKE '%another one continues%' GROUP BY run_id, step_id`,
      [fault.interrupted, fault.time],
    );
    seconds.push(...rows.map((row) => Math.round(row.seconds * 100) / 100));
    for (const row of rows.filter((each) => each.seconds > SLOW)) {
      const lines = await site.ask<{ line: string }>(
        `SELECT round(extract(epoch FROM at - $2::timestamptz)::numeric, 1) || ' s ' || message AS line FROM run_logs
          WHERE run_id = $1 AND at > $2 ORDER BY id LIMIT 8`,
        [row.run_id, fault.time],
      );
      const kills = faults
        .filter((other) => other.time > fault.time)
        .map((other) => ((other.time.getTime() - fault.time.getTime()) / 1000).toFixed(1))
        .slice(0, 3);
      slow.push(`${lines.map(({ line }) => line).join(' | ')}; next faults after ${kills.join(', ')} s`);
    }
  }
  return { takeOverSeconds: seconds.toSorted((a, b) => b - a), slowTakeOvers: slow };
}
