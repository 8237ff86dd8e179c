import { sql } from 'kysely';
import { pino } from 'pino';
import { afterAll, beforeEach, expect, test } from 'vitest';
import type { Actor } from '#platform/actor';
import { connectDatabase } from '#platform/database/database';
import { newId, type PipelineId, type RunId, type SourceId } from '#platform/ids';
import { createTestDatabase } from '#testing/database';
import { createTestOrganization } from '#testing/organization';
import { createPipeline } from '../save-pipeline.ts';
import { endRun } from '../runs/end-run.ts';
import { lockRun } from '../runs/lock-run.ts';
import { fireDueSchedules } from './fire-due-schedules.ts';
import { noticeLate } from './notice-late.ts';
import { previewSchedule } from './preview-schedule.ts';
import { getPipeline } from '../queries.ts';
import { runSource } from '../runs/run-one-step.ts';
import type { PipelineServices } from '../services.ts';
import { setSchedule } from './set-schedule.ts';

const testDatabase = await createTestDatabase();
// As two processes would have.
const database = connectDatabase(testDatabase.appUrl);
const otherDatabase = connectDatabase(testDatabase.appUrl);
const log = pino({ level: 'silent' });
let now = Date.parse('2026-03-01T00:00:00Z');
const clock = { now: () => now };
const services = { database, clock, newId, log };
const otherServices = { ...services, database: otherDatabase };
afterAll(async () => {
  await Promise.all([database.close(), otherDatabase.close()]);
  await testDatabase[Symbol.asyncDispose]();
});

let actor: Actor;
let pipelineId: PipelineId;
beforeEach(async () => {
  now = Date.parse('2026-03-01T00:00:00Z');
  await database.withSystem((trx) => trx.updateTable('schedules').set({ is_active: false }).execute());
  actor = await createTestOrganization(database, testDatabase.config);
  const sourceId = newId<SourceId>();
  await database.withOrganization(actor.organizationId, (trx) =>
    trx
      .insertInto('sources')
      .values({
        id: sourceId,
        organization_id: actor.organizationId,
        name: 'Visits',
        type: 'csv',
        config: '{}',
        warehouse_table_name: `source_${sourceId}`,
      })
      .execute(),
  );
  const pipeline = await createPipeline(services, actor, {
    name: 'Daily',
    source_ids: [sourceId],
    transformation_ids: [],
  });
  pipelineId = pipeline.id as PipelineId; // ids lose their brand in an answer
});

async function runs() {
  return database.withOrganization(actor.organizationId, (trx) =>
    trx
      .selectFrom('pipeline_runs')
      .select(['id', 'status', 'trigger', 'scheduled_for'])
      .where('pipeline_id', '=', pipelineId)
      .orderBy('queued_at')
      .execute(),
  );
}
async function endAllRuns(): Promise<void> {
  await database.withOrganization(actor.organizationId, (trx) =>
    trx
      .updateTable('pipeline_runs')
      .set({ status: 'succeeded' })
      .where('pipeline_id', '=', pipelineId)
      .execute(),
  );
}
const daily = { frequency: 'daily', run_at: '06:00', timezone: 'Asia/Kolkata' } as const;

test('a schedule fires at its time in its own timezone and says when it fires next', async () => {
  const schedule = await setSchedule(services, actor, pipelineId, daily);
  expect(schedule.next_runs.slice(0, 2)).toEqual(['2026-03-01T00:30:00.000Z', '2026-03-02T00:30:00.000Z']);
  expect(await fireDueSchedules(services)).toEqual([]);
  now = Date.parse('2026-03-01T00:30:00Z');
  expect(await fireDueSchedules(services)).toHaveLength(1);
  expect(await runs()).toMatchObject([
    { status: 'queued', trigger: 'schedule', scheduled_for: new Date('2026-03-01T00:30:00Z') },
  ]);
  expect(await fireDueSchedules(services)).toEqual([]);
});

