import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { session as sessionSchema } from '#contracts/accounts';
import type { AuditEntry, StoredThing } from '#contracts/administration';
import type { Overview } from '#contracts/overview';
import { endpoints } from '#contracts/all-endpoints';
import { connectRunEngine, migrateRunEngine, type PipelineServices } from '#pipelines';
import { openWarehouse } from '#warehouse';
import { auditedRequests } from './audit-requests.ts';
import { tidy } from './keep-tidy.ts';
import { registerMetrics } from './metrics.ts';
import { registerRoutes } from './register-routes.ts';
import { createTestApp, type TestApp } from './testing/test-app.ts';

const metricsToken = 'only-Prometheus-knows-this';
let server: TestApp;
let services: PipelineServices;
let token: string;
let sample: { pipeline_id: string; run_id: string; transformation_ids: string[] };

beforeAll(async () => {
  server = await createTestApp({
    config: { metricsToken },
    prepare: async (base, database) => {
      await migrateRunEngine(database.ownerUrl);
      services = {
        ...base,
        warehouse: openWarehouse(base),
        runEngine: await connectRunEngine(database.appUrl, base.log),
      };
      return (route) => registerRoutes(route, services);
    },
    outside: (app) => registerMetrics(app, services),
  });
  const signedUp = await server.request('POST', '/auth/signup', {
    body: {
      email: 'asha@example.org',
      password: 'quiet river under stones',
      name: 'Asha',
      organization_name: 'Trust',
    },
  });
  token = sessionSchema.parse(signedUp.body).access_token;
  sample = (await server.request('POST', '/sample', { token })).body as typeof sample;
});
afterAll(async () => {
  await services.runEngine.close();
  await services.warehouse.close();
  await server[Symbol.asyncDispose]();
});

const audit = async (query = '') =>
  ((await server.request('GET', `/audit${query}`, { token })).body as { items: AuditEntry[] }).items;

test('what is audited are requests of the contracts', () => {
  expect(auditedRequests.filter((name) => !endpoints.has(name))).toEqual([]);
});

test('who ran and changed what is written down; saves of the same work are one entry, refusals none', async () => {
  const path = `/pipelines/${sample.pipeline_id}`;
  await server.request('PATCH', path, { token, body: { name: 'Renamed' } });
  await server.request('PATCH', path, { token, body: { name: 'Renamed again' } });
  await server.request('PATCH', path, { token, body: { source_ids: ['nosuch'] } });
  await server.request('PUT', `${path}/schedule`, { token, body: { frequency: 'hourly' } });
  await server.request('POST', `${path}/run`, { token });
  await server.request('POST', `/runs/${sample.run_id}/cancel`, { token });
  const entries = await audit('?limit=4');
  expect(entries.map((entry) => entry.action)).toEqual([
    'run_cancelled',
    'pipeline_run',
    'schedule_changed',
    'pipeline_updated',
  ]);
  expect(entries[1]).toMatchObject({
    user: { name: 'Asha', email: 'asha@example.org' },
    target: sample.pipeline_id,
    // The run that waits since the sample was loaded is answered, by the name of then.
    details: { name: 'Daily programme report' },
  });
  expect((await audit('?action=schedule')).map((entry) => entry.action)).toEqual(['schedule_changed']);
  const first = (await server.request('GET', '/audit?limit=2', { token })).body as { next_cursor: string };
  expect((await audit(`?limit=2&cursor=${first.next_cursor}`)).map((entry) => entry.action)).toEqual([
    'schedule_changed',
    'pipeline_updated',
  ]);
  expect((await server.request('GET', '/audit?cursor=x', { token })).status).toBe(422);
});

