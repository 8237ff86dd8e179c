import { pino } from 'pino';
import { afterAll, beforeEach, expect, test } from 'vitest';
import type { Actor } from '#platform/actor';
import { connectDatabase } from '#platform/database/database';
import { newId, type PipelineId, type SourceId } from '#platform/ids';
import { createTestDatabase } from '#testing/database';
import { createTestOrganization } from '#testing/organization';
import { createPipeline } from '../save-pipeline.ts';
import { fireDueSchedules } from './fire-due-schedules.ts';
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
      [services, otherServices, services, otherServices, services, otherServices].map(fireDueSchedules),
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
