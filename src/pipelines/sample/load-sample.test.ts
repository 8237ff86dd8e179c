import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { organizationEvent } from '#contracts/events';
import type { Actor } from '#platform/actor';
import { systemClock } from '#platform/clock';
import { connectDatabase } from '#platform/database/database';
import { newId, type RunId } from '#platform/ids';
import { createTestDatabase } from '#testing/database';
import { createTestOrganization } from '#testing/organization';
import { getTransformation, updateTransformation } from '#transforms';
import { openWarehouse } from '#warehouse';
import { connectDbosEngine } from '../engine/dbos/connect-dbos-engine.ts';
import { migrateRunEngine } from '../engine/dbos/migrate-run-engine.ts';
import { getGraph } from '../graph/get-graph.ts';
import { getPipeline } from '../queries.ts';
import { getRun } from '../runs/queries.ts';
import { runTransformation } from '../runs/run-one-step.ts';
import { runPipeline } from '../runs/run-pipeline.ts';
import { waitForRun } from '../runs/wait-for-run.ts';
import type { PipelineServices } from '../services.ts';
import { doStep } from '../worker/do-step.ts';
import { startRunWorker, type RunningWorker } from '../worker/start-worker.ts';
import { loadSample, type LoadedSample } from './load-sample.ts';

// Everything is real here: files, warehouse, engine, and a worker in this process.
const testDatabase = await createTestDatabase();
await migrateRunEngine(testDatabase.ownerUrl);
const log = pino({ level: process.env['LOG_LEVEL'] ?? 'silent' }, pino.destination({ fd: 2, sync: true }));
const database = connectDatabase(testDatabase.appUrl);
const services: PipelineServices = {
  config: testDatabase.config,
  log,
  clock: systemClock,
  newId,
  database,
  warehouse: openWarehouse({ config: testDatabase.config, database }),
  runEngine: await connectDbosEngine(testDatabase.appUrl, log),
};
let worker: RunningWorker;
let actor: Actor;
let sample: LoadedSample;
beforeAll(async () => {
  worker = await startRunWorker(services, { doStep: doStep(services) });
  actor = await createTestOrganization(database, testDatabase.config);
  sample = await loadSample(services, actor);
  await waitForRun(services, actor, sample.run_id, AbortSignal.timeout(30_000));
});
afterAll(async () => {
  await worker.close();
  await services.runEngine.close();
  await services.warehouse.close();
  await database.close();
  await testDatabase[Symbol.asyncDispose]();
});

async function rowsOf(table: string) {
  const warehouse = await services.warehouse.forOrganization(actor.organizationId);
  return (await warehouse.read(`SELECT * FROM ${warehouse.schema}.${table}`)).rows;
}

test('the sample’s first run loads every file and makes both tables', async () => {
  const run = await getRun(services, actor, sample.run_id);
  expect(run.error).toBeNull();
  expect(run.status).toBe('succeeded');
  expect(run.steps.map((step) => [step.name, step.rows])).toEqual([
    ['Beneficiaries', 2000],
    ['Programmes', 8],
    ['Visits', 6000],
    ['Donations', 800],
    ['Active beneficiaries by district', 10],
    ['Visits by programme', 8],
  ]);
});

test('what happened was told in order: the run queued, running and done, and each step in between', async () => {
  const events = await database.withOrganization(actor.organizationId, (trx) =>
    trx.selectFrom('events').select(['id', 'at', 'payload']).orderBy('id').execute(),
  );
  const told = events
    .map(({ id, at, payload }) =>
      organizationEvent.parse({ ...payload, id: String(id), at: at.toISOString() }),
    )
    .filter((event) => event.type === 'run' || event.type === 'step');
  expect(told.filter((event) => event.type === 'run').map((event) => event.status)).toEqual([
    'queued',
    'running',
    'succeeded',
  ]);
  const firstStep = told.filter((event) => event.type === 'step' && event.ref_id === sample.source_ids[0]);
  expect(firstStep.map((event) => event.status)).toEqual(['running', 'succeeded']);
  expect(told.at(-1)).toMatchObject({ type: 'run', run_id: sample.run_id, pipeline_id: sample.pipeline_id });
});

test('the messy districts have become ten, and nobody who was registered twice counts twice', async () => {
  const districts = await rowsOf(`transform_${sample.transformation_ids[0]}`);
  expect(districts.map((row) => row['district'])).toContain('Pune');
  expect(new Set(districts.map((row) => row['district'])).size).toBe(10);
  const active = districts.reduce((sum, row) => sum + Number(row['active_beneficiaries']), 0);
  expect(active).toBeGreaterThan(900);
  expect(active).toBeLessThan(1300);
});

