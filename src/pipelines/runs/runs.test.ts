import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Actor } from '#platform/actor';
import { systemClock } from '#platform/clock';
import { connectDatabase } from '#platform/database/database';
import { newId, type RunId, type SourceId, type StepId, type TransformationId } from '#platform/ids';
import { hostOfSource } from '#sources';
import { createTestDatabase } from '#testing/database';
import { createTestOrganization } from '#testing/organization';
import { createTransformation, updateTransformation } from '#transforms';
import { openWarehouse, recordTable } from '#warehouse';
import { connectDbosEngine } from '../engine/dbos/connect-dbos-engine.ts';
import { migrateRunEngine } from '../engine/dbos/migrate-run-engine.ts';
import { getPipeline, listPipelines } from '../queries.ts';
import { createPipeline, deletePipeline, updatePipeline } from '../save-pipeline.ts';
import type { PipelineServices } from '../services.ts';
import { runStatusOf } from './end-run.ts';
import { getRun, listPipelineRuns } from './queries.ts';
import { readLogs } from './read-logs.ts';
import { requestCancel } from './request-cancel.ts';
import { retryRun } from './retry-run.ts';
import { runPipeline } from './run-pipeline.ts';
import { claimStep } from '../worker/claim-step.ts';
import { runPipelinePart } from './run-pipeline-part.ts';
import { freezePlan } from './freeze-plan.ts';
import { runSource, runTransformation } from './run-one-step.ts';

// No worker runs here: what is tested is what people ask for and see, up to the engine's queue.
const testDatabase = await createTestDatabase();
await migrateRunEngine(testDatabase.ownerUrl);
const log = pino({ level: 'silent' });
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
afterAll(async () => {
  await services.runEngine.close();
  await services.warehouse.close();
  await database.close();
  await testDatabase[Symbol.asyncDispose]();
});

let actor: Actor;
let stranger: Actor;
let sourceIds: SourceId[];
let transformationIds: string[];

async function addSource(
  owner: Actor,
  name: string,
  what: { type: string; config: string } = { type: 'csv', config: '{}' },
): Promise<SourceId> {
  const id = newId<SourceId>();
  await database.withOrganization(owner.organizationId, (trx) =>
    trx
      .insertInto('sources')
      .values({
        id,
        organization_id: owner.organizationId,
        name,
        ...what,
        warehouse_table_name: `source_${id}`,
      })
      .execute(),
  );
  return id;
}

beforeAll(async () => {
  actor = await createTestOrganization(database, testDatabase.config);
  stranger = await createTestOrganization(database, testDatabase.config);
  sourceIds = [await addSource(actor, 'Visits'), await addSource(actor, 'People')];
  const first = await createTransformation(services, actor, {
    name: 'Clean visits',
    recipe: { steps: [{ type: 'source', table: `source_${sourceIds[0]}` }] },
  });
  const second = await createTransformation(services, actor, {
    name: 'Report',
    recipe: {
      steps: [
        { type: 'source', table: first.table_name },
        { type: 'join', with: `source_${sourceIds[1]}`, left_on: 'id', right_on: 'id', join_type: 'left' },
      ],
    },
  });
  transformationIds = [second.id, first.id];
});

const newPipeline = (name: string) =>
  createPipeline(services, actor, { name, source_ids: sourceIds, transformation_ids: transformationIds });

/** As the worker would have left it. */
async function endSteps(
  runId: string,
  statuses: readonly ('succeeded' | 'failed' | 'skipped')[],
): Promise<void> {
  await database.withOrganization(actor.organizationId, async (trx) => {
    for (const [position, status] of statuses.entries()) {
      await trx
        .updateTable('run_steps')
        .set({ status, rows: 7, attempt: 1, started_at: new Date(), finished_at: new Date() })
        .where('run_id', '=', runId as RunId)
        .where('position', '=', position)
        .execute();
    }
    const status = runStatusOf(
      statuses.map((each) => ({ status: each })),
      false,
    );
    await trx
      .updateTable('pipeline_runs')
      .set({ status, finished_at: new Date() })
      .where('id', '=', runId as RunId)
      .execute();
  });
}

test('a pipeline refuses what its organization does not have and names it', async () => {
  const foreign = await addSource(stranger, 'Secret');
  await expect(
    createPipeline(services, actor, {
      name: 'P',
      source_ids: [sourceIds[0] ?? '', foreign],
      transformation_ids: [],
    }),
  ).rejects.toMatchObject({ code: 'invalid_input', errors: [{ path: 'source_ids.1' }] });
});

