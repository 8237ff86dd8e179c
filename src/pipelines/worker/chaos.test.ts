import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { Client, type QueryResultRow } from 'pg';
import { pino } from 'pino';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { connectDatabase } from '#platform/database/database';
import { newId, type OrganizationId, type PipelineId, type RunId, type StepId } from '#platform/ids';
import { createTestDatabase } from '#testing/database';
import { connectDbosEngine } from '../engine/dbos/connect-dbos-engine.ts';
import { migrateRunEngine } from '../engine/dbos/migrate-run-engine.ts';
import { defaultEngineLimits } from '../engine/run-engine.ts';
import { requestCancel } from '../runs/request-cancel.ts';
import { createRun } from '../runs/create-run.ts';
import { startRun } from '../runs/start-run.ts';
import type { PlanStep } from '../runs/run-plan.ts';

// One database for the file: the workers of a test are gone before the next begins.
const testDatabase = await createTestDatabase();
await migrateRunEngine(testDatabase.ownerUrl);
const log = pino({ level: 'silent' });
const database = connectDatabase(testDatabase.appUrl);
const runEngine = await connectDbosEngine(testDatabase.appUrl, log);
// A superuser, whom row-level security does not bind: it looks at the runs of every organization.
const owner = new Client(testDatabase.adminUrl);
await owner.connect();
await owner.query(`
  CREATE TABLE chaos_notes (id bigint GENERATED ALWAYS AS IDENTITY, step text, organization_id text, event text, pid int, at timestamptz NOT NULL DEFAULT clock_timestamp());
  CREATE TABLE chaos_gates (step text);
  CREATE TABLE chaos_effects (step text PRIMARY KEY, pid int);
  GRANT ALL ON chaos_notes, chaos_gates, chaos_effects TO dalgo_app;`);

const workers: ChildProcess[] = [];
beforeEach(async () => {
  await owner.query('TRUNCATE chaos_notes, chaos_gates, chaos_effects');
});
afterEach(async () => {
  await Promise.all(
    workers.splice(0).map(async (worker) => {
      if (worker.exitCode !== null || worker.signalCode !== null) return;
      worker.kill('SIGCONT');
      worker.kill('SIGKILL');
      await once(worker, 'exit');
    }),
  );
});
afterAll(async () => {
  await runEngine.close();
  await owner.end();
  await database.close();
  await testDatabase[Symbol.asyncDispose]();
});

