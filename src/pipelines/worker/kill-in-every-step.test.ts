import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client, type QueryResultRow } from 'pg';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Actor } from '#platform/actor';
import { systemClock } from '#platform/clock';
import { connectDatabase } from '#platform/database/database';
import { newId, type RunId, type StepId } from '#platform/ids';
import { inSpan, setSpanSink, type EndedSpan } from '#platform/tracing/tracing';
import { createSource, storeUpload } from '#sources';
import { createTestDatabase } from '#testing/database';
import { startFakeService } from '#testing/fake-service';
import { createTestOrganization } from '#testing/organization';
import { createTransformation } from '#transforms';
import { openWarehouse } from '#warehouse';
import { connectDbosEngine } from '../engine/dbos/connect-dbos-engine.ts';
import { migrateRunEngine } from '../engine/dbos/migrate-run-engine.ts';
import { getRun } from '../runs/queries.ts';
import { removeStaging } from '../keeping/remove-staging.ts';
import { requestCancel } from '../runs/request-cancel.ts';
import { runTransformation } from '../runs/run-one-step.ts';
import { runPipeline } from '../runs/run-pipeline.ts';
import { waitForRun } from '../runs/wait-for-run.ts';
import { createPipeline } from '../save-pipeline.ts';
import type { PipelineServices } from '../services.ts';

// The worker is the program's own, in a process of its own, on real files and tables. The test holds it at a place by
// a lock of PostgreSQL, kills it there, lets go, and starts its successor.
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
const watcher = new Client(testDatabase.adminUrl);
const holder = new Client(testDatabase.adminUrl);
await Promise.all([watcher.connect(), holder.connect()]);

// Takes the traces of the workers.
const collector = await startFakeService(() => ({ json: {} }));

const ROWS = 5000;
const workers: ChildProcess[] = [];
let actor: Actor;
let schema: string;
let sourceTable: string;
let resultTable: string;
let pipelineId: string;
let transformationId: string;

async function startWorker(): Promise<ChildProcess> {
  const file = fileURLToPath(new URL('../../server/worker.ts', import.meta.url));
  const worker = spawn(process.execPath, [file, '--supervised'], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      ...process.env,
      NODE_ENV: 'test',
      DALGO_APP_URL: testDatabase.appUrl,
      DALGO_DATA_DIR: testDatabase.config.dataDirectory,
      DATABASE_URL: testDatabase.ownerUrl,
      JWT_SECRET_KEY: testDatabase.config.jwtSecret,
      ENCRYPTION_KEY: 'only-for-tests-only-for-tests',
      LOG_LEVEL: 'silent',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.origin,
    },
  });
  workers.push(worker);
  await once(worker, 'spawn');
  return worker;
}

/** The worker that is at a step of a run. */
async function whoIsAt(runId: RunId): Promise<ChildProcess> {
  const [row] = await ask<{ pid: number }>(
    `SELECT workers.pid FROM run_steps JOIN workers ON workers.id = worker_id
      WHERE run_id = $1 AND run_steps.status = 'running'`,
    [runId],
  );
  const worker = workers.find((each) => each.pid === row?.pid);
  if (worker === undefined) throw new Error('no worker is at it');
  return worker;
}

async function kill(worker: ChildProcess): Promise<void> {
  if (worker.exitCode !== null || worker.signalCode !== null) return;
  worker.kill('SIGKILL');
  await once(worker, 'exit');
}

async function ask<T extends QueryResultRow>(sql: string, values: unknown[] = []): Promise<T[]> {
  return (await watcher.query<T>(sql, values)).rows;
}

async function until(what: string, seconds: number, condition: () => Promise<boolean>): Promise<void> {
  for (const from = performance.now(); !(await condition());) {
    if (performance.now() - from > seconds * 1000) throw new Error(`not within ${seconds} s: ${what}`);
    await sleep(20);
  }
}

/** Somebody else waits for a lock on this table: the worker has come to the place where it is held. */
const waitsFor = (table: string) => async () =>
  (await ask(`SELECT FROM pg_locks WHERE NOT granted AND relation = $1::regclass`, [table])).length > 0;
const waitsForRow = async () =>
  (await ask(`SELECT FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'`)).length > 0;