test('another organization sees, changes, runs and cancels nothing of it', async () => {
  const pipeline = await newPipeline('Ours');
  const runId = await runPipeline(services, actor, pipeline.id);
  const missing = { code: 'not_found' };
  await expect(getPipeline(services, stranger, pipeline.id)).rejects.toMatchObject(missing);
  await expect(updatePipeline(services, stranger, pipeline.id, { name: 'x' })).rejects.toMatchObject(missing);
  await expect(deletePipeline(services, stranger, pipeline.id)).rejects.toMatchObject(missing);
  await expect(runPipeline(services, stranger, pipeline.id)).rejects.toMatchObject(missing);
  await expect(listPipelineRuns(services, stranger, pipeline.id, { limit: 10 })).rejects.toMatchObject(
    missing,
  );
  await expect(getRun(services, stranger, runId)).rejects.toMatchObject(missing);
  await expect(requestCancel(services, stranger.organizationId, runId)).rejects.toMatchObject(missing);
  await expect(retryRun(services, stranger, runId)).rejects.toMatchObject(missing);
  await expect(runSource(services, stranger, sourceIds[0] ?? '')).rejects.toMatchObject(missing);
  expect((await listPipelines(services, stranger, { limit: 10 })).items).toEqual([]);
});

test('a run’s steps come in the order of the data, and each waits for the tables that it reads', async () => {
  const pipeline = await newPipeline('Ordered');
  const runId = await runPipeline(services, actor, pipeline.id);
  const run = await getRun(services, actor, runId);
  expect(run).toMatchObject({ status: 'queued', trigger: 'manual', pipeline_name: 'Ordered' });
  expect(run.steps.map((step) => step.name)).toEqual(['Visits', 'People', 'Clean visits', 'Report']);
  const plan = await database.withOrganization(actor.organizationId, (trx) =>
    trx.selectFrom('pipeline_runs').select('plan').where('id', '=', runId).executeTakeFirstOrThrow(),
  );
  const [visits, people, clean] = run.steps.map((step) => step.id);
  expect(plan.plan).toMatchObject({
    steps: [{ after: [] }, { after: [] }, { after: [visits] }, { after: [clean, people] }],
  });
});

test('a second click while a run waits answers the waiting one', async () => {
  const pipeline = await newPipeline('Twice');
  const [first, second] = await Promise.all([
    runPipeline(services, actor, pipeline.id),
    runPipeline(services, actor, pipeline.id),
  ]);
  expect(second).toBe(first);
});

test('an empty pipeline cannot run', async () => {
  const empty = await createPipeline(services, actor, {
    name: 'Empty',
    source_ids: [],
    transformation_ids: [],
  });
  await expect(runPipeline(services, actor, empty.id)).rejects.toMatchObject({ code: 'invalid_input' });
});

test('a run that waits is cancelled at once, with its loads; one that has ended is not', async () => {
  const pipeline = await newPipeline('Cancelled');
  const runId = await runPipeline(services, actor, pipeline.id);
  await requestCancel(services, actor.organizationId, runId);
  const run = await getRun(services, actor, runId);
  expect(run.status).toBe('cancelled');
  expect(run.steps.map((step) => step.status)).toEqual(['cancelled', 'cancelled', 'cancelled', 'cancelled']);
  const syncs = await database.withOrganization(actor.organizationId, (trx) =>
    trx.selectFrom('sync_runs').select('status').where('run_id', '=', runId).execute(),
  );
  expect(syncs).toEqual([{ status: 'cancelled' }, { status: 'cancelled' }]);
  await expect(requestCancel(services, actor.organizationId, runId)).rejects.toMatchObject({
    code: 'run_not_cancellable',
  });
});

test('a retry keeps what had succeeded and runs the rest again', async () => {
  const pipeline = await newPipeline('Retried');
  const runId = await runPipeline(services, actor, pipeline.id);
  await expect(retryRun(services, actor, runId)).rejects.toMatchObject({ code: 'run_not_retryable' });
  await endSteps(runId, ['succeeded', 'failed', 'succeeded', 'skipped']);
  const retried = await getRun(services, actor, await retryRun(services, actor, runId));
  expect(retried).toMatchObject({ trigger: 'retry', status: 'queued' });
  expect(retried.steps.map((step) => [step.name, step.status, step.rows])).toEqual([
    ['Visits', 'succeeded', 7],
    ['People', 'queued', null],
    ['Clean visits', 'succeeded', 7],
    ['Report', 'queued', null],
  ]);
});

test('a run that succeeded cannot be run again as a retry', async () => {
  const pipeline = await newPipeline('Fine');
  const runId = await runPipeline(services, actor, pipeline.id);
  await endSteps(runId, ['succeeded', 'succeeded', 'succeeded', 'succeeded']);
  await expect(retryRun(services, actor, runId)).rejects.toMatchObject({ code: 'run_not_retryable' });
});