async function startWorker(): Promise<ChildProcess & { readonly pid: number }> {
  const file = fileURLToPath(new URL('./chaos-worker.ts', import.meta.url));
  const worker = spawn(process.execPath, [file, testDatabase.appUrl], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  workers.push(worker);
  await once(worker.stdout, 'data');
  if (worker.pid === undefined) throw new Error('the worker did not start');
  return Object.assign(worker, { pid: worker.pid });
}

async function newOrganization(): Promise<OrganizationId> {
  const id = newId<OrganizationId>();
  await database.withSystem((trx) =>
    trx
      .insertInto('organizations')
      .values({ id, name: 'NGO', encrypted_data_key: '', encrypted_role_password: '' })
      .execute(),
  );
  return id;
}

/** A run of steps named a, b, c …: `{ c: ['a', 'b'] }` comes after a and b. Sources, so that no recipe is needed. */
async function newRun(
  organizationId: OrganizationId,
  after: Readonly<Record<string, readonly string[]>>,
  pipeline: { id: PipelineId; name: string } | null = null,
): Promise<{ runId: RunId; steps: Readonly<Record<string, StepId>> }> {
  const ids: Record<string, StepId> = Object.fromEntries(
    Object.keys(after).map((name) => [name, newId<StepId>()]),
  );
  const idOf = (name: string): StepId => {
    const id = ids[name];
    if (id === undefined) throw new Error(name);
    return id;
  };
  const runId = await database.withOrganization(organizationId, async (trx) => {
    const steps: PlanStep[] = [];
    for (const [name, needs] of Object.entries(after)) {
      const refId = newId();
      await trx
        .insertInto('sources')
        .values({
          id: refId,
          organization_id: organizationId,
          name,
          type: 'csv',
          config: '{}',
          warehouse_table_name: `source_${refId}`,
        } as never)
        .execute();
      steps.push({ kind: 'sync', id: idOf(name), ref_id: refId, name, after: needs.map(idOf) });
    }
    return createRun(trx, newId, {
      organizationId,
      pipeline,
      trigger: 'manual',
      plan: { format: 1, steps },
      requestedBy: null,
    });
  });
  await startRun({ database, runEngine }, organizationId, runId);
  return { runId, steps: ids };
}

async function ask<T extends QueryResultRow>(sql: string, values: unknown[] = []): Promise<T[]> {
  return (await owner.query<T>(sql, values)).rows;
}
const openGates = (...steps: string[]) =>
  owner.query('INSERT INTO chaos_gates SELECT unnest($1::text[])', [steps]);

async function until(what: string, seconds: number, condition: () => Promise<boolean>): Promise<number> {
  const from = performance.now();
  while (!(await condition())) {
    if (performance.now() - from > seconds * 1000) throw new Error(`not within ${seconds} s: ${what}`);
    await sleep(25);
  }
  return (performance.now() - from) / 1000;
}
const began =
  (step: string | undefined, times = 1) =>
  async () =>
    (await ask(`SELECT FROM chaos_notes WHERE step = $1 AND event = 'began'`, [step])).length >= times;

async function readRun(organizationId: OrganizationId, runId: RunId) {
  return database.withOrganization(organizationId, async (trx) => ({
    run: await trx.selectFrom('pipeline_runs').selectAll().where('id', '=', runId).executeTakeFirstOrThrow(),
    steps: await trx
      .selectFrom('run_steps')
      .selectAll()
      .where('run_id', '=', runId)
      .orderBy('position')
      .execute(),
    logs: await trx
      .selectFrom('run_logs')
      .select('message')
      .where('run_id', '=', runId)
      .orderBy('id')
      .execute(),
    syncs: await trx.selectFrom('sync_runs').select('status').where('run_id', '=', runId).execute(),
  }));
}
const ended = (organizationId: OrganizationId, runId: RunId, status: string) => async () =>
  (await readRun(organizationId, runId)).run.status === status;

test('a run whose worker is killed is taken over by a peer within ten seconds and goes on at the interrupted step', async () => {
  const first = await startWorker();
  const organizationId = await newOrganization();
  const { runId, steps } = await newRun(organizationId, { a: [], b: ['a'], c: ['b'] });
  await openGates(String(steps['a']));
  await until('b began', 8, began(steps['b']));
  const second = await startWorker();
  first.kill('SIGKILL');
  const seconds = await until('b began again', 10, began(steps['b'], 2));
  await openGates('b', 'c');
  await until('finished', 5, ended(organizationId, runId, 'succeeded'));

  expect(seconds).toBeLessThan(10);
  expect(
    await ask(
      `SELECT step, count(*)::int AS times FROM chaos_notes WHERE event = 'began' GROUP BY 1 ORDER BY 2, min(id)`,
    ),
  ).toEqual([
    { step: steps['a'], times: 1 },
    { step: steps['c'], times: 1 },
    { step: steps['b'], times: 2 },
  ]);
  expect(await ask('SELECT step, pid FROM chaos_effects')).toHaveLength(3);
  const { steps: rows, logs } = await readRun(organizationId, runId);
  expect(rows.map((row) => [row.status, row.attempt])).toEqual([
    ['succeeded', 1],
    ['succeeded', 2],
    ['succeeded', 1],
  ]);
  expect(logs.map((line) => line.message)).toContain(
    'Running “b”. Its worker was lost; another one continues.'.replace('Running', 'Loading'),
  );
  expect(second.exitCode).toBeNull();
});

test('a worker that was paused and wakes changes nothing any more', async () => {
  const paused = await startWorker();
  const organizationId = await newOrganization();
  const { runId, steps } = await newRun(organizationId, { a: [], b: ['a'] });
  await until('a began', 8, began(steps['a']));
  paused.kill('SIGSTOP');
  const peer = await startWorker();
  const seconds = await until('a began on the peer', 10, began(steps['a'], 2));
  expect(seconds).toBeLessThan(10);
  await openGates('a');
  await until('b began on the peer', 5, began(steps['b']));
  paused.kill('SIGCONT');
  await until('the paused worker has given up', 5, async () => {
    const notes = await ask(`SELECT FROM chaos_notes WHERE step = $1 AND pid = $2 AND event = 'ended'`, [
      steps['a'],
      paused.pid,
    ]);
    return notes.length > 0;
  });
  await openGates('b');
  await until('finished', 5, ended(organizationId, runId, 'succeeded'));
  expect(await ask('SELECT pid FROM chaos_effects ORDER BY step')).toEqual([
    { pid: peer.pid },
    { pid: peer.pid },
  ]);
  expect(await ask(`SELECT FROM chaos_notes WHERE event = 'began'`)).toHaveLength(3);
  const { steps: rows } = await readRun(organizationId, runId);
  expect(rows.map((row) => [row.status, row.attempt])).toEqual([
    ['succeeded', 2],
    ['succeeded', 1],
  ]);
});

test('a cancellation reaches a running step within two seconds, what had been finished stays, what follows never begins', async () => {
  await startWorker();
  const organizationId = await newOrganization();
  const { runId, steps } = await newRun(organizationId, { a: [], b: ['a'], c: ['b'] });
  await openGates('a');
  await until('b began', 8, began(steps['b']));
  await requestCancel({ database, runEngine }, organizationId, runId);
  const seconds = await until('b aborted', 2, async () => {
    return (
      (await ask(`SELECT FROM chaos_notes WHERE step = $1 AND event = 'aborted'`, [steps['b']])).length > 0
    );
  });
  expect(seconds).toBeLessThan(2);
  await until('ended', 2, ended(organizationId, runId, 'cancelled'));
  const { steps: rows, syncs } = await readRun(organizationId, runId);
  expect(rows.map((row) => row.status)).toEqual(['succeeded', 'cancelled', 'cancelled']);
  expect(syncs.map((sync) => sync.status).toSorted()).toEqual(['cancelled', 'cancelled', 'queued']);
  expect(await began(steps['c'])()).toBe(false);
});

test('no organization ever has more runs at once than its limit, and every run is done', async () => {
  await Promise.all([startWorker(), startWorker()]);
  const organizations = await Promise.all([newOrganization(), newOrganization()]);
  const runs = await Promise.all(
    organizations.flatMap((organization) =>
      Array.from({ length: 5 }, async () => ({ organization, ...(await newRun(organization, { x: [] })) })),
    ),
  );
  const limit = defaultEngineLimits.queues.manual.perOrganization;
  const under = () =>
    ask(`SELECT organization_id, count(*)::int AS runs FROM chaos_notes GROUP BY 1 ORDER BY 1`);
  const full = organizations.toSorted().map((organization_id) => ({ organization_id, runs: limit }));
  await until('both are at their limit', 10, async () => isDeepStrictEqual(await under(), full));
  // Ten looks of each worker at the queue change nothing.
  await sleep(1_000);
  expect(await under()).toEqual(full);
  await openGates('x');
  await until('all finished', 15, async () => {
    const open = await ask(`SELECT FROM pipeline_runs WHERE id = ANY($1) AND status <> 'succeeded'`, [
      runs.map((run) => run.runId),
    ]);
    return open.length === 0;
  });
  const overlaps = await ask<{ most: number }>(`
    SELECT max(together)::int AS most FROM (
      SELECT organization_id, sum(CASE event WHEN 'began' THEN 1 ELSE -1 END) OVER (PARTITION BY organization_id ORDER BY id) AS together
      FROM chaos_notes WHERE event IN ('began', 'ended')) AS t`);
  expect(overlaps[0]?.most).toBe(limit);
  expect(await ask('SELECT FROM chaos_effects')).toHaveLength(10);
});
