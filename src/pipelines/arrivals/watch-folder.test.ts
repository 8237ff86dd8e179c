import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Actor } from '#platform/actor';
import { systemClock } from '#platform/clock';
import { connectDatabase } from '#platform/database/database';
import { newId } from '#platform/ids';
import { createTestDatabase } from '#testing/database';
import { createTestOrganization } from '#testing/organization';
import { openWarehouse } from '#warehouse';
import { connectDbosEngine } from '../engine/dbos/connect-dbos-engine.ts';
import { migrateRunEngine } from '../engine/dbos/migrate-run-engine.ts';
import { listMyNotifications } from '../notifications/queries.ts';
import type { PipelineServices } from '../services.ts';
import { doStep } from '../worker/do-step.ts';
import { startRunWorker, type RunningWorker } from '../worker/start-worker.ts';
import { lookIntoFolder } from './watch-folder.ts';

// Everything is real here: a folder, the warehouse, the engine, and a worker in this process.
const testDatabase = await createTestDatabase();
await migrateRunEngine(testDatabase.ownerUrl);
const database = connectDatabase(testDatabase.appUrl);
const log = pino({ level: 'silent' });
const services: PipelineServices = {
  config: testDatabase.config,
  log,
  clock: systemClock,
  newId,
  database,
  warehouse: openWarehouse({ config: testDatabase.config, database }),
  runEngine: await connectDbosEngine(testDatabase.appUrl, log),
};
const folder = join(testDatabase.config.dataDirectory, 'watched');
const { signal } = new AbortController();
let worker: RunningWorker;
let actor: Actor;
let clock = Date.now() - 3_600_000;
beforeAll(async () => {
  worker = await startRunWorker(services, { doStep: doStep(services) });
  actor = await createTestOrganization(database, testDatabase.config);
});
afterAll(async () => {
  await worker.close();
  await services.runEngine.close();
  await services.warehouse.close();
  await database.close();
  await testDatabase[Symbol.asyncDispose]();
});

/** Each a second later than the one before. */
async function put(path: string, content: string | Buffer): Promise<void> {
  const file = join(folder, actor.organizationId, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
  clock += 1_000;
  await utimes(file, new Date(clock), new Date(clock));
}

const look = (with_: PipelineServices = services) => lookIntoFolder(with_, folder, signal);

/** Looks until nothing is on its way any more. */
async function settle(): Promise<void> {
  for (let looks = 0; looks < 300; looks += 1) {
    await look();
    const open = await database.withOrganization(actor.organizationId, (trx) =>
      trx.selectFrom('arrived_files').select('path').where('status', '=', 'arriving').execute(),
    );
    const busy = await database.withOrganization(actor.organizationId, (trx) =>
      trx.selectFrom('pipeline_runs').select('id').where('status', 'in', ['queued', 'running']).execute(),
    );
    if (open.length + busy.length === 0) return;
  }
  throw new Error('files are still on their way');
}

async function rowsOf(name: string): Promise<unknown[]> {
  const sources = await database.withOrganization(actor.organizationId, (trx) =>
    trx.selectFrom('sources').select('warehouse_table_name').where('name', '=', name).execute(),
  );
  expect(sources).toHaveLength(1);
  const warehouse = await services.warehouse.forOrganization(actor.organizationId);
  const table = `${warehouse.schema}.${sources[0]?.warehouse_table_name}`;
  return (await warehouse.read(`SELECT visit FROM ${table} ORDER BY visit`)).rows.map((row) => row['visit']);
}

test('files of a folder come together in one table, each once, however often somebody looks', async () => {
  await put('Visits/january.csv', 'visit,people\n1,10\n2,20\n');
  await put('Visits/february.csv', 'visit,people\n3,30\n');
  await put('Visits/.march.csv', 'visit,people\n4,40\n');
  await Promise.all([look(), look()]);
  await settle();
  expect(await rowsOf('Visits')).toEqual([1, 2, 3]);
  await settle();
  // The same bytes again, as a program does that copies everything each night.
  await put('Visits/january.csv', 'visit,people\n1,10\n2,20\n');
  await settle();
  expect(await rowsOf('Visits')).toEqual([1, 2, 3]);
  await put('Visits/march.csv', 'visit,people\n4,40\n');
  await settle();
  expect(await rowsOf('Visits')).toEqual([1, 2, 3, 4]);
});

test('a file by itself takes the place of the last one, and what is still being written waits', async () => {
  await put('register.csv', 'visit\n1\n2\n');
  await settle();
  await put('register.csv', 'visit\n7\n');
  await settle();
  expect(await rowsOf('register')).toEqual([7]);
  await writeFile(join(folder, actor.organizationId, 'register.csv'), 'visit\n8\n');
  await settle();
  expect(await rowsOf('register')).toEqual([7]);
});

test('a look that dies in the middle is gone on with, and the rows are there once', async () => {
  await put('Died/a.csv', 'visit\n1\n');
  await put('Died/b.csv', 'visit\n2\n');
  const dies = {
    ...services,
    runEngine: { ...services.runEngine, start: () => Promise.reject(new Error('the process died')) },
  };
  await look(dies);
  await look(dies);
  await settle();
  expect(await rowsOf('Died')).toEqual([1, 2]);
});

test('a file that cannot be loaded is told of, and the next one of its folder takes its place', async () => {
  // It says that it is packed, and breaks off.
  await put('Bad/a.csv', Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 75]));
  await settle();
  const { items } = await listMyNotifications(services, actor, { limit: 10, unread: false });
  expect(items).toMatchObject([{ kind: 'failure', title: '“Bad/a.csv” could not be loaded' }]);
  await put('Bad/b.csv', 'visit\n5\n');
  await settle();
  expect(await rowsOf('Bad')).toEqual([5]);
});