test('many schedulers at once fire each time once', async () => {
  await setSchedule(services, actor, pipelineId, daily);
  for (let day = 1; day <= 10; day += 1) {
    now = Date.parse(`2026-03-${String(day).padStart(2, '0')}T00:30:05Z`);
    const fired = await Promise.all(
      [services, otherServices, services, otherServices, services, otherServices].map((each) =>
        fireDueSchedules(each),
      ),
    );
    expect(fired.flat()).toHaveLength(1);
    await endAllRuns();
  }
  expect(await runs()).toHaveLength(10);
});

test('times that passed while nothing ran fire once', async () => {
  await setSchedule(services, actor, pipelineId, daily);
  now = Date.parse('2026-03-20T12:00:00Z');
  expect(await fireDueSchedules(services)).toHaveLength(1);
  expect(await fireDueSchedules(services)).toEqual([]);
  expect(await runs()).toMatchObject([{ scheduled_for: new Date('2026-03-20T00:30:00Z') }]);
});

test('while a run waits to begin, the next time passes without another', async () => {
  await setSchedule(services, actor, pipelineId, daily);
  now = Date.parse('2026-03-01T01:00:00Z');
  await fireDueSchedules(services);
  now = Date.parse('2026-03-02T01:00:00Z');
  expect(await fireDueSchedules(services)).toEqual([]);
  await endAllRuns();
  now = Date.parse('2026-03-03T01:00:00Z');
  expect(await fireDueSchedules(services)).toHaveLength(1);
});

test('a paused schedule does not fire; resumed, it goes on with the next time', async () => {
  await setSchedule(services, actor, pipelineId, { ...daily, is_active: false });
  now = Date.parse('2026-03-05T12:00:00Z');
  expect(await fireDueSchedules(services)).toEqual([]);
  const resumed = await setSchedule(services, actor, pipelineId, { ...daily, is_active: true });
  expect(resumed.next_run_at).toBe('2026-03-06T00:30:00.000Z');
  expect(await fireDueSchedules(services)).toEqual([]);
});

test('the organization’s timezone counts when none is given, and what can never fire is refused', async () => {
  await database.withSystem((trx) =>
    trx
      .updateTable('organizations')
      .set({ timezone: 'Asia/Kolkata' })
      .where('id', '=', actor.organizationId)
      .execute(),
  );
  expect(await setSchedule(services, actor, pipelineId, { frequency: 'daily' })).toMatchObject({
    timezone: 'Asia/Kolkata',
    run_at: '06:00',
    next_run_at: '2026-03-01T00:30:00.000Z',
  });
  const never = { frequency: 'cron', cron: '0 0 31 2 *' } as const;
  await expect(setSchedule(services, actor, pipelineId, never)).rejects.toMatchObject({
    code: 'schedule_invalid',
  });
  await expect(
    setSchedule(services, actor, pipelineId, { frequency: 'daily', timezone: 'Mars/Olympus' }),
  ).rejects.toMatchObject({ code: 'schedule_invalid' });
  const manual = await setSchedule(services, actor, pipelineId, { frequency: 'manual' });
  expect(manual).toMatchObject({ next_run_at: null, next_runs: [] });
});

test('a schedule of another organization cannot be set', async () => {
  const stranger = await createTestOrganization(database, testDatabase.config);
  await expect(setSchedule(services, stranger, pipelineId, daily)).rejects.toMatchObject({
    code: 'not_found',
  });
});

async function told(): Promise<{ kind: string; title: string; reason: string }[]> {
  const rows = await database.withOrganization(actor.organizationId, (trx) =>
    trx.selectFrom('notifications').select(['kind', 'title', 'content']).orderBy('created_at').execute(),
  );
  return rows.map(({ kind, title, content }) => ({ kind, title, reason: content.reason }));
}
async function set(of: string, status: 'running' | 'succeeded', startedAgo = '0 s'): Promise<void> {
  await database.withOrganization(actor.organizationId, (trx) =>
    trx
      .updateTable('pipeline_runs')
      .set({ status, started_at: sql<Date>`now() - ${startedAgo}::interval` })
      .where('id', '=', of as RunId)
      .execute(),
  );
}
/** As the worker would end it. */
async function succeed(runId: string): Promise<void> {
  await database.withOrganization(actor.organizationId, async (trx) => {
    await trx
      .updateTable('run_steps')
      .set({ status: 'succeeded' })
      .where('run_id', '=', runId as RunId)
      .execute();
    const row = await lockRun(trx, actor.organizationId, runId as RunId);
    if (row === undefined) throw new Error('no such run');
    await endRun(trx, actor.organizationId, row);
  });
}