beforeAll(async () => {
  actor = await createTestOrganization(database, testDatabase.config);
  schema = `org_${actor.organizationId}`;
  const signal = new AbortController().signal;
  const csv = `visit,district\n${Array.from({ length: ROWS }, (_, row) => `${row},${row % 7}`).join('\n')}\n`;
  const file = {
    filename: 'visits.csv',
    stream: Readable.from([Buffer.from(csv)]),
    wasTruncated: () => false,
  };
  const upload = await storeUpload(services, actor, file, signal);
  const source = await createSource(
    services,
    actor,
    { name: 'Visits', type: 'csv', config: { upload_id: upload.id } },
    signal,
  );
  const transformation = await createTransformation(services, actor, {
    name: 'By district',
    recipe: {
      steps: [
        { type: 'source', table: source.warehouse_table_name },
        { type: 'group', by: ['district'], aggregates: [{ function: 'count', alias: 'visits' }] },
      ],
    },
  });
  transformationId = transformation.id;
  sourceTable = `${schema}.${source.warehouse_table_name}`;
  resultTable = `${schema}.${transformation.table_name}`;
  pipelineId = (
    await createPipeline(services, actor, {
      name: 'Report',
      source_ids: [source.id],
      transformation_ids: [transformation.id],
    })
  ).id;
  // Two at any time: one is there already when the other one dies.
  await Promise.all([startWorker(), startWorker()]);
  const first = await runPipeline(services, actor, pipelineId);
  await waitForRun(services, actor, first, AbortSignal.timeout(30_000));
});
afterEach(async () => {
  await holder.query('ROLLBACK');
});
afterAll(async () => {
  await Promise.all(workers.map(kill));
  await Promise.all([watcher.end(), holder.end()]);
  await services.runEngine.close();
  await services.warehouse.close();
  await database.close();
  await collector[Symbol.asyncDispose]();
  await testDatabase[Symbol.asyncDispose]();
});

async function expectDoneOnce(runId: RunId): Promise<void> {
  const run = await getRun(services, actor, runId);
  expect(run.error).toBeNull();
  expect(run).toMatchObject({ status: 'succeeded', steps: [{ rows: ROWS }, { rows: 7 }] });
  const [tables] = await ask(
    `SELECT (SELECT count(*)::int FROM ${sourceTable}) AS source, (SELECT count(*)::int FROM ${resultTable}) AS result`,
  );
  expect(tables).toEqual({ source: ROWS, result: 7 });
  const tokens = await ask<{ times: number }>(
    `SELECT count(*)::int AS times FROM ${schema}._dalgo_runs WHERE run_token = ANY($1)`,
    [run.steps.map((step) => step.id)],
  );
  expect(tokens).toEqual([{ times: 2 }]);
  expect(
    await ask(
      `SELECT table_name FROM information_schema.tables WHERE table_schema = $1 AND table_name LIKE '\\_staging%'`,
      [schema],
    ),
  ).toEqual([]);
  expect(
    await ask(
      `SELECT status FROM sync_runs WHERE run_id = $1 UNION ALL SELECT status FROM transformation_runs WHERE run_id = $1`,
      [runId],
    ),
  ).toEqual([{ status: 'succeeded' }, { status: 'succeeded' }]);
}

const places: readonly [string, () => string, () => () => Promise<boolean>][] = [
  [
    'a load waits to swap',
    () => `LOCK TABLE ${sourceTable} IN ACCESS SHARE MODE`,
    () => waitsFor(sourceTable),
  ],
  [
    'a load has swapped and is not yet recorded',
    () => `SELECT FROM warehouse_tables WHERE name = '${sourceTable.split('.')[1]}' FOR UPDATE`,
    () => waitsForRow,
  ],
  [
    'a transformation waits to swap',
    () => `LOCK TABLE ${resultTable} IN ACCESS SHARE MODE`,
    () => waitsFor(resultTable),
  ],
  [
    'a transformation has swapped and is not yet recorded',
    () => `SELECT FROM warehouse_tables WHERE name = '${resultTable.split('.')[1]}' FOR UPDATE`,
    () => waitsForRow,
  ],
];