test('dates, numbers and leading zeros have the types that a person expects', async () => {
  const tables = await database.withOrganization(actor.organizationId, (trx) =>
    trx.selectFrom('warehouse_tables').select(['display_name', 'columns']).execute(),
  );
  const types = new Map(
    tables.flatMap((table) =>
      table.columns.map((column) => [`${table.display_name}.${column.name}`, column.type]),
    ),
  );
  expect(types.get('Beneficiaries.registered_on')).toBe('date');
  expect(types.get('Beneficiaries.household_size')).toBe('integer');
  expect(types.get('Donations.receipt_no')).toBe('text');
  expect(types.get('Donations.amount')).toBe('decimal');
  expect(types.get('Visits.visit_date')).toBe('date');
});

test('its canvas goes from sources to outputs, and the pipeline is a frame around it with its schedule', async () => {
  const graph = await getGraph(services, actor);
  expect(graph.nodes.map((node) => node.kind).toSorted()).toEqual([
    ...Array.from({ length: 2 }, () => 'output'),
    ...Array.from({ length: 4 }, () => 'source'),
    ...Array.from({ length: 4 }, () => 'table'),
    ...Array.from({ length: 2 }, () => 'transformation'),
  ]);
  expect(graph.edges).toHaveLength(4 + 2 + 3);
  expect(graph.nodes.filter((node) => node.stale)).toEqual([]);
  expect(graph.pipelines).toMatchObject([
    { name: 'Daily programme report', last_status: 'succeeded', running_run_id: null },
  ]);
  expect(graph.pipelines[0]?.node_ids).toHaveLength(12);
  expect((await getPipeline(services, actor, sample.pipeline_id)).schedule).toMatchObject({
    frequency: 'daily',
    run_at: '06:00',
  });
});

test('a draft makes nothing old; publishing it does', async () => {
  const id = sample.transformation_ids.at(-1) ?? ''; // nothing reads it
  const { recipe } = await getTransformation(services, actor, id);
  const old = async () =>
    (await getGraph(services, actor)).nodes.filter((node) => node.stale).map(({ kind }) => kind);
  const draft = { ...recipe, steps: [...recipe.steps, { type: 'distinct' as const }] };
  await updateTransformation(services, actor, id, { recipe: draft, draft: true });
  expect(await old()).toEqual([]);
  await updateTransformation(services, actor, id, { recipe: draft });
  expect((await old()).toSorted()).toEqual(['output', 'transformation']);
  await updateTransformation(services, actor, id, { recipe });
  const { runId } = await runTransformation(services, actor, id);
  await waitForRun(services, actor, runId, AbortSignal.timeout(10_000));
});

test('a second click is told that it is there', async () => {
  await expect(loadSample(services, actor)).rejects.toMatchObject({ code: 'conflict' });
});

test('a short run is done within a second of being asked for', async () => {
  await sleep(1200); // the queue is polled from then on
  const from = performance.now();
  const { runId } = await runTransformation(services, actor, sample.transformation_ids[0] ?? '');
  await waitForRun(services, actor, runId, AbortSignal.timeout(10_000));
  expect(performance.now() - from).toBeLessThan(1500);
  const run = await getRun(services, actor, runId);
  expect(run).toMatchObject({ status: 'succeeded', pipeline_id: null, steps: [{ rows: 10, attempt: 1 }] });
});

test('runs of one pipeline go one after the other', async () => {
  const first = await runPipeline(services, actor, sample.pipeline_id);
  let second: RunId = first;
  while (second === first) second = await runPipeline(services, actor, sample.pipeline_id);
  await waitForRun(services, actor, second, AbortSignal.timeout(20_000));
  const [before, after] = [await getRun(services, actor, first), await getRun(services, actor, second)];
  expect([before.status, after.status]).toEqual(['succeeded', 'succeeded']);
  expect(Date.parse(after.started_at ?? '')).toBeGreaterThanOrEqual(Date.parse(before.finished_at ?? ''));
});

test('every row of the engine’s effects carries the step that made it, once', async () => {
  const tokens = await rowsOf('_dalgo_runs');
  const steps = await database.withOrganization(actor.organizationId, (trx) =>
    trx.selectFrom('run_steps').select('id').where('status', '=', 'succeeded').execute(),
  );
  expect(tokens.map((row) => String(row['run_token'])).toSorted()).toEqual(
    steps.map((step) => String(step.id)).toSorted(),
  );
});