test('what was missed is told of once, by whoever notices it, and runs once or waits as the schedule says', async () => {
  await setSchedule(services, actor, pipelineId, daily);
  now = Date.parse('2026-03-03T12:00:00Z');
  await Promise.all([noticeLate(services), noticeLate(otherServices)]);
  await Promise.all([fireDueSchedules(services), fireDueSchedules(otherServices)]);
  expect(await runs()).toHaveLength(1);
  expect(await told()).toMatchObject([
    {
      kind: 'did_not_run',
      title: '“Daily” did not run',
      reason: expect.stringContaining('Sun 1 Mar, 06:00 (Asia/Kolkata)'),
    },
  ]);
  await endAllRuns();
  expect(await setSchedule(services, actor, pipelineId, { ...daily, missed: 'skip' })).toMatchObject({
    missed: 'skip',
    overlap: 'queue',
  });
  now = Date.parse('2026-03-04T12:00:00Z');
  expect(await fireDueSchedules(services)).toEqual([]);
  expect(await runs()).toHaveLength(1);
  expect((await told())[1]?.reason).toContain('left out');
  now = Date.parse('2026-03-05T00:30:30Z');
  expect(await fireDueSchedules(services)).toHaveLength(1);
  expect(await told()).toHaveLength(2);
});

test('while a run goes on, the next waits, is left out, or takes its place', async () => {
  const at = async (day: number, overlap: 'queue' | 'skip' | 'cancel_old') => {
    now = Date.parse(`2026-03-0${day}T00:00:00Z`);
    await setSchedule(services, actor, pipelineId, { ...daily, overlap });
    now += 1_800_000;
    const fired = await fireDueSchedules(services);
    for (const { runId } of fired) await set(runId, 'running');
    return fired.length;
  };
  expect(await at(1, 'queue')).toBe(1);
  expect(await at(2, 'queue')).toBe(1);
  expect(await at(3, 'skip')).toBe(0);
  expect(await at(4, 'cancel_old')).toBe(1);
  const rows = await database.withOrganization(actor.organizationId, (trx) =>
    trx.selectFrom('pipeline_runs').select('cancel_requested_at').orderBy('queued_at').execute(),
  );
  expect(rows.map((row) => row.cancel_requested_at !== null)).toEqual([true, true, false]);
});

test('a pipeline runs after another one has succeeded, once for each success, never in a circle', async () => {
  const add = async (name: string) =>
    (await createPipeline(services, actor, { name, source_ids: [await sourceId()], transformation_ids: [] }))
      .id as PipelineId; // ids lose their brand in an answer
  const sourceId = async () =>
    (
      await database.withOrganization(actor.organizationId, (trx) =>
        trx.selectFrom('sources').select('id').executeTakeFirstOrThrow(),
      )
    ).id;
  const follower = await add('Report');
  const last = await add('Mail merge');
  const after = (id: string) => ({ frequency: 'after', after_pipeline_id: id }) as const;
  expect(await setSchedule(services, actor, follower, after(pipelineId))).toMatchObject({
    after_pipeline_id: pipelineId,
    next_runs: [],
  });
  await setSchedule(services, actor, last, after(follower));
  for (const [id, leader] of [
    [pipelineId, last],
    [pipelineId, pipelineId],
    [pipelineId, 'nosuch'],
  ] as const) {
    await expect(setSchedule(services, actor, id, after(leader))).rejects.toMatchObject({
      code: 'schedule_invalid',
    });
  }
  await setSchedule(services, actor, pipelineId, daily);
  now = Date.parse('2026-03-01T00:30:00Z');
  const [fired] = await fireDueSchedules(services);
  await succeed(fired?.runId ?? '');
  const all = () =>
    database.withOrganization(actor.organizationId, (trx) =>
      trx
        .selectFrom('pipeline_runs')
        .select(['id', 'pipeline_id', 'trigger', 'status'])
        .orderBy('queued_at')
        .execute(),
    );
  expect(await all()).toMatchObject([
    { status: 'succeeded' },
    { pipeline_id: follower, trigger: 'after', status: 'queued' },
  ]);
  await succeed((await all())[1]?.id ?? '');
  expect(await all()).toMatchObject([{}, {}, { pipeline_id: last, trigger: 'after' }]);
});