test.each(places)(
  'killed while %s: the successor finishes the run, and everything happened once',
  async (_place, lock, isThere) => {
    await holder.query('BEGIN');
    await holder.query(lock());
    const runId = await runPipeline(services, actor, pipelineId);
    await until('the worker is held', 15, isThere());
    await kill(await whoIsAt(runId));
    const from = performance.now();
    await holder.query('ROLLBACK');
    await startWorker();
    await waitForRun(services, actor, runId, AbortSignal.timeout(15_000));
    await expectDoneOnce(runId);
    expect((performance.now() - from) / 1000).toBeLessThan(10);
  },
);

/** The transformation alone, held in the middle of its own statement, which reads the source. */
async function holdStatement(): Promise<RunId> {
  await holder.query('BEGIN');
  await holder.query(`LOCK TABLE ${sourceTable} IN ACCESS EXCLUSIVE MODE`);
  const { runId } = await runTransformation(services, actor, transformationId);
  await until('the statement waits', 15, waitsFor(sourceTable));
  return runId;
}
const resultVersion = () => ask(`SELECT '${resultTable}'::regclass::oid::int AS oid`);

test('killed while the statement of a transformation runs: the successor runs it again, once', async () => {
  const runId = await holdStatement();
  await kill(await whoIsAt(runId));
  await holder.query('ROLLBACK');
  await startWorker();
  await waitForRun(services, actor, runId, AbortSignal.timeout(15_000));
  expect(await getRun(services, actor, runId)).toMatchObject({
    status: 'succeeded',
    steps: [{ attempt: 2, rows: 7 }],
  });
});

test('the database drops every connection in the middle of a statement: the same worker tries again', async () => {
  const runId = await holdStatement();
  const [dropped] = await ask(
    `SELECT count(pg_terminate_backend(pid))::int AS connections FROM pg_stat_activity
     WHERE datname = current_database() AND usename <> 'postgres'`,
  );
  expect(dropped?.['connections']).toBeGreaterThan(3);
  // The test's own connections were dropped as well.
  const attempt = () =>
    getRun(services, actor, runId).then(
      (run) => run.steps[0]?.attempt,
      () => undefined,
    );
  await until('the step begins again', 10, async () => (await attempt()) === 2);
  await holder.query('ROLLBACK');
  await waitForRun(services, actor, runId, AbortSignal.timeout(15_000));
  expect(await getRun(services, actor, runId)).toMatchObject({ status: 'succeeded', steps: [{ rows: 7 }] });
});

test('a run that the engine has given up does not seem to go on for ever', async () => {
  const runId = newId<RunId>();
  const stepId = newId<StepId>();
  await database.withOrganization(actor.organizationId, async (trx) => {
    const long = new Date(Date.now() - 60_000);
    const common = { organization_id: actor.organizationId, status: 'running', started_at: long } as const;
    await trx
      .insertInto('pipeline_runs')
      .values({ ...common, id: runId, trigger: 'manual', plan: '{}', queued_at: long })
      .execute();
    await trx
      .insertInto('run_steps')
      .values({
        ...common,
        id: stepId,
        run_id: runId,
        position: 0,
        kind: 'sync',
        ref_id: 'x',
        name: 'Visits',
      })
      .execute();
  });
  await services.runEngine.start({
    runId,
    organizationId: actor.organizationId,
    queue: 'manual',
    loads: true,
    steps: [],
  });
  await services.runEngine.cancel(runId);
  await until('it has ended', 8, async () => (await getRun(services, actor, runId)).status === 'failed');
  expect(await getRun(services, actor, runId)).toMatchObject({
    error: { code: 'internal' },
    steps: [{ status: 'failed' }],
  });
});

test('a cancellation stops a statement that runs within two seconds, and readers keep the last good table', async () => {
  const before = await resultVersion();
  const runId = await holdStatement();
  const from = performance.now();
  await requestCancel(services, actor.organizationId, runId);
  await until('the statement is gone', 2, async () => !(await waitsFor(sourceTable)()));
  await waitForRun(services, actor, runId, AbortSignal.timeout(5_000));
  expect(performance.now() - from).toBeLessThan(2_000);
  expect(await getRun(services, actor, runId)).toMatchObject({
    status: 'cancelled',
    steps: [{ status: 'cancelled' }],
  });
  expect(await resultVersion()).toEqual(before);
  const records = await ask('SELECT status FROM transformation_runs WHERE run_id = $1', [runId]);
  expect(records).toEqual([{ status: 'cancelled' }]);
});