test('the sizes of what is kept are shown, and what is older than that is deleted', async () => {
  const storage = async () =>
    new Map(
      (
        (await server.request('GET', '/organization/storage', { token })).body as { items: StoredThing[] }
      ).items.map((thing) => [thing.kind, thing]),
    );
  const before = await storage();
  expect(before.get('uploads')?.count).toBeGreaterThan(0);
  expect(before.get('uploads')?.bytes).toBeGreaterThan(1000);
  expect(before.get('run_logs')).toMatchObject({ kept_days: 90 });
  expect(before.get('run_logs')?.bytes).toBeGreaterThan(100);
  await server.database.withSystem((trx) =>
    sql`UPDATE run_logs SET at = now() - interval '91 days' WHERE id <= (SELECT min(id) FROM run_logs)`.execute(
      trx,
    ),
  );
  await tidy(services);
  const after = await storage();
  expect(after.get('run_logs')?.count).toBe((before.get('run_logs')?.count ?? 0) - 1);
  expect(after.get('uploads')).toEqual(before.get('uploads'));
  expect(after.get('events')).toEqual(before.get('events'));
});

test('metrics are for who has the token, and say how much waits and works', async () => {
  expect((await server.request('GET', '/metrics')).status).toBe(401);
  expect((await server.request('GET', '/metrics', { token })).status).toBe(401);
  const answer = await server.request('GET', '/metrics', { token: metricsToken });
  expect(answer.status).toBe(200);
  expect(answer.headers['content-type']).toContain('text/plain; version=0.0.4');
  const text = String(answer.body);
  expect(text).toMatch(/^dalgo_runs\{queue="manual",status="queued"\} \d+$/m);
  expect(text).toMatch(/^dalgo_workers 0$/m);
  expect(text).toMatch(/^dalgo_http_requests_total\{method="PATCH",status="2xx"\} 2$/m);
  expect(text).not.toContain('Asha');
  for (const one of text.trimEnd().split('\n')) {
    expect(one).toMatch(/^(# (HELP|TYPE) [a-z_0-9]+ .+|[a-z_0-9]+(\{[^}]*\})? -?[\d.e+-]+)$/);
  }
});

test('the overview shows last runs, what is stale and why, what comes, what waits and who works', async () => {
  const read = async () => (await server.request('GET', '/overview', { token })).body as Overview;
  const { pipelines, upcoming, queue, workers, external } = await read();
  expect(pipelines).toMatchObject([{ id: sample.pipeline_id, name: 'Renamed again', last_success_at: null }]);
  expect(pipelines[0]?.runs.length).toBeGreaterThan(0);
  expect(pipelines[0]?.runs.at(-1)).toMatchObject({ status: 'cancelled', trigger: 'manual' });
  expect(upcoming.slice(0, 3).map((each) => each.name)).toEqual(Array(3).fill('Renamed again'));
  expect(workers).toEqual({ live: 0 });
  expect(external).toEqual([]);
  expect(queue).toMatchObject({
    manual: { queued: 0, running: 0 },
    sync: { queued: 0, running: 0 },
    transform: { queued: 0, running: 0 },
    notify: { running: 0 },
  });
  await server.request('POST', `/pipelines/${sample.pipeline_id}/run`, { token });
  const waiting = await read();
  expect(waiting.queue.manual).toEqual({ queued: 1, running: 0 });
  expect(waiting.queue.oldest_queued_at).not.toBeNull();
  await server.database.withSystem(async (trx) => {
    const [step] = await trx
      .selectFrom('run_steps')
      .selectAll()
      .where('kind', '=', 'sync')
      .orderBy('run_id')
      .execute();
    await trx
      .updateTable('run_steps')
      .set({
        status: 'failed',
        started_at: new Date(),
        finished_at: new Date(),
        error: JSON.stringify({ code: 'file_empty', message: 'The file has no rows.' }),
      })
      .where('kind', '=', 'sync')
      .where('ref_id', '=', step?.ref_id ?? '')
      .execute();
  });
  const broken = await read();
  expect(broken.stale).toContainEqual(
    expect.objectContaining({ kind: 'source', reason: 'The file has no rows.' }),
  );
});

test('without a token in the settings there are no metrics', async () => {
  await using closed = await createTestApp({
    outside: (app) =>
      registerMetrics(app, { ...services, config: { ...services.config, metricsToken: undefined } }),
  });
  expect((await closed.request('GET', '/metrics')).status).toBe(404);
});