test('a pipeline runs when a source of its was loaded by something else, and two of them do not wake each other', async () => {
  const { source_ids: sources } = await getPipeline(services, actor, pipelineId);
  const other = await createPipeline(services, actor, {
    name: 'Other',
    source_ids: sources,
    transformation_ids: [],
  });
  for (const id of [pipelineId, other.id]) {
    expect(await setSchedule(services, actor, id, { frequency: 'arrival' })).toMatchObject({ next_runs: [] });
  }
  const runEngine = {
    start: async () => {},
    hasten: async () => {},
    cancel: async () => {},
    close: async () => {},
  };
  const { runId } = await runSource(
    { ...services, runEngine } as unknown as PipelineServices,
    actor,
    sources[0] ?? '',
  );
  await succeed(runId);
  const arrived = () =>
    database.withOrganization(actor.organizationId, (trx) =>
      trx
        .selectFrom('pipeline_runs')
        .select(['id', 'pipeline_id', 'status', 'queue'])
        .where('trigger', '=', 'arrival')
        .orderBy('pipeline_id')
        .execute(),
    );
  const both = await arrived();
  expect(both.map((run) => run.pipeline_id)).toEqual([pipelineId, other.id].toSorted());
  expect(both).toMatchObject([{ status: 'queued', queue: 'sync' }, {}]);
  for (const run of both) await succeed(run.id);
  expect(await arrived()).toHaveLength(2);
});

test('a run that waits or goes on for much longer than usual is told of once', async () => {
  await setSchedule(services, actor, pipelineId, daily);
  now = Date.parse('2026-03-01T00:30:00Z');
  const [fired] = await fireDueSchedules(services);
  const runId = fired?.runId ?? '';
  await noticeLate(services);
  expect(await told()).toEqual([]);
  await set(runId, 'running', '3 hours');
  await noticeLate(services);
  expect(await told()).toEqual([]);
  // Now it is known how long it usually takes: about a minute.
  await database.withOrganization(actor.organizationId, async (trx) => {
    for (let day = 1; day <= 3; day += 1) {
      await trx
        .insertInto('pipeline_runs')
        .values({
          id: newId<RunId>(),
          organization_id: actor.organizationId,
          pipeline_id: pipelineId,
          pipeline_name: 'Daily',
          trigger: 'schedule',
          status: 'succeeded',
          plan: '{}',
          retry_of: null,
          requested_by: null,
          started_at: new Date(1_700_000_000_000),
          finished_at: new Date(1_700_000_060_000),
        })
        .execute();
    }
  });
  await Promise.all([noticeLate(services), noticeLate(otherServices)]);
  await noticeLate(services);
  expect(await told()).toEqual([
    {
      kind: 'late',
      title: '“Daily” is late',
      reason: 'Its run has been going on for 3 hours; usually it takes 1 minute.',
    },
  ]);
});

test('the next five times of a schedule are shown before it is saved', async () => {
  expect(
    await previewSchedule(services, actor, { frequency: 'monthly', day_of_month: 31, run_at: '23:00' }),
  ).toEqual({
    next_runs: ['2026-03-31', '2026-04-30', '2026-05-31', '2026-06-30', '2026-07-31'].map(
      (day) => `${day}T23:00:00.000Z`,
    ),
  });
  await expect(previewSchedule(services, actor, { frequency: 'every' })).rejects.toMatchObject({
    code: 'schedule_invalid',
  });
});