test('a worker that is asked to stop leaves its step to the next one, and leaves no statement behind', async () => {
  const runId = await holdStatement();
  const worker = await whoIsAt(runId);
  const statement = await ask<{ pid: number }>(`SELECT pid FROM pg_locks WHERE NOT granted`);
  worker.kill('SIGTERM');
  await once(worker, 'exit');
  const left = await ask('SELECT FROM pg_locks WHERE pid = ANY($1) AND NOT granted', [
    statement.map(({ pid }) => pid),
  ]);
  expect(left).toEqual([]);
  expect(await getRun(services, actor, runId)).toMatchObject({ status: 'running' });
  await holder.query('ROLLBACK');
  await waitForRun(services, actor, runId, AbortSignal.timeout(15_000));
  expect(await getRun(services, actor, runId)).toMatchObject({
    status: 'succeeded',
    steps: [{ attempt: 2 }],
  });
});

test('a table that a step left half made is removed once the step has ended, and only then', async () => {
  const runId = await runPipeline(services, actor, pipelineId);
  await waitForRun(services, actor, runId, AbortSignal.timeout(15_000));
  const [first, second] = (await getRun(services, actor, runId)).steps;
  const warehouse = await services.warehouse.forOrganization(actor.organizationId);
  for (const step of [first, second]) {
    await warehouse.transaction((session) =>
      session.query(`CREATE TABLE "${schema}"."_staging_${step?.id}_left" (a integer)`),
    );
  }
  await watcher.query(`UPDATE run_steps SET status = 'running' WHERE id = $1`, [second?.id]);
  expect(await removeStaging(services, new AbortController().signal)).toBe(1);
  const staged = await ask(
    `SELECT relname FROM pg_class WHERE relkind = 'r' AND starts_with(relname, '_staging_')`,
  );
  expect(staged).toEqual([{ relname: `_staging_${second?.id}_left` }]);
  await watcher.query(`UPDATE run_steps SET status = 'succeeded' WHERE id = $1`, [second?.id]);
  expect(await removeStaging(services, new AbortController().signal)).toBe(1);
});

test('a request, its run in another process, the steps and their statements are one trace', async () => {
  const own: EndedSpan[] = [];
  setSpanSink((span) => own.push(span));
  const runId = await inSpan({ name: 'POST /run', kind: 'server' }, () =>
    runPipeline(services, actor, pipelineId),
  );
  setSpanSink(undefined);
  await waitForRun(services, actor, runId, AbortSignal.timeout(15_000));
  const request = own.find((span) => span.name === 'POST /run');
  // The collector's side: only names, ids and times.
  const spans = () =>
    collector.calls
      .flatMap(
        (call): Record<string, unknown>[] => JSON.parse(call.body).resourceSpans[0].scopeSpans[0].spans,
      )
      .filter((span) => span['traceId'] === request?.traceId);
  await until('the run is told of', 8, async () => spans().some((span) => span['name'] === 'run'));
  const named = (name: string) => spans().filter((span) => span['name'] === name);
  const [run] = named('run');
  // It was written in a transaction of the request.
  const writing = own.find((span) => span.spanId === run?.['parentSpanId']);
  expect(writing).toMatchObject({ name: 'metadata transaction', parentSpanId: request?.spanId });
  const steps = [...named('step sync'), ...named('step transform')];
  expect(steps.map((step) => step['parentSpanId'])).toEqual([run?.['spanId'], run?.['spanId']]);
  const stepIds = new Set(steps.map((step) => step['spanId']));
  const statements = named('warehouse statement');
  expect(statements.length).toBeGreaterThan(2);
  for (const statement of statements) expect(stepIds).toContain(statement['parentSpanId']);
  expect(collector.calls.map((call) => call.body).join()).not.toMatch(/Visits|district|SELECT/);
});