test('a pipeline with a run under way cannot be deleted, afterwards it can, and its sources stay', async () => {
  const pipeline = await newPipeline('Deleted');
  const runId = await runPipeline(services, actor, pipeline.id);
  await expect(deletePipeline(services, actor, pipeline.id)).rejects.toMatchObject({ code: 'in_use' });
  await requestCancel(services, actor.organizationId, runId);
  await deletePipeline(services, actor, pipeline.id);
  await expect(getPipeline(services, actor, pipeline.id)).rejects.toMatchObject({ code: 'not_found' });
  const sources = await database.withOrganization(actor.organizationId, (trx) =>
    trx.selectFrom('sources').select('id').where('id', 'in', sourceIds).execute(),
  );
  expect(sources).toHaveLength(2);
});

test('lists come in pages without a gap', async () => {
  const all = (await listPipelines(services, actor, { limit: 500 })).items.map((each) => each.id);
  const paged: string[] = [];
  let cursor: string | null | undefined;
  do {
    const page = await listPipelines(services, actor, { limit: 3, cursor: cursor ?? undefined });
    paged.push(...page.items.map((each) => each.id));
    cursor = page.next_cursor;
  } while (cursor !== null);
  expect(paged).toEqual(all);
  await expect(listPipelines(services, actor, { limit: 3, cursor: 'x' })).rejects.toMatchObject({
    code: 'invalid_input',
  });

  const pipeline = await newPipeline('History');
  for (let count = 0; count < 5; count += 1) {
    const runId = await runPipeline(services, actor, pipeline.id);
    await requestCancel(services, actor.organizationId, runId);
  }
  const history = (await listPipelineRuns(services, actor, pipeline.id, { limit: 100 })).items.map(
    (run) => run.run_id,
  );
  const first = await listPipelineRuns(services, actor, pipeline.id, { limit: 3 });
  const rest = await listPipelineRuns(services, actor, pipeline.id, {
    limit: 3,
    cursor: first.next_cursor ?? '',
  });
  expect([...first.items, ...rest.items].map((run) => run.run_id)).toEqual(history);
  expect(rest.next_cursor).toBeNull();
});

test('the log of a run tells in words what was asked', async () => {
  const { runId } = await runSource(services, actor, sourceIds[0] ?? '');
  await requestCancel(services, actor.organizationId, runId);
  const lines: unknown[] = [];
  const signal = new AbortController().signal;
  for await (const line of await readLogs(services, actor, runId, signal)) lines.push(JSON.parse(line));
  expect(lines).toMatchObject([
    { level: 'info', step_id: null, message: 'Queued.' },
    { level: 'warning', message: 'Somebody asked to cancel.' },
    { level: 'warning', message: 'Cancelled “Visits”.' },
    { level: 'warning', message: 'Cancelled. What had been finished stays in place.' },
  ]);
});

test.each([
  [['succeeded', 'succeeded'], false, 'succeeded'],
  [['succeeded', 'failed', 'skipped'], false, 'partial'],
  [['failed', 'skipped'], false, 'failed'],
  [['succeeded', 'cancelled'], true, 'cancelled'],
  [['succeeded', 'succeeded'], true, 'succeeded'],
] as const)('steps %j make a run that is (cancelled: %s) %s', (steps, cancelled, status) => {
  expect(
    runStatusOf(
      steps.map((each) => ({ status: each })),
      cancelled,
    ),
  ).toBe(status);
});

test('a part of a pipeline runs: one step, up to it, from it on; a whole run does not stand for it', async () => {
  const pipeline = await newPipeline('In parts');
  const [visits = ''] = sourceIds;
  const [report = '', clean = ''] = transformationIds;
  const part = async (step: string, scope: 'only' | 'to' | 'from') => {
    const run = await getRun(
      services,
      actor,
      await runPipelinePart(services, actor, pipeline.id, { step, scope }),
    );
    expect(run.part).toMatchObject({ scope });
    return run.steps.map((each) => each.name).toSorted();
  };
  expect(await part(clean, 'only')).toEqual(['Clean visits']);
  expect(await part(clean, 'to')).toEqual(['Clean visits', 'Visits']);
  expect(await part(report, 'to')).toEqual(['Clean visits', 'People', 'Report', 'Visits']);
  expect(await part(visits, 'from')).toEqual(['Clean visits', 'Report', 'Visits']);
  await expect(
    runPipelinePart(services, actor, pipeline.id, { step: 'nosuch', scope: 'only' }),
  ).rejects.toMatchObject({ code: 'not_found' });
  const whole = await getRun(services, actor, await runPipeline(services, actor, pipeline.id));
  expect(whole.part).toBeNull();
  expect(whole.steps).toHaveLength(4);
});

test('after a failed step a pipeline goes on with what does not need it, or stops, as it is set', async () => {
  for (const [onFailure, expected] of [
    ['continue', null],
    ['stop', 'skipped'],
  ] as const) {
    const pipeline = await newPipeline(onFailure);
    expect(await updatePipeline(services, actor, pipeline.id, { on_failure: onFailure })).toMatchObject({
      on_failure: onFailure,
    });
    const runId = await runPipeline(services, actor, pipeline.id);
    const [first, second] = (await getRun(services, actor, runId)).steps;
    await database.withOrganization(actor.organizationId, (trx) =>
      trx
        .updateTable('run_steps')
        .set({ status: 'failed' })
        .where('id', '=', (first?.id ?? '') as StepId) // ids lose their brand in an answer
        .execute(),
    );
    const who = { organizationId: actor.organizationId, runId, workerId: 'worker-1' };
    const options = { gone: new Set<string>(), loadsPerHost: 4 };
    const claim = await claimStep(services, who, (second?.id ?? '') as StepId, false, options);
    expect(claim).toMatchObject({ ended: expected });
  }
});

test('loads from one host wait for each other in all organizations, with a place more for a person', async () => {
  const kobo = {
    type: 'kobo',
    config: JSON.stringify({ server: { kind: 'own', url: 'https://KF.example.org/' } }),
  };
  const queued = async (owner: Actor) => {
    const { runId, stepId } = await runSource(services, owner, await addSource(owner, 'Kobo', kobo));
    return { organizationId: owner.organizationId, runId, stepId, workerId: 'worker-1' };
  };
  expect(hostOfSource('kobo', { server: { kind: 'eu' } })).toBe('kobo eu');
  expect(hostOfSource('rest_api', { base_url: 'https://api.example.org:8443/v1' })).toBe(
    'api.example.org:8443',
  );
  expect(hostOfSource('csv', {})).toBeUndefined();
  const claim = (who: Awaited<ReturnType<typeof queued>>) =>
    claimStep(services, who, who.stepId, false, { gone: new Set(), loadsPerHost: 1 });
  const [first, second, third] = [await queued(actor), await queued(stranger), await queued(actor)];
  await database.withSystem((trx) =>
    trx
      .updateTable('pipeline_runs')
      .set({ queue: 'sync' })
      .where('id', 'in', [first.runId, second.runId])
      .execute(),
  );
  expect(await claim(first)).toMatchObject({ attempt: 1 });
  expect(await claim(second)).toMatchObject({ ended: null, waitsFor: { host: 'kf.example.org' } });
  expect(await claim(third)).toMatchObject({ attempt: 1 });
  const end = (stepId: StepId) =>
    database.withSystem((trx) =>
      trx.updateTable('run_steps').set({ status: 'succeeded' }).where('id', '=', stepId).execute(),
    );
  await end(first.stepId);
  expect(await claim(second)).toMatchObject({ waitsFor: { host: 'kf.example.org' } });
  await end(third.stepId);
  expect(await claim(second)).toMatchObject({ attempt: 1 });
});

test('a pipeline goes on with what was published while somebody drafts, and a run by hand publishes', async () => {
  const table = `source_${sourceIds[0]}`;
  const { id, table_name } = await createTransformation(services, actor, {
    name: 'Drafted',
    recipe: { steps: [{ type: 'source', table }] },
  });
  await database.withOrganization(actor.organizationId, (trx) =>
    recordTable(trx, {
      organizationId: actor.organizationId,
      name: table_name,
      displayName: 'Drafted',
      kind: 'transform',
      transformationId: id as TransformationId,
      columns: [],
      rowCount: 0,
      sizeBytes: 0,
      runToken: 'a run before',
    }),
  );
  await updateTransformation(services, actor, id, {
    recipe: { steps: [{ type: 'source', table }, { type: 'distinct' }] },
    draft: true,
  });
  const planned = () =>
    database.withOrganization(actor.organizationId, (trx) =>
      freezePlan(
        trx,
        actor.organizationId,
        { sourceIds: [], transformationIds: [id as TransformationId] },
        newId,
      ),
    );
  expect((await planned()).steps).toMatchObject([{ version: 1, recipe: { steps: [{ type: 'source' }] } }]);
  await runTransformation(services, actor, id);
  expect((await planned()).steps).toMatchObject([{ version: 2 }]);
});
